import {
  TelephonyError,
  capabilitiesOf,
  carrierFault,
  registry as processRegistry,
  toTelephonyError,
  type Carrier,
  type CarrierCapabilities,
  type DefinitionOf,
  type RegistryEntry,
} from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { carrierContext, type CarrierWiring } from "./context.ts";
import { findProvider } from "./find.ts";
import { Instances, type Held } from "./instances.ts";
import { digestOf, validateSection } from "./section.ts";

/** A carrier that a call may use until it lets go of it. */
export interface Lease {
  readonly id: string;
  readonly carrier: Carrier;
  readonly capabilities: CarrierCapabilities;
  /** Another lease of the same instance. */
  share(): Lease;
  release(): void;
}

type Opened = Pick<Lease, "id" | "carrier" | "capabilities">;

/**
 * The carriers in use: one instance for each registration and configuration. Calls lease it; a carrier that was removed
 * or configured anew takes no more calls and is closed after its last one. Only this closes carriers.
 */
export class CarrierPool {
  readonly #ports: EnginePorts;
  readonly #wiring: CarrierWiring;
  readonly #instances: Instances<Opened>;

  constructor(ports: EnginePorts, wiring: CarrierWiring) {
    this.#ports = ports;
    this.#wiring = wiring;
    this.#instances = new Instances(ports.log);
  }

  get size(): number {
    return this.#instances.size;
  }

  /**
   * Leases the carrier that the settings name. Rejects with `carrier-missing` (retryable: its package may be loading),
   * `carrier-conflict`, `carrier-incompatible`, `config-invalid`, or what the carrier's `create` rejected with.
   */
  async acquire(settings: TelephoneSettings): Promise<Lease> {
    const entry = findProvider("carrier", settings.carrier, "provider", this.#ports);
    const { definition } = entry;
    const held = await this.#instances.hold({
      from: entry.token,
      hash: digestOf(settings.carrierConfig),
      open: (signal) => this.#open(entry, definition, settings, signal),
      close: ({ carrier }) => carrier.close(),
    });
    return new HeldLease(held);
  }

  /** Lets go of every carrier whose registration is gone, as soon as its last call is over. */
  retireRemoved(): void {
    const tokens = new Set<unknown>((this.#ports.registry ?? processRegistry()).entries().map((entry) => entry.token));
    this.#instances.retireUnless((token) => tokens.has(token));
  }

  /** Closes everything, calls or not. */
  async closeAll(): Promise<void> {
    await this.#instances.closeAll();
  }

  async #open(entry: RegistryEntry, definition: DefinitionOf<"carrier">, settings: TelephoneSettings, signal: AbortSignal): Promise<Opened> {
    const prepared = await this.#ports.prepareSection(definition, settings.carrierConfig);
    const config = (await validateSection(definition.config, prepared, definition.id)) as never;
    const capabilities = capabilitiesOf(definition, config);
    const { clock, log } = this.#ports;
    const carrier = await definition.create(config, carrierContext({ carrierId: definition.id, wiring: this.#wiring, clock, log, signal }));
    try {
      const fault = carrierFault(capabilities, carrier);
      if (fault) throw new TelephonyError("definition-invalid", `${entry.package}: ${fault}`);
      await carrier.start?.();
      return { id: definition.id, carrier, capabilities };
    } catch (error) {
      await this.#closeQuietly(carrier, definition.id);
      throw error;
    }
  }

  async #closeQuietly(carrier: Partial<Carrier>, carrierId: string): Promise<void> {
    try {
      await carrier.close?.();
    } catch (error) {
      this.#ports.log.warn("a carrier did not close cleanly", { carrier: carrierId, code: toTelephonyError(error).code });
    }
  }
}

/** A lease is a hold, with what is held at hand. */
class HeldLease implements Lease {
  readonly id: string;
  readonly carrier: Carrier;
  readonly capabilities: CarrierCapabilities;

  constructor(private readonly held: Held<Opened>) {
    ({ id: this.id, carrier: this.carrier, capabilities: this.capabilities } = held.value);
  }

  share(): Lease {
    return new HeldLease(this.held.share());
  }

  release(): void {
    this.held.release();
  }
}
