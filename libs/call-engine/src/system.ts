import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "@openclaw/telephony-contract";
import type { Ids } from "./ports.ts";

/** Longest delay that a timer of the platform takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};

/** Identifiers nobody can guess. */
export const randomIds: Ids = {
  callId: () => randomUUID(),
  nonce: () => randomBytes(16).toString("hex"),
};
