import { TelephonyError, type Clock } from "@openclaw/telephony-contract";

/**
 * Runs a request that must not last for ever: after `deadlineMs` its signal is aborted and the promise rejects with
 * `timeout`, whether or not the request listens.
 */
export async function withDeadline<Result>(
  clock: Clock,
  deadlineMs: number,
  request: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.schedule(deadlineMs, () => {
      const error = new TelephonyError("timeout", `no answer within ${deadlineMs} ms`, { retryable: true });
      reject(error);
      controller.abort(error);
    });
  });
  try {
    const answer = (async () => request(controller.signal))();
    return await Promise.race([answer, late]);
  } finally {
    cancel();
  }
}
