import type { DecodedFrame } from "@openclaw/telephony-contract";

/** A message of audio, decoded. */
export type AudioFrame = Extract<DecodedFrame, { type: "audio" }>;

const [SPACE, QUOTE, COMMA, ZERO, NINE, COLON, EQUALS, BACKSLASH, DELETE] = [0x20, 0x22, 0x2c, 0x30, 0x39, 0x3a, 0x3d, 0x5c, 0x7f] as const;
const [OPEN, CLOSE] = [0x7b, 0x7d] as const;
const EVENT = Buffer.from("event");
const MEDIA = Buffer.from("media");
const PAYLOAD = Buffer.from("payload");
const TRACK = Buffer.from("track");
const OUTBOUND = Buffer.from("outbound");
const CHUNK = Buffer.from("chunk");
const TIMESTAMP = Buffer.from("timestamp");

/** Digits that a number surely holds exactly. */
const MAX_DIGITS = 15;
/** Bytes of the largest message that is read here, which is the largest of any carrier. Three quarters of it may be audio. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_AUDIO_BYTES = (MAX_MESSAGE_BYTES / 4) * 3;
/** What is no letter of base64. */
const NO_LETTER = 0xff;
const LAST_LETTER = 63;
const LETTERS = letters();

/**
 * Reads messages of audio from their bytes: nearly all that a stream brings, and read so in less than half of the time that it
 * takes by way of a string and its objects, which have to be cleared away as well. It takes what carriers send, JSON without
 * escapes, in one object and one within; for anything else it gives nothing, and the caller reads it as JSON. What it does give
 * is what the caller would have found.
 */
export class AudioMessages {
  /** One for the audio of all messages, each of which overwrites the last: memory that is always near. */
  readonly #room = new Uint8Array(MAX_AUDIO_BYTES);
  #payload = this.#room.subarray(0, 0);
  #message: Uint8Array = this.#room;
  #at = 0;
  /** The string that was read last. */
  #from = 0;
  #to = 0;
  #isAudio = false;
  #bytes = 0;
  #outbound = false;
  #seq = -1;
  #timestamp = -1;

