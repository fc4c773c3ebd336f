import { randomBytes } from "node:crypto";
import type { FrameToEncode } from "@openclaw/telephony-contract";
import type { RefusedMessage } from "@openclaw/phone-network";
import { readJson } from "@openclaw/telephony-kit";
import { ACCOUNT } from "./account.ts";

/** What Twilio says on the media socket of one stream, numbered as it numbers it. */
export class MediaWords {
  readonly streamSid: string = `MZ${randomBytes(16).toString("hex")}`;
  #messages = 0;
  #chunks = 0;

  constructor(private readonly callSid: string) {}

  connected(): string {
    return JSON.stringify({ event: "connected", protocol: "Call", version: "1.0.0" });
  }

  start(customParameters: Readonly<Record<string, string>> = {}): string {
    const { accountSid } = ACCOUNT;
    const mediaFormat = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 };
    return this.#say("start", { start: { accountSid, streamSid: this.streamSid, callSid: this.callSid, tracks: ["inbound"], mediaFormat, customParameters } });
  }

  media(payload: Uint8Array, timeMs: number): string {
    const chunk = String(++this.#chunks);
    return this.#say("media", { media: { track: "inbound", chunk, timestamp: String(Math.round(timeMs)), payload: Buffer.from(payload).toString("base64") } });
  }

  dtmf(digit: string): string {
    return this.#say("dtmf", { dtmf: { track: "inbound_track", digit } });
  }

  mark(name: string): string {
    return this.#say("mark", { mark: { name } });
  }

  stop(): string {
    return this.#say("stop", { stop: { accountSid: ACCOUNT.accountSid, callSid: this.callSid } });
  }

  #say(event: string, content: object): string {
    return JSON.stringify({ event, sequenceNumber: String(++this.#messages), streamSid: this.streamSid, ...content });
  }
}

/** Twilio's warning of a message that it does not take. */
const INVALID_MESSAGE = "31951";
/** Bytes of the largest message that the fake takes; how large they may be Twilio does not say. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** What Twilio understands of a message of ours on this stream, or why it does not take it. */
export function readOurs(message: string | Uint8Array, streamSid: string): FrameToEncode | RefusedMessage {
  if (typeof message !== "string") return refused("the message is not text");
  if (message.length > MAX_MESSAGE_BYTES) return refused("the message is too long");
  const frame = readJson(message);
  const { event, streamSid: named } = (frame ?? {}) as { readonly event?: unknown; readonly streamSid?: unknown };
  const { name } = exactly(exactly(frame, "event", "streamSid", "mark")?.mark, "name") ?? {};
  const { payload } = exactly(exactly(frame, "event", "streamSid", "media")?.media, "payload") ?? {};
  if (named !== streamSid) return refused("the message names another stream or none");
  if (event === "media" && typeof payload === "string") return readAudio(payload);
  if (event === "mark" && typeof name === "string" && name !== "") return { type: "mark", name };
  if (event === "clear" && exactly(frame, "event", "streamSid")) return { type: "clear" };
  return refused("the message is of no known kind, or has other members");
}

function readAudio(text: string): FrameToEncode | RefusedMessage {
  const payload = Buffer.from(text, "base64");
  if (payload.length === 0 || payload.toString("base64") !== text) return refused("the payload is not base64");
  if (payload.subarray(0, 4).toString("latin1") === "RIFF") return refused("the payload has the header of a file");
  return { type: "audio", payload: new Uint8Array(payload) };
}

function refused(message: string): RefusedMessage {
  return { code: INVALID_MESSAGE, message };
}

/** An object with these members and no others. */
function exactly(value: unknown, ...members: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value);
  return names.length === members.length && members.every((name) => names.includes(name)) ? (value as Record<string, unknown>) : undefined;
}
