import { TelephonyError, type Clock } from "@openclaw/telephony-contract";

/** How long something may take, and what ends it sooner. */
export interface WaitOptions {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly ms: number;
  /** Names what is waited for in the error, for example `"the first audio"`. */
  readonly what: string;
  readonly signal: AbortSignal;
}

/**
 * Waits for work that may never end. What it comes to afterwards is ignored, also when it fails.
 *
 * Rejects with a `timeout` error, with an `aborted` one, or with whatever the work rejects with.
 */
export function waitFor<Result>(work: Promise<Result>, { clock, ms, what, signal }: WaitOptions): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const settle = (outcome: () => void) => {
      cancelTimer();
      signal.removeEventListener("abort", onAbort);
      outcome();
    };
    const onAbort = () => settle(() => reject(new TelephonyError("aborted", `nobody waits for ${what} any more`)));
    const cancelTimer = clock.schedule(ms, () =>
      settle(() => reject(new TelephonyError("timeout", `${what} did not come within ${ms} ms`, { retryable: true }))),
    );
    work.then(
      (result) => settle(() => resolve(result)),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
