import { TelephonyError } from "@openclaw/telephony-contract";
import type { QuietHours } from "../settings.ts";

const MINUTE_MS = 60_000;
/** Longest that quiet hours last: a day, and the hour by which a clock is set back. */
const LONGEST_MS = 25 * 60 * MINUTE_MS;

/** No call goes out in quiet hours. `retryAfterMs` is the time until they end. */
export function quietHoursRefusal(quiet: QuietHours | undefined, now: number): TelephonyError | undefined {
  if (quiet === undefined) return undefined;
  const until = quietUntil(quiet, now);
  if (until === undefined) return undefined;
  const { from, to, timeZone } = quiet;
  const zone = timeZone === undefined ? "" : `, ${timeZone}`;
  return new TelephonyError("quiet-hours", `no calls go out from ${from} to ${to}${zone} ("outbound.quietHours"): call after that`, {
    retryable: true,
    retryAfterMs: until - now,
  });
}

/**
 * When the quiet hours that hold at `now` end, in milliseconds since the epoch; nothing while none hold. What counts is
 * the clock on the wall, so hours are shorter or longer in the nights in which it is set.
 */
function quietUntil({ from, to, timeZone }: QuietHours, now: number): number | undefined {
  const wall = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  const isQuiet = (at: number): boolean => {
    const time = wall.format(at);
    return from <= to ? from <= time && time < to : from <= time || time < to;
  };
  if (!isQuiet(now)) return undefined;
  const last = now + LONGEST_MS;
  let at = now - (now % MINUTE_MS) + MINUTE_MS;
  while (at < last && isQuiet(at)) at += MINUTE_MS;
  return at;
}
