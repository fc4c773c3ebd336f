import { TelephonyError, isTelephonyError, type Clock } from "@openclaw/telephony-contract";
import { ask, withDeadline } from "@openclaw/telephony-kit";

/** How long the carrier waits for the network. */
const REQUEST_MS = 10_000;

/**
 * Stands between the carrier and the network on every request: lets it through, delays it, refuses it, or loses the
 * answer. Tests put their faults here; an error that is none of the contract's is taken for a lost connection.
 */
export type RequestHook = <Result>(request: () => Result) => Promise<Result>;

/** The carrier's requests to the network, each under a deadline. */
export class Requests {
  constructor(
    private readonly clock: Clock,
    /** Ends every request. */
    private readonly life: AbortSignal,
    private readonly hook: RequestHook = (request) => Promise.resolve(request()),
  ) {}

  /** Asks the network. Rejects with an error of the contract, `unavailable` where the answer was lost. */
  async ask<Result>(what: string, request: () => Result, signal: AbortSignal): Promise<Result> {
    return await ask(async () => this.hook(request), this.#options(what, signal));
  }

  /** Like `ask`, for what must not happen twice: rejects with `dial-unknown` where it may have happened. */
  async askOnce<Result>(what: string, request: () => Result, signal: AbortSignal): Promise<Result> {
    if (signal.aborted) throw new TelephonyError("aborted", `${what} was cancelled before it began`, { cause: signal.reason });
    try {
      return await withDeadline(async () => this.hook(request), this.#options(what, signal));
    } catch (error) {
      // The network's own refusals are errors of the contract; only these say for sure that nothing was done.
      if (isTelephonyError(error) && error.code !== "timeout" && error.code !== "aborted") throw error;
      throw new TelephonyError("dial-unknown", `${what}: it is not known whether the mock network did it`, { cause: error });
    }
  }

  #options(what: string, signal: AbortSignal) {
    return { ms: REQUEST_MS, clock: this.clock, signal: AbortSignal.any([signal, this.life]), what };
  }
}
