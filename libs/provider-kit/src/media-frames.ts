import type { DecodedFrame, FrameSession, FrameToEncode } from "@openclaw/telephony-contract";
import { AudioMessages, type AudioFrame } from "./audio-message.ts";
import { readJson } from "./read-json.ts";

/** A message of a media socket, or an object in it, as JSON has it. Nothing of it was looked at. */
export type MessageFields = Readonly<Record<string, unknown>>;

/** What messages of one kind say. Nothing for one that carries no news, {@link frameFault} for one that breaks the protocol. */
export type FrameReader = (message: MessageFields) => DecodedFrame | undefined;

/** How a carrier words what we send. */
export interface FrameWords {
  /** What stands before and behind the audio in base64. Put together as text: it is sent fifty times a second. */
  readonly audio: readonly [before: string, behind: string];
  readonly mark: (name: string) => object;
  readonly clear: object;
  /** Absent where no keys can be pressed in the stream; nothing where none of these can. */
  readonly digits?: (digits: string) => object | undefined;
}

/** How a carrier speaks whose messages are JSON with the name of their kind in `event`. */
export interface JsonFrames {
  /** By name of the kind, but for `media`; one of them reads the start. What has no reader is no news, since carriers add kinds. */
  readonly readers: Readonly<Record<string, FrameReader>>;
  /** What the `timestamp` of audio is, in milliseconds since the stream's start. Absent where it says just that. */
  readonly sinceStart?: (timestamp: number) => number;
  /** Asked once, when the stream has begun. `streamId` is that of the start, empty where it has none. */
  readonly words: (streamId: string) => FrameWords;
}

/** One for all streams, since each message is done with before the next is read. */
const AUDIO = new AudioMessages();

/**
 * One socket's half of a codec. Before the start, everything else is a fault and nothing can be sent; a second start is a
 * fault, too. Faults are worded without what the message said. Audio is `{track, chunk, timestamp, payload}` in `media`, with
 * numbers as such or as text; without a track it is the caller's. Its bytes are valid until the next message of any stream.
 * The session's methods are called on it: a copy by `{ ...session }` has none.
 */
export function openJsonFrames(frames: JsonFrames): FrameSession {
  return new JsonSession(frames);
}

/** A class, since every call with live audio keeps one: its methods are there once for all of them. */
class JsonSession implements FrameSession {
  readonly takesUtf8 = true;
  readonly #frames: JsonFrames;
  /** How the carrier words what we send: known, once the stream has begun. */
  #ours: FrameWords | undefined;

  constructor(frames: JsonFrames) {
    this.#frames = frames;
  }

  decode(message: string | Uint8Array): readonly DecodedFrame[] {
    const audio = this.#ours && typeof message !== "string" ? AUDIO.read(message, this.#frames.sinceStart ?? asItIs) : undefined;
    if (audio) return [audio];
    const fields = readJson(message);
    const frame = isFields(fields) ? this.#read(fields) : frameFault("malformed-message", "The message is no JSON object");
    return frame ? [frame] : [];
  }

  encode(frame: FrameToEncode): readonly string[] {
    return this.#ours ? write(frame, this.#ours) : [];
  }

  #read(message: MessageFields): DecodedFrame | undefined {
    const { event } = message;
    if (typeof event !== "string") return frameFault("malformed-message", "The message has no event");
    const frame = event === "media" ? readAudio(fieldsOf(message["media"]), this.#frames.sinceStart ?? asItIs) : this.#readOther(event, message);
    if (!frame || frame.type === "error") return frame;
    if (frame.type !== "started") return this.#ours ? frame : frameFault("not-started", "The message came before the start of the stream");
    if (this.#ours) return frameFault("started-twice", "The stream began a second time");
    this.#ours = this.#frames.words(frame.streamId ?? "");
    return frame;
  }

  #readOther(event: string, message: MessageFields): DecodedFrame | undefined {
    const { readers } = this.#frames;
    return Object.hasOwn(readers, event) ? readers[event]?.(message) : undefined;
  }
}

function write(frame: FrameToEncode, words: FrameWords): string[] {
  switch (frame.type) {
    case "audio":
      return [words.audio[0] + toBase64(frame.payload) + words.audio[1]];
    case "mark":
      return [JSON.stringify(words.mark(frame.name))];
    case "clear":
      return [JSON.stringify(words.clear)];
    case "dtmf": {
      const keys = words.digits?.(frame.digits);
      return keys ? [JSON.stringify(keys)] : [];
    }
  }
}

function readAudio({ payload: text, track, chunk, timestamp }: MessageFields, sinceStart: (timestamp: number) => number): DecodedFrame {
  const payload = fromBase64(text);
  if (!payload) return frameFault("malformed-audio", "The audio is not base64");
  const frame: { -readonly [Member in keyof AudioFrame]: AudioFrame[Member] } = { type: "audio", payload, track: track === "outbound" ? "outbound" : "inbound" };
  const [seq, timeMs] = [Number(chunk), Number(timestamp)];
  if (Number.isFinite(seq)) frame.seq = seq;
  if (Number.isFinite(timeMs)) frame.timeMs = sinceStart(timeMs);
  return frame;
}

function asItIs(timestamp: number): number {
  return timestamp;
}

/** A mark that came back, by the name that the message gives it. */
export function readMark(name: unknown): DecodedFrame {
  return typeof name === "string" && name !== "" ? { type: "mark", name } : frameFault("malformed-mark", "The mark has no name");
}

/** A message that breaks the protocol. `code` and `message` are for the log and say nothing of what was in it. */
export function frameFault(code: string, message: string): DecodedFrame {
  return { type: "error", code, message };
}

/** Members of an object in a message; none where it is something else. */
export function fieldsOf(value: unknown): MessageFields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is MessageFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Bytes of padded base64. Node skips what it does not know, so that fewer bytes than there should be are a fault. */
function fromBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string" || text === "" || text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : undefined;
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
