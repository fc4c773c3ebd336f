import {
  TelephonyError,
  type CallEvent,
  type CallRef,
  type CallUrls,
  type CarrierContext,
  type DialRequest,
  type MediaLink,
  type MintedUrl,
  type Plan,
  type Step,
  type UrlPurpose,
  type WebhookReply,
  type WebhookRequest,
} from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { createMock, type Mock, type MockOptions } from "../carrier/mock.ts";
import type { MockConfig, MockFlow } from "../settings.ts";
import { settings } from "./settings.ts";

type WithoutId<Kind> = Kind extends Step ? Omit<Kind, "id"> : never;
/** A step that is still to be given an id. */
export type StepContent = WithoutId<Step>;
/** What the call does next. */
export type Next = readonly StepContent[] | "hangup";

const ORIGIN = "https://telephone.example.com";
const PURPOSES = ["document", "continuation", "status", "machine", "recording", "transfer", "media"] as const;
export const OURS = "+15550100001";
export const THEIRS = "+15550100002";

/** Says something and listens for speech. */
export const ask = (text: string, changes: Partial<Extract<StepContent, { kind: "listen" }>> = {}): StepContent => ({
  kind: "listen",
  input: "speech",
  noInputMs: 10_000,
  endSilenceMs: 800,
  prompt: { text, interruptible: true },
  ...changes,
});
export const say = (text: string): StepContent => ({ kind: "say", text });
export const hold: StepContent = { kind: "pause", durationMs: 60_000 };

/** What to do on each event that leaves the call without a plan; `undefined` holds. */
export type Agent = (event: CallEvent | undefined) => Next | undefined;

/** A telephone in miniature around the mock: enough to carry one call at a time in any flow. */
export class Bench {
  readonly clock = createVirtualClock();
  readonly log = createLogRecorder();
  readonly events: CallEvent[] = [];
  readonly requests: WebhookRequest[] = [];
  /** Audio of calls, as it was handed over. */
  readonly links: { readonly callId: string; readonly link: MediaLink }[] = [];
  /** Stands in for the door where a test wants another answer. */
  intercept: ((request: WebhookRequest, minted: MintedUrl) => Promise<WebhookReply | undefined> | WebhookReply | undefined) | undefined;
  agent: Agent = () => undefined;
  readonly instance = new AbortController();
  readonly mock: Mock;
  readonly config: MockConfig;
  #serial = 0;
  #call: CallRef | undefined;
  #plan!: Plan;
  #urls!: CallUrls;
  #index = -1;

