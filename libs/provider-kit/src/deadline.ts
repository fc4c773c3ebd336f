import { TelephonyError, type Clock } from "@openclaw/telephony-contract";

/** How long something may take, and who may end it sooner. */
export interface DeadlineOptions {
  /** Milliseconds. */
  readonly ms: number;
  readonly clock: Clock;
  /** Ends the work early. */
  readonly signal?: AbortSignal;
  /** Names the work in the error, for example `"hang up"`. */
  readonly what?: string;
}

/**
 * Runs work that asks something outside of the process, under a deadline. The work is given a signal that is aborted
 * when the deadline passes or `signal` is; what it does afterwards is ignored, also when it fails.
 *
 * Rejects with a `timeout` error (retryable, but what the other side did is not known), with an `aborted` error, or
 * with whatever the work rejects with.
 */
export async function withDeadline<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { ms, clock, signal, what = "The request" }: DeadlineOptions,
): Promise<Result> {
  const aborted = () => new TelephonyError("aborted", `${what} was cancelled`, { cause: signal?.reason });
  if (signal?.aborted) throw aborted();
  const controller = new AbortController();
  return await new Promise<Result>((resolve, reject) => {
    const end = (settle: () => void) => {
      cancelTimer();
      signal?.removeEventListener("abort", onAbort);
      settle();
    };
    const giveUp = (error: TelephonyError) =>
      end(() => {
        reject(error);
        controller.abort(error);
      });
    const onAbort = () => giveUp(aborted());
    const cancelTimer = clock.schedule(ms, () =>
      giveUp(new TelephonyError("timeout", `${what} got no answer within ${ms} ms`, { retryable: true })),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    // An async function begins at once, and makes a rejection of what the work throws before its first await.
    (async () => work(controller.signal))().then(
      (result) => end(() => resolve(result)),
      (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}
