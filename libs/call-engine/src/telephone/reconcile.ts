import { toTelephonyError, type CarrierCallStatus } from "@openclaw/telephony-contract";
import { callRef } from "../call/effects.ts";
import { withDeadline } from "../call/deadline.ts";
import { endedRecord } from "../call/identity.ts";
import type { CallState } from "../call/state.ts";
import type { CallSupervisor } from "../call/supervisor.ts";
import type { Lease } from "../carriers/pool.ts";
import type { EnginePorts } from "../ports.ts";
import { isEnded, type CallRecord } from "../record.ts";
import type { TelephoneSettings } from "../settings.ts";
import { routed } from "./admission.ts";
import { stateOf } from "./new-call.ts";

const ASK_MS = 5000;
const ASK_AGAIN_MS = 10_000;

interface ReconcilerOptions {
  readonly ports: EnginePorts;
  readonly lease: () => Lease | undefined;
  readonly adopt: (state: CallState, lease: Lease) => CallSupervisor;
}

/**
 * Finds out what became of the calls that were live when an earlier process ended. The carrier is asked about each; what
 * is over is closed, what lives goes on, and what nobody knows takes a line only until its time is over. Nothing is
 * dialled.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #again = new Set<() => void>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  async run(settings: TelephoneSettings): Promise<void> {
    const open = this.#options.ports.store.open();
    await Promise.all(open.map((record) => this.#reconcile(record, settings)));
  }

  stop(): void {
    for (const cancel of this.#again) cancel();
    this.#again.clear();
  }

  async #reconcile(record: CallRecord, settings: TelephoneSettings): Promise<void> {
    const { ports, adopt } = this.#options;
    const lease = this.#options.lease();
    if (lease?.id !== record.carrier) {
      ports.log.warn("a call of an earlier run is closed: its carrier is not there to be asked", { callId: record.callId, carrier: record.carrier });
      const ended = endedRecord(record, "lost", `the carrier "${record.carrier}" was not available after a restart`, ports.clock.now());
      return ports.store.commit({ record: ended });
    }
    const call = routed(settings, record.route ?? "").settings;
    const supervisor = adopt(stateOf(record, lease, call, ports.clock.now(), ports.ids.nonce()), lease.share());
    await this.#ask(supervisor);
  }

  async #ask(supervisor: CallSupervisor): Promise<void> {
    const status = await this.#status(supervisor);
    if (isEnded(supervisor.record)) return;
    this.#options.ports.log.info("a call of an earlier run was looked up", { callId: supervisor.record.callId, state: status.state });
    supervisor.post({ type: "restore", status });
    if (status.state !== "unknown" || isEnded(supervisor.record)) return;
    const cancel = this.#options.ports.clock.schedule(ASK_AGAIN_MS, () => {
      this.#again.delete(cancel);
      void this.#ask(supervisor);
    });
    this.#again.add(cancel);
  }

  /** What the carrier knows. A call whose dial was never confirmed is first looked up by our own id. */
  async #status({ state, lease }: CallSupervisor): Promise<CarrierCallStatus> {
    const { clock } = this.#options.ports;
    const { carrier } = lease;
    try {
      return await withDeadline(clock, ASK_MS, async (signal) => {
        const ref = callRef(state);
        if (ref.carrierIds.length > 0 || !carrier.find) return carrier.status(ref, signal);
        const found = await carrier.find(ref.callId, signal);
        if (!found) return { state: "ended", reason: "failed" };
        return carrier.status({ ...ref, carrierIds: found.carrierIds }, signal);
      });
    } catch (error) {
      this.#options.ports.log.info("the carrier could not say what became of a call", { code: toTelephonyError(error).code });
      return { state: "unknown" };
    }
  }
}
