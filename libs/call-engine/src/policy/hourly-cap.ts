import { TelephonyError } from "@openclaw/telephony-contract";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** How much was called lately. */
export interface Traffic {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Calls that are being placed and not yet stored. */
  readonly inMaking: number;
  /** When stored outbound calls were placed, answered or not: later than `since`, newest first, `most` at most. */
  readonly placedSince: (since: number, most: number) => readonly number[];
}

/** Within any hour no more calls are placed than the cap says. `retryAfterMs` is the time until the next may be. */
export function hourlyCapRefusal(cap: number | undefined, { now, inMaking, placedSince }: Traffic): TelephonyError | undefined {
  if (cap === undefined) return undefined;
  const making = Array.from({ length: inMaking }, () => now);
  const placed = [...making, ...placedSince(now - HOUR_MS, cap)];
  const oldest = placed[cap - 1];
  if (oldest === undefined) return undefined;
  const retryAfterMs = oldest + HOUR_MS - now;
  const calls = cap === 1 ? "1 call was" : `${cap} calls were`;
  const message = `${calls} placed within the last hour, which is "outbound.maxCallsPerHour": the next may follow in ${minutes(retryAfterMs)}`;
  return new TelephonyError("rate-cap", message, { retryable: true, retryAfterMs });
}

function minutes(ms: number): string {
  const count = Math.ceil(ms / MINUTE_MS);
  return count === 1 ? "1 minute" : `${count} minutes`;
}
