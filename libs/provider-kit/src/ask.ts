import { TelephonyError, isTelephonyError } from "@openclaw/telephony-contract";
import { withDeadline, type DeadlineOptions } from "./deadline.ts";

/** How a provider is asked. */
export interface AskOptions extends DeadlineOptions {
  /** Names the work in errors, for example `"Hanging up"`. */
  readonly what: string;
  /**
   * What the provider's client threw, as an error of the contract; undefined where the provider gave no answer. May be left
   * out where the work rejects with errors of the contract by itself.
   */
  readonly toFault?: (error: unknown) => TelephonyError | undefined;
}

/**
 * Asks a provider under a deadline. Rejects with errors of the contract only: `timeout`, `aborted`, what the work
 * rejected with where it is one, what `toFault` makes of it, and `unavailable` (retryable) for everything else, which is
 * a lost connection or an answer that could not be read.
 */
export async function ask<Result>(work: (signal: AbortSignal) => Promise<Result>, options: AskOptions): Promise<Result> {
  try {
    return await withDeadline(work, options);
  } catch (error) {
    if (isTelephonyError(error)) throw error;
    const message = `${options.what} got no usable answer from the provider`;
    throw options.toFault?.(error) ?? new TelephonyError("unavailable", message, { retryable: true, cause: error });
  }
}

/**
 * Like {@link ask}, for what must not happen twice, such as a dial: where the provider may have done it, rejects with
 * `dial-unknown`, which is not retryable. That is so after a deadline, a cancellation in the middle, a lost connection and
 * a fault of the provider (5xx). A refusal stays what it is, and so does a connection that was never made.
 */
export async function askOnce<Result>(work: (signal: AbortSignal) => Promise<Result>, options: AskOptions): Promise<Result> {
  let began = false;
  try {
    return await ask((signal) => ((began = true), work(signal)), options);
  } catch (error) {
    if (!began || !isTelephonyError(error) || !AMBIGUOUS.includes(error.code) || wasNeverSent(error)) throw error;
    throw new TelephonyError("dial-unknown", `${options.what}: it is not known whether the provider did it`, {
      cause: error,
      ...(error.providerCode !== undefined && { providerCode: error.providerCode }),
    });
  }
}

/** Codes that leave open what the provider did. */
const AMBIGUOUS: readonly string[] = ["timeout", "aborted", "unavailable"];

/** System errors, and undici's, of a connection that did not come about. */
const NOT_CONNECTED: readonly unknown[] = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];

/** How deep clients nest the error of the socket. */
const MAX_CAUSES = 5;

function wasNeverSent(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
    if ("code" in cause && NOT_CONNECTED.includes(cause.code)) return true;
    cause = cause.cause;
  }
  return false;
}