  constructor(readonly flow: MockFlow, changes: Partial<MockConfig> = {}, options: MockOptions = {}) {
    this.config = settings(flow, changes);
    const context: CarrierContext = {
      log: this.log,
      clock: this.clock,
      signal: this.instance.signal,
      emit: (event) => this.#take(event),
      media: { attach: (callId, link) => void this.links.push({ callId, link }) },
      webhooks: { deliver: (request) => this.#deliver(request), entryUrl: `${ORIGIN}/entry` },
    };
    this.mock = createMock(this.config, context, options);
  }

  get carrier() {
    return this.mock.carrier;
  }
  get call(): CallRef {
    if (!this.#call) throw new TelephonyError("internal", "there is no call yet");
    return this.#call;
  }
  get signal(): AbortSignal {
    return new AbortController().signal;
  }
  get document(): string {
    return this.#urls.document;
  }

  /** Places a call that begins with these steps. */
  async dial(next: Next, changes: Partial<DialRequest> = {}): Promise<void> {
    const callId = `call-${++this.#serial}`;
    const { from = OURS, to = THEIRS } = changes;
    this.#call = { callId, carrierIds: [], direction: "outbound", from, to };
    this.#replan(next);
    const request = { callId, from, to, plan: this.#plan, urls: this.#urls, ringTimeoutMs: 30_000, maxDurationMs: 300_000, signal: this.signal, ...changes };
    const { carrierIds } = await this.carrier.dial(request);
    this.#call = { ...this.#call, carrierIds };
  }

  /** What of the events a test asks for. */
  of<Type extends CallEvent["type"]>(type: Type): Extract<CallEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<CallEvent, { type: Type }> => event.type === type);
  }
  types(): string[] {
    return this.events.map(({ type }) => type);
  }
  /** What the caller answered so far. */
  answers(): string[] {
    return this.of("answer").map(({ input }) => (input.kind === "speech" ? input.text : input.digits));
  }
  /** What the remote party heard. */
  heard(): readonly string[] {
    return this.mock.network.calls().at(-1)?.heard ?? [];
  }
  async until(type: CallEvent["type"], maxMs = 120_000): Promise<void> {
    await this.clock.runUntil(() => this.types().includes(type), maxMs);
  }

  /** Puts a plan in force that nobody has asked for yet. */
  replan(next: Next): void {
    this.#replan(next);
  }
  /** Push: performs a step beside whatever goes on. */
  async perform(step: StepContent): Promise<string> {
    const id = `step-${++this.#serial}`;
    await this.carrier.perform?.(this.call, { ...step, id }, { revision: 1, nonce: this.#plan.nonce, urls: this.#urls, signal: this.signal });
    return id;
  }

  #replan(next: Next): void {
    const revision = ++this.#serial;
    const steps = next === "hangup" ? [] : next.map((step, index) => ({ ...step, id: `${revision}-${index}` }));
    this.#plan = { callId: this.call.callId, revision, nonce: `nonce${revision}`, steps, then: next === "hangup" ? "hangup" : "hold" };
    this.#urls = Object.fromEntries(PURPOSES.map((purpose) => [purpose, `${ORIGIN}/${purpose}/${this.call.callId}/${revision}`])) as unknown as CallUrls;
  }

  async #deliver(request: WebhookRequest): Promise<WebhookReply> {
    this.requests.push(request);
    const [, purpose, callId] = new URL(request.url).pathname.split("/");
    const minted: MintedUrl = { purpose: purpose as UrlPurpose, ...(callId !== undefined && { callId }) };
    const other = await this.intercept?.(request, minted);
    if (other) return other;
    const verdict = this.carrier.verify?.(request);
    if (!verdict?.ok) return { status: 403, headers: {}, body: "" };
    const { events, reply } = this.carrier.parse?.(verdict.signed, minted) ?? { events: [], reply: "acknowledge" };
    for (const event of events) this.#take(event);
    if (reply === "acknowledge") return { status: 200, headers: {}, body: "" };
    if (purpose === "continuation" && events.length === 0) this.#replan(this.agent(undefined) ?? [hold]);
    return this.carrier.render?.(this.#plan, this.#urls) ?? { status: 500, headers: {}, body: "" };
  }

  #take(event: CallEvent): void {
    this.events.push(event);
    const push = this.flow !== "pull";
    if (event.type === "incoming") {
      this.#call = { callId: `call-${++this.#serial}`, carrierIds: event.carrierIds, direction: "inbound", from: event.from, to: event.to };
      this.#replan(this.agent(event) ?? [hold]);
      if (push) this.#advance(-1);
    } else if (event.type === "answered" && push && this.call.direction === "outbound") this.#advance(-1);
    else if (event.type === "stepEnded" && push && this.#plan.steps[this.#index]?.id === event.stepId) {
      if (event.outcome === "completed" || event.outcome === "failed") this.#advance(this.#index);
    } else if (event.type === "answer" || event.type === "listenEnded" || (event.type === "transfer" && event.state === "back")) {
      this.#replan(this.agent(event) ?? [hold]);
      if (push) this.#advance(-1);
    }
  }

  #advance(from: number): void {
    this.#index = from + 1;
    const step = this.#plan.steps[this.#index];
    const { nonce, revision, then } = this.#plan;
    if (step) void this.carrier.perform?.(this.call, step, { revision, nonce, urls: this.#urls, signal: this.signal }).catch(() => undefined);
    else if (then === "hangup") void this.carrier.hangup(this.call, this.signal);
  }
}

export const FLOWS: readonly MockFlow[] = ["pull", "push", "emit"];
