import type { CallEvent, MintedUrl } from "@openclaw/telephony-contract";
import type { CarrierAtDoor } from "../door/door.ts";
import type { Lease } from "../carriers/pool.ts";
import type { EnginePorts } from "../ports.ts";
import type { Inbound } from "./inbound.ts";
import { foldLateEvent } from "./late-events.ts";
import type { LiveCalls } from "./live-calls.ts";

interface SwitchboardOptions {
  readonly ports: EnginePorts;
  readonly live: LiveCalls;
  readonly inbound: () => Inbound;
  /** The carrier that takes calls at the moment. */
  readonly standing: () => Lease | undefined;
  readonly isOpen: () => boolean;
}

/** Brings what carriers tell to the call that it belongs to. */
export class Switchboard {
  readonly #options: SwitchboardOptions;

  constructor(options: SwitchboardOptions) {
    this.#options = options;
  }

  /** Whose request it is: the carrier of the call, or the one that is configured. */
  carrierFor({ callId }: MintedUrl): CarrierAtDoor | undefined {
    const live = callId === undefined ? undefined : this.#options.live.get(callId);
    const lease = live?.lease ?? this.#options.standing();
    return lease && { id: lease.id, carrier: lease.carrier, capabilities: lease.capabilities };
  }

  /** Every event of every carrier, whichever way it came. Returns our id of the call that it became part of. */
  dispatch(carrierId: string, event: CallEvent): string | undefined {
    const { ports, live, inbound, standing, isOpen } = this.#options;
    const callId = this.#callOf(carrierId, event);
    if (callId !== undefined) {
      const call = live.get(callId);
      if (call) call.post({ type: "event", event });
      else foldLateEvent(ports, callId, event);
      return callId;
    }
    const offered = inbound().offer(carrierId, event, isOpen() ? standing() : undefined);
    if (offered !== undefined) return offered;
    ports.log.info("event of a call that is not known: ignored", { carrier: carrierId, event: event.type });
    return undefined;
  }

  #callOf(carrierId: string, event: CallEvent): string | undefined {
    const { ports, live } = this.#options;
    const { store } = ports;
    if (event.callId !== undefined && (live.get(event.callId) || store.get(event.callId))) return event.callId;
    for (const id of event.carrierIds) {
      const known = store.findByCarrierId(carrierId, id);
      if (known !== undefined) return known;
    }
    return undefined;
  }
}
