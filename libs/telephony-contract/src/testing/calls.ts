import type { CarrierCapabilities } from "../capabilities.ts";
import type { CallRef } from "../carrier.ts";
import type { CallEvent, JsonValue } from "../events.ts";
import type { Plan, Step, TransferStep } from "../plan.ts";
import type { CallUrls, MintedUrl } from "../webhook.ts";
import type { Minting } from "./minting.ts";
import { holdSteps } from "./steps.ts";

/** What a call is to do, before it becomes a plan. */
export interface PlannedSteps {
  readonly steps: readonly Step[];
  /** Default `hold`. */
  readonly then?: Plan["then"];
}

/** A call of the miniature engine. */
export interface KitCall {
  readonly callId: string;
  readonly direction: "outbound" | "inbound";
  readonly from: string;
  readonly to: string;
  readonly carrierIds: Set<string>;
  carrierState?: JsonValue;
  plan: Plan;
  urls: CallUrls;
  /** What follows, one for each answer or run-through. */
  readonly next: PlannedSteps[];
  answered: boolean;
  ended: boolean;
}

/** An event as the miniature engine took it. */
export interface SeenEvent {
  readonly event: CallEvent;
  readonly via: "webhook" | "emit";
  /** The call that it was matched to, by the event's own ids. */
  readonly call: KitCall | undefined;
  /** Whether it has the deduplication key of an earlier one. */
  readonly repeated: boolean;
}

/** The calls of one session, and what their events do. A stand-in for the engine, as small as the rules allow. */
export class CallTable {
  readonly calls: KitCall[] = [];
  readonly seen: SeenEvent[] = [];
  /** What the next call that reaches us does. */
  inbound: PlannedSteps & { readonly next?: readonly PlannedSteps[] } = { steps: [] };
  /** Told when a call has a plan that nobody fetches: push carriers' steps are performed then. */
  onRun: (call: KitCall) => void = () => undefined;
  /** Told of every event before it has an effect. */
  onEvent: (event: CallEvent) => void = () => undefined;
  readonly #keys = new Set<string>();
  #serial = 0;

  constructor(
    private readonly minting: Minting,
    private readonly capabilities: CarrierCapabilities,
  ) {}

  create(about: Pick<KitCall, "direction" | "from" | "to">, planned: PlannedSteps, next: readonly PlannedSteps[] = []): KitCall {
    const callId = `call-${++this.#serial}`;
    const call = { ...about, callId, carrierIds: new Set<string>(), next: [...next], answered: false, ended: false } as KitCall;
    this.setPlan(call, planned);
    this.calls.push(call);
    return call;
  }

  /** Gives a call its next plan, with a nonce and URLs of its own. */
  setPlan(call: KitCall, { steps, then = "hold" }: PlannedSteps): void {
    const revision = (call.plan?.revision ?? 0) + 1;
    const nonce = `N${(++this.#serial).toString(36).padStart(7, "0")}`;
    call.plan = { callId: call.callId, revision, nonce, steps, then };
    const transfer = steps.find((step) => step.kind === "transfer");
    call.urls = this.minting.mint({ callId: call.callId, revision, nonce, ...(transfer ? { stepId: transfer.id } : {}) });
  }

  /** Goes on with what follows, or holds. */
  advance(call: KitCall): void {
    this.setPlan(call, call.next.shift() ?? { steps: holdSteps(this.capabilities) });
    this.onRun(call);
  }

  byId(callId: string | undefined): KitCall | undefined {
    return this.calls.find((call) => call.callId === callId);
  }

  /** Takes an event into its call. `path` is that of the webhook which brought it. */
  take(event: CallEvent, via: SeenEvent["via"], path = "", minted?: MintedUrl): void {
    this.onEvent(event);
    const key = `${path}|${event.dedupeKey}`;
    const repeated = this.#keys.has(key);
    this.#keys.add(key);
    let call = this.#match(event);
    if (!call && event.type === "incoming") call = this.#incoming(event.from, event.to);
    this.seen.push({ event, via, call, repeated });
    call ??= this.byId(minted?.callId);
    if (!call || repeated) return;
    for (const id of event.carrierIds) call.carrierIds.add(id);
    if (event.carrierState !== undefined) call.carrierState = event.carrierState;
    this.#apply(call, event);
  }

  #match(event: CallEvent): KitCall | undefined {
    return this.byId(event.callId) ?? this.calls.find((call) => event.carrierIds.some((id) => call.carrierIds.has(id)));
  }

  #incoming(from: string, to: string): KitCall {
    return this.create({ direction: "inbound", from, to }, this.inbound, this.inbound.next);
  }

  #apply(call: KitCall, event: CallEvent): void {
    switch (event.type) {
      case "incoming":
        return this.onRun(call);
      case "answered":
        // A call that reached us runs since it was answered by its first step.
        if (call.direction === "outbound" && !call.answered) this.onRun(call);
        call.answered = true;
        return;
      case "answer":
      case "listenEnded":
        if (event.turn.nonce === call.plan.nonce) this.advance(call);
        return;
      case "transfer":
        if (event.state === "back") call.next.unshift({ steps: failurePlan(call.plan, event.stepId) });
        return this.advance(call);
      case "ended":
        call.ended = true;
        return;
      default:
        return;
    }
  }
}

function failurePlan(plan: Plan, stepId: string): readonly Step[] {
  const transfer = plan.steps.find((step): step is TransferStep => step.kind === "transfer" && step.id === stepId);
  return transfer?.onFailure ?? [];
}

/** A call as a carrier is asked about it. */
export function refTo(call: KitCall): CallRef {
  const { callId, direction, from, to, carrierState } = call;
  return { callId, direction, from, to, carrierIds: [...call.carrierIds], ...(carrierState === undefined ? {} : { carrierState }) };
}
