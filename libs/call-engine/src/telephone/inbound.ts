import { toTelephonyError, type CallEvent, type IncomingEvent, type MintedUrl, type WebhookReply } from "@openclaw/telephony-contract";
import type { Input } from "../call/input.ts";
import type { CallState } from "../call/state.ts";
import type { CallSupervisor } from "../call/supervisor.ts";
import type { Lease } from "../carriers/pool.ts";
import { strategyFor } from "../conversation/strategy.ts";
import type { DoorUrls } from "../door/urls.ts";
import type { Pairing } from "../policy/pairing.ts";
import type { CallOwner, EnginePorts } from "../ports.ts";
import type { InboundAdmission } from "../record.ts";
import type { TelephoneSettings } from "../settings.ts";
import { admit, routed, type Admission } from "./admission.ts";
import { withAudioMode } from "./audio-mode.ts";
import { InboundRefusals } from "./inbound-refusals.ts";
import type { LiveCalls } from "./live-calls.ts";
import { newCall, type NewCall } from "./new-call.ts";
import { maskNumber } from "./numbers.ts";

/** A stranger is told in one breath that the owner is asked; what takes longer is stuck. */
const MAX_TELLING_MS = 60_000;

interface InboundOptions {
  readonly ports: EnginePorts;
  readonly settings: () => TelephoneSettings;
  readonly urls: DoorUrls;
  readonly live: LiveCalls;
  readonly pairing: Pairing;
  readonly open: (state: CallState, lease: Lease) => CallSupervisor;
  /** What is missing for live audio, if anything. */
  readonly lackOfAudio: (settings: TelephoneSettings) => string | undefined;
}

/** Calls that reach us: decided before they exist, refused at the carrier, taken where they may be. */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #refusals: InboundRefusals;

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#refusals = new InboundRefusals(options.ports, options.urls);
  }

  /**
   * Hears of a call that is not known: takes or refuses one that comes in, once. `lease` is that of the carrier which takes
   * calls at the moment. Returns our id of the call, under which its document is asked for; nothing for what is no such call.
   */
  offer(carrierId: string, event: CallEvent, lease: Lease | undefined): string | undefined {
    const refused = this.#refusals.find(carrierId, event);
    if (refused !== undefined || event.type !== "incoming" || lease?.id !== carrierId) return refused;
    return this.#take(event, this.#options.settings(), lease);
  }

  /** The document of a call that was refused. */
  refusalDocument(callId: string, minted: MintedUrl, lease: Lease | undefined): WebhookReply | undefined {
    return this.#refusals.document(callId, minted, lease);
  }

  stop(): void {
    this.#refusals.stop();
  }

  #take(event: IncomingEvent, settings: TelephoneSettings, lease: Lease): string {
    const { ports, live, pairing } = this.#options;
    const callId = ports.ids.callId();
    try {
      const freeSlots = settings.maxConcurrentCalls - live.taken;
      const decision = admit(event, settings, { freeSlots, decisionOn: (number) => pairing.decisionOn(number) });
      if (decision.verdict === "admitted") this.#converse(callId, event, decision, settings, lease);
      else if (decision.verdict === "unknown") this.#tell(callId, event, decision, settings, lease);
      else this.#refuse(callId, event, lease, decision.because, decision.reason);
    } catch (error) {
      const { code, message } = toTelephonyError(error);
      ports.log.error("an inbound call could not be taken", { code, fault: message });
      this.#refusals.refuse(callId, event, lease, "rejected");
    }
    return callId;
  }

  /** Somebody who may talk to the agent. */
  #converse(callId: string, event: IncomingEvent, admitted: Verdict<"admitted">, general: TelephoneSettings, lease: Lease): void {
    const { settings: wanted, route } = routed(general, admitted.to);
    const settings = withAudioMode(wanted, "conversation", (one) => this.#lackOfAudio(one, lease), this.#options.ports);
    const { from, to, by } = admitted;
    const owner = this.#options.ports.responder.identify({ callId, direction: "inbound", from, to }, settings);
    const made = { mode: "conversation" as const, ...owner, ...(route !== undefined && { route }) };
    const greeting = settings.inboundGreeting?.trim();
    this.#begin(this.#call(callId, event, { from, to, by }, made), settings, lease, greeting);
  }

  /** Nobody is turned away for what we lack: such a call is the carrier's own to speak and hear. */
  #lackOfAudio(settings: TelephoneSettings, { id, capabilities }: Lease): string | undefined {
    if (!capabilities.audioModes.includes(settings.audioMode)) return `the carrier "${id}" has no audio mode "${settings.audioMode}"`;
    return this.#options.lackOfAudio(settings);
  }

  /** Somebody whom pairing does not know: the owner is asked, and the caller may hear so, on no line and by no agent. */
  #tell(callId: string, event: IncomingEvent, { from, to }: Verdict<"unknown">, general: TelephoneSettings, lease: Lease): void {
    const { settings, route } = routed(general, to);
    const { attestation } = event;
    const stranger = { number: from, dialled: to, ...(attestation !== undefined && { attestation }) };
    const owner = settings.agentId === undefined ? {} : { agentId: settings.agentId };
    const heard = this.#options.pairing.ask(stranger, this.#options.live.asking, owner);
    const message = settings.pairingMessage?.trim();
    if (!heard || !message || !canTell(lease)) return this.#refuse(callId, event, lease, "the caller is not paired", "rejected");
    const made = { mode: "notify" as const, ...(route !== undefined && { route }) };
    const brief = { ...settings, audioMode: "native" as const, maxDurationMs: Math.min(settings.maxDurationMs, MAX_TELLING_MS) };
    this.#begin(this.#call(callId, event, { from, to, by: "asked" }, made), brief, lease, message);
  }

  #call(
    callId: string,
    { carrierIds, carrierState, attestation }: IncomingEvent,
    { from, to, by }: { readonly from: string; readonly to: string; readonly by: InboundAdmission },
    made: CallOwner & Pick<NewCall, "mode" | "route">,
  ): NewCall {
    return {
      callId,
      direction: "inbound",
      from,
      to,
      admission: by,
      ...made,
      carrierIds,
      ...(carrierState !== undefined && { carrierState }),
      ...(attestation !== undefined && { attestation }),
    };
  }

  #begin(call: NewCall, settings: TelephoneSettings, standing: Lease, message: string | undefined): void {
    const { ports, open } = this.#options;
    const lease = standing.share();
    const first: Input = message ? { type: "begin", message } : { type: "begin" };
    try {
      open(newCall(call, lease, settings, ports.clock.now(), ports.ids.nonce()), lease).post(first);
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  #refuse(callId: string, event: IncomingEvent, lease: Lease, because: string, reason: "rejected" | "busy"): void {
    this.#options.ports.log.info("inbound call refused", { from: maskNumber(event.from), because });
    this.#refusals.refuse(callId, event, lease, reason);
  }
}

type Verdict<Name extends Admission["verdict"]> = Extract<Admission, { verdict: Name }>;

/** Whether the carrier can say something by its own voice. */
function canTell({ capabilities }: Lease): boolean {
  const lacks = strategyFor({ mode: "notify", audioMode: "native" }).refusals(capabilities);
  return capabilities.audioModes.includes("native") && lacks.length === 0;
}
