import { TelephonyError } from "@openclaw/telephony-contract";
import type { ContinueResult } from "../commands.ts";
import type { Outcome } from "./state.ts";

/** Who waits for something of one call. A few at most: the state admits one question at a time. */
const MAX_WAITERS = 64;

/** Promises of one call that its state settles by number. */
export class Waiters {
  /** Made for the first of them: most calls have none. */
  #waiting: Map<number, { resolve: (result: ContinueResult) => void; reject: (error: TelephonyError) => void }> | undefined;
  #next = 1;

  get size(): number {
    return this.#waiting?.size ?? 0;
  }

  /** A number to give to the state, and the promise that the state will settle. */
  add(): { readonly id: number; readonly result: Promise<ContinueResult> } {
    const waiting = (this.#waiting ??= new Map());
    if (waiting.size >= MAX_WAITERS) throw new TelephonyError("invalid-request", "too many commands wait on this call", { retryable: true });
    const id = this.#next++;
    const result = new Promise<ContinueResult>((resolve, reject) => waiting.set(id, { resolve, reject }));
    return { id, result };
  }

  settle(id: number, outcome: Outcome): void {
    const waiter = this.#waiting?.get(id);
    this.#waiting?.delete(id);
    if (!outcome.ok) return waiter?.reject(outcome.error);
    waiter?.resolve({
      text: outcome.text ?? "",
      ...(outcome.turnLatencyMs !== undefined && { turnLatencyMs: outcome.turnLatencyMs }),
    });
  }

  rejectAll(reason: string): void {
    const error = new TelephonyError("call-gone", `the call is over (${reason})`);
    for (const waiter of this.#waiting?.values() ?? []) waiter.reject(error);
    this.#waiting = undefined;
  }
}
