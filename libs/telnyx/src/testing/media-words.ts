import { randomUUID } from "node:crypto";
import type { FrameToEncode } from "@openclaw/telephony-contract";
import type { RefusedMessage } from "@openclaw/phone-network";
import { readJson } from "@openclaw/telephony-kit";
import type { Side } from "./leg.ts";

/** What the start of a stream says of its leg. */
export type StreamLeg = Pick<Side, "call_control_id" | "call_session_id" | "from" | "to" | "client_state">;

/** Codec of the caller's sound: G.711, as asked for or as the call has it. */
export type StreamCodec = "PCMU" | "PCMA";

/** Id of the account's user. */
const USER = "3e6f995f-85f7-4705-9741-53b116d28237";

/** What Telnyx says on the media socket of one stream, numbered as it numbers it. */
export class MediaWords {
  readonly streamId: string = randomUUID().toUpperCase();
  #messages = 0;
  readonly #chunks = { inbound: 0, outbound: 0 };

  connected(): string {
    return JSON.stringify({ event: "connected", version: "1.0.0" });
  }

  start({ call_control_id, call_session_id, from, to, client_state }: StreamLeg, encoding: StreamCodec): string {
    const about = { user_id: USER, call_control_id, call_session_id, from, to, tags: [], client_state, custom_parameters: {} };
    return this.#say("start", { start: { ...about, media_format: { encoding, sample_rate: 8000, channels: 1 } } });
  }

  media(payload: Uint8Array, timeMs: number, track: "inbound" | "outbound" = "inbound"): string {
    const chunk = String(++this.#chunks[track]);
    return this.#say("media", { media: { track, chunk, timestamp: String(Math.round(timeMs)), payload: Buffer.from(payload).toString("base64") } });
  }

  dtmf(digit: string, at: number): string {
    return this.#say("dtmf", { occurred_at: new Date(at).toISOString(), dtmf: { digit } });
  }

  mark(name: string): string {
    return this.#say("mark", { mark: { name } });
  }

  stop({ call_control_id }: Pick<StreamLeg, "call_control_id">): string {
    return this.#say("stop", { stop: { user_id: USER, call_control_id } });
  }

  error({ code, message }: RefusedMessage): string {
    return JSON.stringify({ event: "error", stream_id: this.streamId, payload: { code: Number(code), title: TITLES[code] ?? "unknown_error", detail: message } });
  }

  #say(event: string, content: object): string {
    return JSON.stringify({ event, sequence_number: String(++this.#messages), stream_id: this.streamId, ...content });
  }
}

const MALFORMED = "100003";
const INVALID_MEDIA = "100004";
const TITLES: Readonly<Record<string, string>> = { [MALFORMED]: "malformed_frame", [INVALID_MEDIA]: "invalid_media" };
/** Bytes of the shortest and the longest audio that one message may hold: 20 ms and 30 s of G.711. */
const MIN_BYTES = 160;
const MAX_BYTES = 240_000;

/** What Telnyx understands of a message of ours, or in which words it does not take it. */
export function readOurs(message: string | Uint8Array): FrameToEncode | RefusedMessage {
  const frame = typeof message === "string" ? readJson(message) : undefined;
  const { name } = exactly(exactly(frame, "event", "mark")?.mark, "name") ?? {};
  const { payload } = exactly(exactly(frame, "event", "media")?.media, "payload") ?? {};
  switch ((frame as { event?: unknown } | null | undefined)?.event) {
    case "media":
      if (typeof payload === "string") return readAudio(payload);
      break;
    case "mark":
      if (typeof name === "string" && name !== "") return { type: "mark", name };
      break;
    case "clear":
      if (exactly(frame, "event")) return { type: "clear" };
  }
  return { code: MALFORMED, message: "the frame is no JSON object of a known kind, or one with other fields" };
}

function readAudio(text: string): FrameToEncode | RefusedMessage {
  const payload = Buffer.from(text, "base64");
  if (payload.toString("base64") !== text) return { code: INVALID_MEDIA, message: "the payload is not base64" };
  if (payload.length < MIN_BYTES || payload.length > MAX_BYTES) return { code: INVALID_MEDIA, message: "the payload is shorter than 20 ms or longer than 30 s" };
  return { type: "audio", payload: new Uint8Array(payload) };
}

/** An object with these members and no others. */
function exactly(value: unknown, ...members: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value);
  return names.length === members.length && members.every((name) => names.includes(name)) ? (value as Record<string, unknown>) : undefined;
}
