import type { DecodedFrame, FrameCodec, FrameSession, FrameToEncode } from "@openclaw/telephony-contract";

type Message = Readonly<Record<string, unknown>>;

/** Members of every message of the protocol, beside `event`. A message with others, or without one of these, breaks it. */
const MEMBERS: Readonly<Record<string, Readonly<Record<string, "string" | "number" | "object">>>> = {
  hello: { version: "string" },
  begin: { calls: "object", stream: "string", encoding: "string", rate: "number" },
  audio: { n: "number", at: "number", track: "string", data: "string" },
  key: { digit: "string" },
  played: { name: "string" },
  cleared: {},
  trouble: { code: "string" },
  end: {},
};

const AUDIO_MS = { least: 20, most: 1000 } as const;
const BYTES_PER_MS = 8;

/** A carrier's protocol for tests: JSON, as strict as carriers are, either way. */
export const strictCodec: FrameCodec = {
  open: () => new StrictSession(),
  authorizeUpgrade: ({ headers, url }) => headers["x-signed"] === undefined || headers["x-signed"] === url,
  limits: { maxMessageBytes: 16 * 1024, minChunkMs: AUDIO_MS.least, maxChunkMs: AUDIO_MS.most, maxBufferedMs: 10_000 },
};

/** The same protocol, but for what is made of the frames of a message. */
export function changed(change: (frames: readonly DecodedFrame[]) => readonly DecodedFrame[]): FrameCodec {
  const open = (): FrameSession => {
    const session = strictCodec.open();
    return { encode: (frame) => session.encode(frame), decode: (message) => change(session.decode(message)) };
  };
  return { ...strictCodec, open };
}

/** What the carrier of {@link strictCodec} sends. */
export const carrierSays = {
  hello: () => JSON.stringify({ event: "hello", version: "1" }),
  begin: (calls: readonly string[], format = { encoding: "mulaw", rate: 8000 }) => JSON.stringify({ event: "begin", calls, stream: "S1", ...format }),
  /** A frame of 20 ms whose bytes all are its number. */
  audio: (n: number, track = "inbound") =>
    JSON.stringify({ event: "audio", n, at: (n - 1) * 20, track, data: Buffer.alloc(160, n).toString("base64") }),
  key: (digit: string) => JSON.stringify({ event: "key", digit }),
  played: (name: string) => JSON.stringify({ event: "played", name }),
  cleared: () => JSON.stringify({ event: "cleared" }),
  trouble: (code: string) => JSON.stringify({ event: "trouble", code }),
  end: () => JSON.stringify({ event: "end" }),
};

class StrictSession implements FrameSession {
  decode(message: string | Uint8Array): readonly DecodedFrame[] {
    const parsed = typeof message === "string" ? parse(message) : undefined;
    const broken = parsed === undefined || !isWhole(parsed);
    return broken ? [{ type: "error", code: "malformed", message: "no message of this protocol" }] : decoded(parsed);
  }

  encode(frame: FrameToEncode): readonly string[] {
    switch (frame.type) {
      case "audio": {
        const ms = frame.payload.byteLength / BYTES_PER_MS;
        if (ms < AUDIO_MS.least || ms > AUDIO_MS.most) throw new RangeError(`the carrier takes no chunk of ${ms} ms`);
        return [JSON.stringify({ event: "play", data: Buffer.from(frame.payload).toString("base64") })];
      }
      case "mark":
        return [JSON.stringify({ event: "mark", name: frame.name })];
      case "clear":
        return [JSON.stringify({ event: "clear" })];
      case "dtmf":
        return [JSON.stringify({ event: "press", keys: frame.digits })];
    }
  }
}

function decoded(message: Message): readonly DecodedFrame[] {
  const text = (name: string) => message[name] as string;
  switch (message["event"]) {
    case "begin": {
      const format = { encoding: text("encoding"), sampleRate: message["rate"] as number };
      return [{ type: "started", carrierIds: message["calls"] as string[], streamId: text("stream"), formatIn: format, formatOut: format }];
    }
    case "audio": {
      const track = text("track") === "inbound" ? "inbound" : "outbound";
      return [{ type: "audio", payload: Buffer.from(text("data"), "base64"), seq: message["n"] as number, timeMs: message["at"] as number, track }];
    }
    case "key":
      return [{ type: "dtmf", digit: text("digit") }];
    case "played":
      return [{ type: "mark", name: text("name") }];
    case "cleared":
      return [{ type: "cleared" }];
    case "trouble":
      return [{ type: "error", code: text("code"), message: "the carrier is in trouble" }];
    case "end":
      return [{ type: "stopped" }];
    default:
      return [];
  }
}

function parse(text: string): Message | undefined {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return undefined;
  }
}

function isWhole(message: Message): boolean {
  const members = MEMBERS[String(message["event"])];
  if (!members || Object.keys(message).length !== Object.keys(members).length + 1) return false;
  return Object.entries(members).every(([name, type]) => typeof message[name] === type);
}
