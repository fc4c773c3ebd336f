import { randomBytes } from "node:crypto";
import { encodeMulaw } from "@openclaw/telephony-audio";
import { ACCOUNT } from "@openclaw/voice-call-twilio/testing";
import { speechFrame } from "../audio/subjects.ts";
import { MASK, clientFrame, clientHeaderBytes, writeDigits } from "./frames.ts";

/** Bytes of a frame's µ-law. */
export const FRAME_BYTES = 160;
/** Frames in the longest message of ours: a tenth of a second. */
const MOST_FRAMES = 5;
/** Numbers keep their width, so that they can be written over. */
const DIGITS = 7;
const FIRST = 1_000_000;
const BASE64 = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const DIGIT_OF = new Uint8Array(256);
BASE64.forEach((character, digit) => (DIGIT_OF[character] = digit));

/**
 * Frames that can be told apart by the first three bytes of their audio. These count in the lower half of each byte, since
 * that is how µ-law writes what is hardly heard: a caller who seems to speak would be waited for.
 */
export const COUNTED = 4096;

/** Audio of one frame as it stands in a masked message. */
export type MaskedAudio = Buffer;

/** Masks 160 bytes of µ-law for {@link FarWords.audio}. */
export function maskedAudio(mulaw: Uint8Array): MaskedAudio {
  if (mulaw.length !== FRAME_BYTES) throw new RangeError(`a frame has ${FRAME_BYTES} bytes`);
  return Buffer.from(Buffer.from(Buffer.from(mulaw).toString("base64")).map((character) => character ^ MASK));
}

/** The room of a caller who listens: too quiet to be speech, which would interrupt. Its begin is free for the counter. */
const ROOM = new Uint8Array(FRAME_BYTES);
encodeMulaw(
  speechFrame(8000).map((sample) => sample >> 6),
  ROOM,
);
const ROOM_TEXT = Buffer.from(ROOM).toString("base64");

/** What Twilio says on one media socket, as whole frames of it. The message of the audio is one buffer that is written over. */
export class FarWords {
  readonly streamSid: string = `MZ${randomBytes(16).toString("hex")}`;
  #media: Buffer;
  readonly #audioAt: number;
  readonly #numbersAt: readonly number[];
  #count = 0;

  constructor(readonly callSid: string) {
    const number = String(FIRST);
    const media = { track: "inbound", chunk: number, timestamp: number, payload: ROOM_TEXT };
    const message = JSON.stringify({ event: "media", sequenceNumber: number, media, streamSid: this.streamSid });
    this.#media = clientFrame(message);
    const header = clientHeaderBytes(message.length);
    this.#audioAt = header + message.indexOf(ROOM_TEXT);
    this.#numbersAt = ["sequenceNumber", "chunk", "timestamp"].map((name) => header + message.indexOf(`"${name}":"`) + name.length + 4);
  }

  /** Messages of audio so far. */
  get count(): number {
    return this.#count;
  }

