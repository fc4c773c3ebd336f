import { randomUUID } from "node:crypto";
import type { FrameToEncode } from "@openclaw/telephony-contract";
import type { RefusedMessage } from "@openclaw/phone-network";
import { readJson } from "@openclaw/telephony-kit";
import { ACCOUNT } from "./account.ts";

/** What Plivo says on the media socket of one stream, numbered as it numbers it. */
export class MediaWords {
  readonly streamId: string = randomUUID();
  #messages = 0;
  #chunks = 0;

  /** `startedAt` in milliseconds since the epoch: what its times are counted from. */
  constructor(private readonly startedAt: number) {}

  start(callId: string, sampleRate = 8000): string {
    const mediaFormat = { encoding: "audio/x-mulaw", sampleRate };
    const start = { callId, streamId: this.streamId, accountId: ACCOUNT.authId, tracks: ["inbound"], mediaFormat };
    return JSON.stringify({ event: "start", sequenceNumber: ++this.#messages, start, extra_headers: "" });
  }

  media(payload: Uint8Array, timeMs: number): string {
    const media = { track: "inbound", timestamp: this.#time(timeMs), chunk: ++this.#chunks, payload: Buffer.from(payload).toString("base64") };
    return this.#say("media", { media, extra_headers: "" });
  }

  dtmf(digit: string, timeMs: number): string {
    return this.#say("dtmf", { dtmf: { digit, track: "inbound", timestamp: this.#time(timeMs) }, extra_headers: "" });
  }

  playedStream(name: string): string {
    return this.#say("playedStream", { name });
  }

  clearedAudio(): string {
    return this.#say("clearedAudio", {});
  }

  stop(): string {
    return this.#say("stop", {});
  }

  fault(event: "error" | "playFailed", reason: string): string {
    return this.#say(event, { reason });
  }

  #say(event: string, content: object): string {
    return JSON.stringify({ event, sequenceNumber: ++this.#messages, streamId: this.streamId, ...content });
  }

  #time(ms: number): string {
    return String(this.startedAt + Math.round(ms));
  }
}

/** Characters of base64 that one message may hold. */
const MAX_BASE64 = 16_384;

/** What Plivo understands of a message of ours on this stream, or why it does not take it. */
export function readOurs(message: string | Uint8Array, streamId: string): FrameToEncode | RefusedMessage {
  const frame = typeof message === "string" ? fields(readJson(message)) : {};
  const refused = (why: string): RefusedMessage => ({ code: typeof frame.event === "string" ? frame.event : "none", message: why });
  const wrong = strangeField(frame);
  if (wrong !== undefined) return refused(wrong);
  if (frame.streamId !== undefined && frame.streamId !== streamId) return refused("streamId is that of another stream");
  switch (frame.event) {
    case "playAudio":
      return readAudio(fields(frame.media), refused);
    case "checkpoint":
      return { type: "mark", name: String(frame.name) };
    case "clearAudio":
      return { type: "clear" };
    case "sendDTMF":
      return /^[0-9*#]+$/.test(String(frame.dtmf)) ? { type: "dtmf", digits: String(frame.dtmf) } : refused("dtmf is no keys");
    default:
      return refused("the event is not known");
  }
}

/** Fields of each event: those that it has to have, and one that it may. */
const FIELDS: Readonly<Record<string, { readonly needs: readonly string[]; readonly may?: string }>> = {
  playAudio: { needs: ["media"], may: "streamId" },
  checkpoint: { needs: ["streamId", "name"] },
  clearAudio: { needs: ["streamId"] },
  sendDTMF: { needs: ["dtmf"] },
};

function strangeField({ event, ...others }: Fields): string | undefined {
  const known = typeof event === "string" && Object.hasOwn(FIELDS, event) ? FIELDS[event] : undefined;
  if (!known) return "the event is not known";
  const missing = known.needs.find((name) => others[name] === undefined || others[name] === "");
  if (missing !== undefined) return `${missing} is missing`;
  const strange = Object.keys(others).find((name) => name !== known.may && !known.needs.includes(name));
  return strange === undefined ? undefined : `${strange} is not known`;
}

function readAudio({ contentType, sampleRate, payload, ...others }: Fields, refused: (why: string) => RefusedMessage): FrameToEncode | RefusedMessage {
  if (Object.keys(others).length > 0) return refused("media has a field that is not known");
  if (contentType !== "audio/x-mulaw" || sampleRate !== 8000) return refused("the audio is not in the format of the stream");
  if (typeof payload !== "string" || payload === "" || payload.length > MAX_BASE64) return refused("the payload is missing or larger than 16 KB");
  const bytes = Buffer.from(payload, "base64");
  return bytes.toString("base64") === payload ? { type: "audio", payload: new Uint8Array(bytes) } : refused("the payload is not base64");
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
