import { toTelephonyError, type IncomingEvent, type MintedUrl, type Plan, type WebhookReply } from "@openclaw/telephony-contract";
import { callRef } from "../call/effects.ts";
import { withDeadline } from "../call/deadline.ts";
import type { CallState } from "../call/state.ts";
import type { CallSupervisor } from "../call/supervisor.ts";
import type { Lease } from "../carriers/pool.ts";
import type { DoorUrls } from "../door/urls.ts";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { admit, routed } from "./admission.ts";
import { newCall } from "./new-call.ts";
import { maskNumber } from "./numbers.ts";

/** Refusals whose document was not asked for yet. A carrier asks in the same breath; more is an attack or a defect. */
const MAX_REFUSALS = 256;
const REJECT_MS = 10_000;

interface InboundOptions {
  readonly ports: EnginePorts;
  readonly urls: DoorUrls;
  readonly open: (state: CallState, lease: Lease) => CallSupervisor;
}

/** Calls that reach us: decided before they exist, refused at the carrier, taken where they may be. */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #refusals = new Map<string, "rejected" | "busy">();

  constructor(options: InboundOptions) {
    this.#options = options;
  }

  /** Takes or refuses a call. Returns the id under which its document is asked for. */
  take(event: IncomingEvent, settings: TelephoneSettings, lease: Lease, freeSlots: number): string {
    const { ports } = this.#options;
    const callId = ports.ids.callId();
    const decision = admit(event, settings, freeSlots);
    if (!decision.admitted) {
      ports.log.info("inbound call refused", { from: maskNumber(event.from), because: decision.because });
      this.#refuse(callId, event, lease, decision.reason);
      return callId;
    }
    const call = routed(settings, decision.to);
    try {
      this.#open(callId, event, decision, call, lease);
    } catch (error) {
      const { code, message } = toTelephonyError(error);
      ports.log.error("an inbound call could not be taken", { code, fault: message });
      this.#refuse(callId, event, lease, "rejected");
    }
    return callId;
  }

  #open(
    callId: string,
    event: IncomingEvent,
    { from, to }: { readonly from: string; readonly to: string },
    { settings, route }: ReturnType<typeof routed>,
    standing: Lease,
  ): void {
    const { ports, open } = this.#options;
    const owner = ports.responder.identify({ callId, direction: "inbound", from, to }, settings);
    const lease = standing.share();
    try {
      const made = newCall(
        {
          callId,
          direction: "inbound",
          mode: "conversation",
          from,
          to,
          ...owner,
          carrierIds: event.carrierIds,
          ...(event.carrierState !== undefined && { carrierState: event.carrierState }),
          ...(event.attestation !== undefined && { attestation: event.attestation }),
          ...(route !== undefined && { route }),
        },
        lease,
        settings,
        ports.clock.now(),
        ports.ids.nonce(),
      );
      const greeting = settings.inboundGreeting?.trim();
      open(made, lease).post(greeting ? { type: "begin", message: greeting } : { type: "begin" });
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** The document of a call that was refused: once. */
  refusalDocument(callId: string, minted: MintedUrl, lease: Lease | undefined): WebhookReply | undefined {
    const reason = this.#refusals.get(callId);
    if (!reason || !lease?.carrier.render || minted.purpose !== "entry") return undefined;
    this.#refusals.delete(callId);
    const plan = rejectPlan(callId, this.#options.ports.ids.nonce(), reason);
    return lease.carrier.render(plan, this.#options.urls.mint(plan));
  }

  #refuse(callId: string, event: IncomingEvent, lease: Lease, reason: "rejected" | "busy"): void {
    const { ports, urls } = this.#options;
    const { carrier, capabilities } = lease;
    if (capabilities.flow === "pull") {
      const [oldest] = this.#refusals.keys();
      if (this.#refusals.size >= MAX_REFUSALS && oldest !== undefined) this.#refusals.delete(oldest);
      this.#refusals.set(callId, reason);
      return;
    }
    const nonce = ports.ids.nonce();
    const plan = rejectPlan(callId, nonce, reason);
    const { carrierIds, carrierState, from, to } = event;
    const call = callRef({
      record: { callId, carrierIds, direction: "inbound", from, to, ...(carrierState !== undefined && { carrierState }) } as CallState["record"],
    });
    withDeadline(ports.clock, REJECT_MS, async (signal) => {
      const [step] = plan.steps;
      if (step) await carrier.perform?.(call, step, { revision: plan.revision, nonce, urls: urls.mint(plan), signal });
    }).catch((error: unknown) => ports.log.warn("the carrier did not take the refusal", { code: toTelephonyError(error).code }));
  }
}

function rejectPlan(callId: string, nonce: string, reason: "rejected" | "busy"): Plan {
  return { callId, revision: 1, nonce, steps: [{ kind: "reject", id: "1-0", reason }], then: "hangup" };
}