  /** What a stream begins with. */
  begin(): Buffer {
    const { accountSid } = ACCOUNT;
    const mediaFormat = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 };
    const start = { accountSid, streamSid: this.streamSid, callSid: this.callSid, tracks: ["inbound"], mediaFormat, customParameters: {} };
    const messages = [
      { event: "connected", protocol: "Call", version: "1.0.0" },
      { event: "start", sequenceNumber: "1", start, streamSid: this.streamSid },
    ];
    return Buffer.concat(messages.map((message) => clientFrame(JSON.stringify(message))));
  }

  /** The mark that everything before it was played. */
  mark(name: string): Buffer {
    return clientFrame(JSON.stringify({ event: "mark", sequenceNumber: String(FIRST + this.#count), streamSid: this.streamSid, mark: { name } }));
  }

  /** The next frame of audio: this one, or one whose begin counts the frames from 0. Valid until the next is asked for. */
  audio(audio?: MaskedAudio): Buffer {
    const frame = this.#media;
    const [sequence = 0, chunk = 0, timestamp = 0] = this.#numbersAt;
    writeDigits(frame, sequence, DIGITS, FIRST + this.#count);
    writeDigits(frame, chunk, DIGITS, FIRST + this.#count);
    writeDigits(frame, timestamp, DIGITS, FIRST + this.#count * 20);
    if (audio) audio.copy(frame, this.#audioAt);
    else this.#writeCounter(frame);
    this.#count += 1;
    return frame;
  }

  /** The last frame of audio is still being sent: the next one is written elsewhere. */
  keep(): void {
    this.#media = Buffer.from(this.#media);
  }

  #writeCounter(frame: Buffer): void {
    const at = this.#audioAt;
    const count = this.#count % COUNTED;
    frame[at] = (BASE64[0b111100 | (count >> 10)] as number) ^ MASK;
    frame[at + 1] = (BASE64[0b001111 | ((count >> 4) & 0b110000)] as number) ^ MASK;
    frame[at + 2] = (BASE64[0b000011 | ((count >> 2) & 0b111100)] as number) ^ MASK;
    frame[at + 3] = (BASE64[0b110000 | (count & 0b001111)] as number) ^ MASK;
  }
}

/** What we say to Twilio, of one stream: read by its place, since all messages of a kind begin alike. */
export class OurWords {
  readonly #before: Buffer;
  /** Lengths of messages with one frame, with two and so on. */
  readonly #lengths: readonly number[];

  constructor(streamSid: string) {
    this.#before = Buffer.from(`{"event":"media","streamSid":"${streamSid}","media":{"payload":"`);
    this.#lengths = Array.from({ length: MOST_FRAMES }, (_, index) => this.#before.length + Math.ceil(((index + 1) * FRAME_BYTES) / 3) * 4 + '"}}'.length);
  }

  /** What a message says: so many frames of audio, or a word. Throws for what no far end understands. */
  read(bytes: Buffer, from: number, to: number): number | "mark" | "clear" {
    const [first, second] = [bytes[from + KIND_AT], bytes[from + KIND_AT + 1]];
    const frames = first === LETTER_M && second === LETTER_E ? this.#lengths.indexOf(to - from) + 1 : 0;
    if (frames > 0) return frames;
    if (first === LETTER_M && second === LETTER_A) return "mark";
    if (first === LETTER_C) return "clear";
    throw new Error(`a server said what nobody understands: ${bytes.toString("latin1", from, Math.min(to, from + 120))}`);
  }

  /** Whether a message of audio is worded as it has to be. */
  isAudio(bytes: Buffer, from: number): boolean {
    return bytes.compare(this.#before, 0, this.#before.length, from, from + this.#before.length) === 0;
  }

  /** The counter in a frame that was echoed, the first or a later one of its message: the frame's number, from 0 to {@link COUNTED}. */
  counter(bytes: Buffer, from: number, frame: number = 0): number {
    const begin = from + this.#before.length;
    const at = frame * FRAME_BYTES;
    return ((byteAt(bytes, begin, at) & 0b1111) << 8) | ((byteAt(bytes, begin, at + 1) & 0b1111) << 4) | (byteAt(bytes, begin, at + 2) & 0b1111);
  }

  markName(bytes: Buffer, from: number, to: number): string {
    return (JSON.parse(bytes.toString("utf8", from, to)) as { readonly mark: { readonly name: string } }).mark.name;
  }
}

/** One byte of what is written in base64 from `begin` on. */
function byteAt(bytes: Buffer, begin: number, index: number): number {
  const place = index % 3;
  const at = begin + ((index - place) / 3) * 4 + place;
  const [high, low] = [DIGIT_OF[bytes[at] as number] as number, DIGIT_OF[bytes[at + 1] as number] as number];
  return ((high << (2 + 2 * place)) | (low >> (4 - 2 * place))) & 0xff;
}

/** Where the kind of a message stands in it: behind `{"event":"`. */
const KIND_AT = 10;
const [LETTER_A, LETTER_C, LETTER_E, LETTER_M] = Buffer.from("acem");
