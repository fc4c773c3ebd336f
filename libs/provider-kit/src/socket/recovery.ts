import { TelephonyError } from "@openclaw/telephony-contract";
import { httpFault } from "../http-fault.ts";

/** How long and how much a session bears. Milliseconds, also of audio. */
export interface SocketLimits {
  /** Until a connection is ready; for the first, over all attempts. Default 10 000. */
  readonly connectMs: number;
  /** From `finish` until the session is over. Default 3000. */
  readonly closeMs: number;
  /** From a flush until it is done without an answer. Default 2000. */
  readonly flushMs: number;
  /** Audio that waits for a connection; the oldest is dropped beyond. Default 30 000. */
  readonly queueMs: number;
  /** Audio that is kept to be sent again on another connection. Default 10 000. */
  readonly replayMs: number;
  /** Attempts in a row to replace a lost connection. Default 5. */
  readonly maxReconnects: number;
  /** Longest pause before the second attempt. Doubles, up to 4 seconds, and is cut by up to a half at random. Default 250. */
  readonly firstDelayMs: number;
}

export const DEFAULT_LIMITS: SocketLimits = { connectMs: 10_000, closeMs: 3_000, flushMs: 2_000, queueMs: 30_000, replayMs: 10_000, maxReconnects: 5, firstDelayMs: 250 };

/** A connection that lasted so long is no sign of a faulty service: the attempts are counted anew. */
export const STABLE_MS = 30_000;

/** A service that asks for a longer pause has nothing more to say in this call. */
export const MAX_RETRY_AFTER_MS = 10_000;

/** A service that says nothing for so long is asked whether it is there, and lost when it says nothing for as long again. */
export const PULSE_MS = 3_000;

/** Bytes that the network may owe: more than all that waits for a connection, whatever its format and wording. */
export const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

const MAX_DELAY_MS = 4_000;

/** Milliseconds before an attempt; `random` from 0 to 1 keeps many calls from coming back at the same moment. */
export function backoffMs(firstMs: number, attempts: number, random: number): number {
  return Math.min(MAX_DELAY_MS, firstMs * 2 ** attempts) * (0.5 + random / 2);
}

/** The error for a service that answered with an HTTP status instead of a WebSocket. */
export function refusal(service: string, status: number, retryAfter: string | undefined, now: number): TelephonyError {
  const what = `Connecting to ${service}`;
  if (status < 400) return new TelephonyError("config-invalid", `${what}: the address answers, and not with a WebSocket (HTTP ${status})`);
  const meaning = status === 404 ? { code: "config-invalid", says: "there is no such address or model" } : undefined;
  return httpFault(status, { what, meaning, retryAfter, now });
}
