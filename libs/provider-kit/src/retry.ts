import { isTelephonyError, TelephonyError, type Clock } from "@openclaw/telephony-contract";

/** How often and how fast something is tried again. */
export interface RetryOptions {
  readonly clock: Clock;
  /** Ends the pauses. The work has to watch it by itself. */
  readonly signal: AbortSignal;
  /** All attempts, the first included. Default 3. */
  readonly attempts?: number;
  /** Longest pause after the first attempt, in milliseconds. It doubles with every further attempt. Default 200. */
  readonly baseMs?: number;
  /** Longest pause of all, in milliseconds. Default 2000. */
  readonly maxMs?: number;
  /** From 0 up to, not including, 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** A caller is on the line: who asks for more patience than this is told no. */
const MAX_RETRY_AFTER_MS = 10_000;

/**
 * Runs work again after an error of the contract that is `retryable`, after a pause of random length ("full jitter"), so
 * that many who failed together do not come back together. Where the error has a `retryAfterMs`, that comes on top; one
 * above 10 seconds is not waited for. `attempt` counts from 1.
 *
 * Only for work that may happen twice: a `timeout` is retryable, and the first attempt may have had its effect.
 *
 * Rejects with the error of the last attempt, or with `aborted` once `signal` is.
 */
export async function retry<Result>(
  work: (attempt: number) => Promise<Result>,
  { clock, signal, attempts = 3, baseMs = 200, maxMs = 2000, random = Math.random }: RetryOptions,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal);
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts || !isTelephonyError(error) || !error.retryable) throw error;
      const retryAfterMs = error.retryAfterMs ?? 0;
      if (retryAfterMs > MAX_RETRY_AFTER_MS) throw error;
      const backoffMs = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
      await pause(retryAfterMs + random() * backoffMs, clock, signal);
    }
  }
}

async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  await new Promise<void>((resolve, reject) => {
    const cancelTimer = clock.schedule(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    const onAbort = () => {
      cancelTimer();
      reject(aborted(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted(signal);
}

function aborted(signal: AbortSignal): TelephonyError {
  return new TelephonyError("aborted", "The request was cancelled between two attempts", { cause: signal.reason });
}
