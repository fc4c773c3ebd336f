import type { CallSupervisor } from "../call/supervisor.ts";

/** The calls that are not over, and how many lines they take. Slots are counted here alone: history takes none. */
export class LiveCalls {
  readonly #calls = new Map<string, CallSupervisor>();
  #reserved = 0;

  get size(): number {
    return this.#calls.size;
  }

  /** Lines that are taken: by calls, and by those being made. */
  get taken(): number {
    return this.#calls.size - this.asking + this.#reserved;
  }

  /** Strangers who are being told that the owner is asked. They take no line. */
  get asking(): number {
    return this.all().filter(({ record }) => record.admission === "asked").length;
  }

  /** Lines that are taken by calls that are not there yet. */
  get reserved(): number {
    return this.#reserved;
  }

  get(callId: string): CallSupervisor | undefined {
    return this.#calls.get(callId);
  }

  all(): readonly CallSupervisor[] {
    return [...this.#calls.values()];
  }

  add(call: CallSupervisor): void {
    this.#calls.set(call.record.callId, call);
  }

  remove(callId: string): void {
    this.#calls.delete(callId);
  }

  /** Takes a line for a call in the making. The returned function gives it back, once. */
  reserve(): () => void {
    this.#reserved++;
    let held = true;
    return () => {
      if (held) this.#reserved--;
      held = false;
    };
  }
}
