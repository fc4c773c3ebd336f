import { createHash } from "node:crypto";
import {
  TelephonyError,
  capabilitiesOf,
  carrierFault,
  registry as processRegistry,
  resolveProvider,
  toTelephonyError,
  type Carrier,
  type CarrierCapabilities,
  type RegistryEntry,
} from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { carrierContext, type CarrierWiring } from "./context.ts";
import { validateSection } from "./section.ts";

/** A carrier that a call may use until it lets go of it. */
export interface Lease {
  readonly id: string;
  readonly carrier: Carrier;
  readonly capabilities: CarrierCapabilities;
  /** Another lease of the same instance. */
  share(): Lease;
  release(): void;
}

interface Instance {
  readonly entry: RegistryEntry;
  readonly hash: string;
  readonly ready: Promise<{ carrier: Carrier; capabilities: CarrierCapabilities }>;
  readonly closing: AbortController;
  leases: number;
  retired: boolean;
}

/** Instances that may live side by side: the current one and those that drain. */
const MAX_INSTANCES = 32;

/**
 * The carriers in use: one instance for each registration and configuration. Calls lease it; a carrier that was removed
 * or configured anew takes no more calls and is closed after its last one. Only this closes carriers.
 */
export class CarrierPool {
  readonly #ports: EnginePorts;
  readonly #wiring: CarrierWiring;
  readonly #instances = new Set<Instance>();

  constructor(ports: EnginePorts, wiring: CarrierWiring) {
    this.#ports = ports;
    this.#wiring = wiring;
  }

  get size(): number {
    return this.#instances.size;
  }

  /**
   * Leases the carrier that the settings name. Rejects with `carrier-missing` (retryable: its package may be loading),
   * `carrier-conflict`, `carrier-incompatible`, `config-invalid`, or what the carrier's `create` rejected with.
   */
  async acquire(settings: TelephoneSettings): Promise<Lease> {
    const entry = this.#entry(settings.carrier);
    const hash = createHash("sha256").update(stableJson(settings.carrierConfig)).digest("hex");
    const instance = this.#find(entry, hash) ?? this.#create(entry, hash, settings);
    instance.leases++;
    try {
      const { carrier, capabilities } = await instance.ready;
      return this.#lease(instance, carrier, capabilities);
    } catch (error) {
      this.#release(instance);
      throw toTelephonyError(error, "internal");
    }
  }

  /** Lets go of every carrier whose registration is gone, as soon as its last call is over. */
  retireRemoved(): void {
    const tokens = new Set(this.#registry.entries().map((entry) => entry.token));
    for (const instance of [...this.#instances]) if (!tokens.has(instance.entry.token)) this.#retire(instance);
  }

  /** Closes everything, calls or not. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#instances].map((instance) => this.#close(instance)));
  }

  get #registry() {
    return this.#ports.registry ?? processRegistry();
  }

  #entry(id: string): RegistryEntry {
    const found = resolveProvider("carrier", id, { modes: this.#ports.providerModes, from: this.#registry });
    switch (found.state) {
      case "found":
        return found.entry;
      case "missing":
        throw new TelephonyError("carrier-missing", `no package for the carrier "${id}" (key "provider") is loaded: install and enable it, or name another one`, { retryable: true });
      case "conflict":
        throw new TelephonyError("carrier-conflict", `several packages claim the carrier "${id}": ${found.packages.join(", ")}. Remove all but one`);
      case "incompatible":
        throw new TelephonyError("carrier-incompatible", `${found.entry.package} was made for contract ${found.entry.definition.contract.major}: install a version for contract 1`);
    }
  }

  /** The handle of a lease that is counted already. */
  #lease(instance: Instance, carrier: Carrier, capabilities: CarrierCapabilities): Lease {
    let held = true;
    return {
      id: instance.entry.definition.id,
      carrier,
      capabilities,
      share: () => {
        instance.leases++;
        return this.#lease(instance, carrier, capabilities);
      },
      release: () => {
        if (held) this.#release(instance);
        held = false;
      },
    };
  }

  #find(entry: RegistryEntry, hash: string): Instance | undefined {
    return [...this.#instances].find((one) => one.entry.token === entry.token && one.hash === hash && !one.retired);
  }

  #create(entry: RegistryEntry, hash: string, settings: TelephoneSettings): Instance {
    if (this.#instances.size >= MAX_INSTANCES) throw new TelephonyError("unavailable", "too many carriers are draining: try again", { retryable: true });
    const closing = new AbortController();
    const ready = this.#open(entry, settings, closing.signal);
    const instance: Instance = { entry, hash, ready, closing, leases: 0, retired: false };
    this.#instances.add(instance);
    ready.catch(() => {
      this.#instances.delete(instance);
      closing.abort();
    });
    return instance;
  }

  async #open(entry: RegistryEntry, settings: TelephoneSettings, signal: AbortSignal) {
    const definition = entry.definition;
    if (definition.kind !== "carrier") throw new TelephonyError("internal", `${entry.package} is not a carrier`);
    const prepared = await this.#ports.prepareSection(definition, settings.carrierConfig);
    const config = (await validateSection(definition.config, prepared, definition.id)) as never;
    const capabilities = capabilitiesOf(definition, config);
    const { clock, log } = this.#ports;
    const carrier = await definition.create(config, carrierContext({ carrierId: definition.id, wiring: this.#wiring, clock, log, signal }));
    try {
      const fault = carrierFault(capabilities, carrier);
      if (fault) throw new TelephonyError("definition-invalid", `${entry.package}: ${fault}`);
      await carrier.start?.();
      return { carrier, capabilities };
    } catch (error) {
      await this.#closeQuietly(carrier, definition.id);
      throw error;
    }
  }

  #release(instance: Instance): void {
    instance.leases--;
    // Nobody uses it any more, and its like is made anew when somebody does.
    if (instance.leases <= 0) this.#retire(instance);
  }

  #retire(instance: Instance): void {
    instance.retired = true;
    if (instance.leases <= 0) void this.#close(instance);
  }

  async #close(instance: Instance): Promise<void> {
    if (!this.#instances.delete(instance)) return;
    const opened = await instance.ready.catch(() => undefined);
    if (opened) await this.#closeQuietly(opened.carrier, instance.entry.definition.id);
    instance.closing.abort();
  }

  async #closeQuietly(carrier: Partial<Carrier>, carrierId: string): Promise<void> {
    try {
      await carrier.close?.();
    } catch (error) {
      this.#ports.log.warn("a carrier did not close cleanly", { carrier: carrierId, code: toTelephonyError(error).code });
    }
  }
}

/** JSON with sorted keys, so that equal configurations are equal texts. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
