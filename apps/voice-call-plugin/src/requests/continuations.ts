import { randomUUID } from "node:crypto";
import { type Clock, TelephonyError } from "@openclaw/telephony-contract";
import { type Fault, faultOf } from "./faults.ts";

/** Questions that may wait for an answer at once, and answers kept for someone to fetch. */
const MAX_OPERATIONS = 100;
/** How long a settled operation can be fetched. */
const KEEP_MS = 5 * 60_000;

/** What became of an operation. */
export type OperationState =
  | { readonly status: "pending" }
  | { readonly status: "completed"; readonly result: unknown }
  | { readonly status: "failed"; readonly error: string; readonly fault: Fault };

interface Operation {
  state: OperationState;
  readonly abort: AbortController;
  forget?: () => void;
}

/**
 * Questions asked on calls for someone who comes back for the answer. Bounded in number and in time, so that a client
 * that never returns costs nothing lasting.
 */
export class Continuations {
  readonly #operations = new Map<string, Operation>();
  readonly #clock: Clock;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many are kept, settled ones included. */
  get size(): number {
    return this.#operations.size;
  }

  /** Starts work and gives its id. Throws `rate-limited` when too many questions are open. */
  start(work: (signal: AbortSignal) => Promise<unknown>): string {
    if (this.#closed) throw new TelephonyError("unavailable", "The telephone is stopping.", { retryable: true });
    this.#makeRoom();
    const id = randomUUID();
    const operation: Operation = { state: { status: "pending" }, abort: new AbortController() };
    this.#operations.set(id, operation);
    work(operation.abort.signal).then(
      (result) => this.#settle(id, operation, { status: "completed", result }),
      (error: unknown) => {
        const fault = faultOf(error);
        this.#settle(id, operation, { status: "failed", error: fault.message, fault });
      },
    );
    return id;
  }

  /** What became of one. Throws `operation-unknown` for one that never was or is forgotten. */
  result(id: string): OperationState {
    const operation = this.#operations.get(id);
    if (!operation)
      throw new TelephonyError("operation-unknown", `No operation ${id}: results are kept for ${KEEP_MS / 60_000} minutes.`);
    return operation.state;
  }

  /** Aborts what waits and forgets everything. */
  close(): void {
    this.#closed = true;
    for (const operation of this.#operations.values()) {
      operation.forget?.();
      operation.abort.abort();
    }
    this.#operations.clear();
  }

  #settle(id: string, operation: Operation, state: OperationState): void {
    if (this.#operations.get(id) !== operation) return;
    operation.state = state;
    operation.forget = this.#clock.schedule(KEEP_MS, () => this.#operations.delete(id));
  }

  #makeRoom(): void {
    if (this.#operations.size < MAX_OPERATIONS) return;
    for (const [id, operation] of this.#operations) {
      if (operation.state.status === "pending") continue;
      operation.forget?.();
      this.#operations.delete(id);
      return;
    }
    throw new TelephonyError("rate-limited", `More than ${MAX_OPERATIONS} questions wait for an answer.`, { retryable: true });
  }
}
