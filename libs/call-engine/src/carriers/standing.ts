import { registry as processRegistry, toTelephonyError } from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import type { CarrierPool, Lease } from "./pool.ts";

/**
 * The carrier that is configured, held so that it is there when a call comes in, and followed when its package comes,
 * goes or changes. Calls share its lease and keep the instance that they began with.
 */
export class StandingCarrier {
  readonly #pool: CarrierPool;
  readonly #ports: EnginePorts;
  readonly #settings: () => TelephoneSettings;
  #lease: Lease | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #unsubscribe = () => {};

  constructor(pool: CarrierPool, ports: EnginePorts, settings: () => TelephoneSettings) {
    this.#pool = pool;
    this.#ports = ports;
    this.#settings = settings;
  }

  get lease(): Lease | undefined {
    return this.#lease;
  }

  /** Begins to hold. A carrier that is not there yet is no fault: calls are refused until it is. */
  async start(): Promise<void> {
    this.#unsubscribe = (this.#ports.registry ?? processRegistry()).subscribe(({ kind }) => {
      if (kind === "carrier") void this.#follow();
    });
    await this.#follow();
  }

  stop(): void {
    this.#unsubscribe();
    this.#lease?.release();
    this.#lease = undefined;
  }

  /** A lease for a new call, by the newest settings. Rejects as {@link CarrierPool.acquire} does. */
  async forCall(settings: TelephoneSettings): Promise<Lease> {
    await this.#renew(settings);
    const lease = this.#lease;
    return lease ? lease.share() : this.#pool.acquire(settings);
  }

  async #follow(): Promise<void> {
    try {
      await this.#renew(this.#settings());
    } catch (error) {
      const fault = toTelephonyError(error);
      this.#ports.log.warn("the carrier is not ready: calls are refused until it is", { code: fault.code, fault: fault.message });
    }
    this.#pool.retireRemoved();
  }

  /** One after another, so that the last one wins. */
  #renew(settings: TelephoneSettings): Promise<void> {
    const renewed = this.#renewing.then(async () => {
      const before = this.#lease;
      try {
        this.#lease = await this.#pool.acquire(settings);
      } catch (error) {
        this.#lease = undefined;
        throw error;
      } finally {
        before?.release();
      }
    });
    this.#renewing = renewed.catch(() => {});
    return renewed;
  }
}
