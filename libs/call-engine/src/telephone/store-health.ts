import { TelephonyError, toTelephonyError } from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";

/** Whether calls can be recorded. One that cannot is refused, until the store works again. */
export class StoreHealth {
  readonly #ports: Pick<EnginePorts, "log" | "store">;
  #fault: string | undefined;

  constructor(ports: Pick<EnginePorts, "log" | "store">) {
    this.#ports = ports;
  }

  /** Throws `store-unavailable` while changes are refused. */
  check(): void {
    if (this.#fault !== undefined) this.probe();
    if (this.#fault === undefined) return;
    throw new TelephonyError("store-unavailable", `calls cannot be recorded (${this.#fault}): check "store" and the disk`, { retryable: true });
  }

  failed(error: unknown): void {
    const { message } = toTelephonyError(error);
    this.#fault = message.slice(0, 200);
    this.#ports.log.error("the store refused a change: new calls are refused until it works again", { fault: this.#fault });
  }

  /** Finds out whether the store takes changes, and lets it clean up. */
  probe(): void {
    try {
      this.#ports.store.prune();
      this.#fault = undefined;
    } catch (error) {
      this.#fault ??= toTelephonyError(error).message.slice(0, 200);
    }
  }
}