  /**
   * Gives the audio, whose bytes are valid until the next message, of whatever stream.
   *
   * @param sinceStart what the message's `timestamp` is, in milliseconds since the stream's start
   */
  read(message: Uint8Array, sinceStart: (timestamp: number) => number): AudioFrame | undefined {
    if (message.length > MAX_MESSAGE_BYTES) return undefined;
    this.#message = message;
    this.#at = 0;
    this.#isAudio = false;
    this.#forget();
    const whole = this.#object(false) && this.#at === message.length;
    if (!whole || !this.#isAudio || this.#bytes === 0) return undefined;
    if (this.#payload.length !== this.#bytes) this.#payload = this.#room.subarray(0, this.#bytes);
    const payload = this.#payload;
    const track = this.#outbound ? "outbound" : "inbound";
    if (this.#seq >= 0 && this.#timestamp >= 0) return { type: "audio", payload, track, seq: this.#seq, timeMs: sinceStart(this.#timestamp) };
    return { type: "audio", payload, track, ...(this.#seq >= 0 && { seq: this.#seq }), ...(this.#timestamp >= 0 && { timeMs: sinceStart(this.#timestamp) }) };
  }

  /** Forgets the audio of an object that another one of the same name replaces. */
  #forget(): void {
    this.#bytes = 0;
    this.#outbound = false;
    this.#seq = -1;
    this.#timestamp = -1;
  }

  #object(isMedia: boolean): boolean {
    if (!this.#take(OPEN)) return false;
    do {
      if (!this.#string() || !this.#take(COLON)) return false;
      if (!(isMedia ? this.#ofMedia() : this.#ofMessage())) return false;
    } while (this.#take(COMMA));
    return this.#take(CLOSE);
  }

  #ofMessage(): boolean {
    if (this.#is(EVENT)) return this.#string() && (this.#isAudio = this.#is(MEDIA));
    if (!this.#is(MEDIA)) return this.#string() || this.#number() >= 0;
    this.#forget();
    return this.#object(true);
  }

  #ofMedia(): boolean {
    if (this.#is(PAYLOAD)) return this.#base64();
    if (this.#is(CHUNK)) return (this.#seq = this.#number()) >= 0;
    if (this.#is(TIMESTAMP)) return (this.#timestamp = this.#number()) >= 0;
    if (!this.#is(TRACK)) return this.#string() || this.#number() >= 0;
    if (!this.#string()) return false;
    this.#outbound = this.#is(OUTBOUND);
    return true;
  }

  /** Takes a sign of the language, and the spaces before it. */
  #take(sign: number): boolean {
    while (this.#message[this.#at] === SPACE) this.#at++;
    if (this.#message[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  /** Takes a string of plain ASCII. */
  #string(): boolean {
    const start = this.#at;
    if (!this.#take(QUOTE)) return false;
    const message = this.#message;
    let at = this.#at;
    for (let byte = message[at] ?? 0; byte !== QUOTE; byte = message[++at] ?? 0) {
      if (byte < SPACE || byte === BACKSLASH || byte > DELETE) {
        this.#at = start;
        return false;
      }
    }
    this.#from = this.#at;
    this.#to = at;
    this.#at = at + 1;
    return true;
  }

  /** Whether the last string is this one. */
  #is(word: Uint8Array): boolean {
    if (this.#to - this.#from !== word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.#message[this.#from + i] !== word[i]) return false;
    return true;
  }

  /** Takes a whole number from 0, as it is or as text. Gives -1 for anything else. */
  #number(): number {
    const isText = this.#take(QUOTE);
    const start = this.#at;
    let value = 0;
    for (let byte = this.#message[this.#at] ?? 0; byte >= ZERO && byte <= NINE; byte = this.#message[++this.#at] ?? 0) value = value * 10 + (byte - ZERO);
    const digits = this.#at - start;
    if (digits === 0 || digits > MAX_DIGITS) return -1;
    if (isText) return this.#message[this.#at++] === QUOTE ? value : -1;
    return this.#message[start] === ZERO && digits > 1 ? -1 : value;
  }

  /** Takes a string of padded base64, and decodes it. */
  #base64(): boolean {
    if (!this.#take(QUOTE)) return false;
    const message = this.#message;
    const room = this.#room;
    const lastGroup = message.length - 4;
    let at = this.#at;
    let to = 0;
    for (; at <= lastGroup; at += 4) {
      const a = LETTERS[message[at] as number] as number;
      const b = LETTERS[message[at + 1] as number] as number;
      const c = LETTERS[message[at + 2] as number] as number;
      const d = LETTERS[message[at + 3] as number] as number;
      if ((a | b | c | d) > LAST_LETTER) break;
      room[to++] = (a << 2) | (b >> 4);
      room[to++] = (b << 4) | (c >> 2);
      room[to++] = (c << 6) | d;
    }
    this.#at = at;
    this.#bytes = to;
    if (message[at] !== QUOTE) return this.#lastGroup();
    this.#at += 1;
    return true;
  }

  /** Takes the one or two bytes behind the whole groups of three, and the end of the string. */
  #lastGroup(): boolean {
    const message = this.#message;
    const at = this.#at;
    const third = message[at + 2];
    const one = LETTERS[message[at] ?? 0] as number;
    const two = LETTERS[message[at + 1] ?? 0] as number;
    const three = third === EQUALS ? 0 : (LETTERS[third ?? 0] as number);
    if ((one | two | three) > LAST_LETTER || message[at + 3] !== EQUALS || message[at + 4] !== QUOTE) return false;
    this.#room[this.#bytes++] = (one << 2) | (two >> 4);
    if (third !== EQUALS) this.#room[this.#bytes++] = (two << 4) | (three >> 2);
    this.#at += 5;
    return true;
  }
}

function letters(): Uint8Array {
  const values = new Uint8Array(256).fill(NO_LETTER);
  Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").forEach((letter, value) => (values[letter] = value));
  return values;
}
