import { setupServer } from "msw/node";
import type { CallEvent, CallRef, CallUrls, Carrier, DialRequest, MintedUrl, Plan, Step, UrlPurpose, WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { HeldParty, type MediaRefused, type MediaRequest, type MediaWire } from "@openclaw/phone-network";
import { mswHandlers, wirePair } from "@openclaw/phone-network/wire";
import type { TwilioConfig } from "../config.ts";
import { createCarrier } from "../carrier.ts";
import { ACCOUNT, FakeTwilio } from "../testing/index.ts";
import { OurEnd } from "./our-end.ts";

const ORIGIN = "https://telephone.example.com/voice";
const PURPOSES = ["document", "continuation", "status", "machine", "recording", "transfer", "media"] as const;
export const OURS = "+15550100001";
export const THEIRS = "+15550100002";
export const HOLD: Step = { kind: "pause", id: "hold", durationMs: 60_000 };
export const LISTEN: Step = { kind: "listen", id: "listen", input: "both", noInputMs: 5_000, endSilenceMs: 800 };
export const say = (text: string): Step => ({ kind: "say", id: "say", text });

/** URLs as the engine mints them. */
export function urlsOf(callId: string, revision: number): CallUrls {
  return Object.fromEntries(PURPOSES.map((purpose) => [purpose, `${ORIGIN}/${callId}/${revision}/n${revision}/${purpose}`])) as unknown as CallUrls;
}

/** The carrier and the fake, with just enough of a telephone around them for one call. Close it after use. */
export class Bench {
  readonly clock = createVirtualClock();
  readonly log = createLogRecorder();
  readonly events: CallEvent[] = [];
  readonly webhooks: WebhookRequest[] = [];
  readonly party = new HeldParty();
  readonly instance = new AbortController();
  readonly fake: FakeTwilio;
  /** Our ends of the media streams, and what comes of one that is asked for, if not a connection. */
  readonly ours: OurEnd[] = [];
  refusal: MediaRefused | undefined;
  /** Requests to REST, by method and last part of the path. */
  readonly asked: string[] = [];
  /** What the call does when it asks again. */
  next: Pick<Plan, "steps" | "then">[] = [];
  carrier!: Carrier;
  call: CallRef = { callId: "call-1", carrierIds: [], direction: "outbound", from: OURS, to: THEIRS };
  plan: Plan = { callId: "call-1", revision: 1, nonce: "n1", steps: [HOLD], then: "hold" };
  /** Credentials that came with the last request. */
  authorization = "";
  #moved = Promise.resolve();
  readonly #server = setupServer();

  private constructor() {
    const { clock, log } = this;
    this.fake = new FakeTwilio({ clock, log, entryUrl: `${ORIGIN}/entry`, deliver: async (request) => this.#enter(request), connectMedia: (request) => this.#connect(request), party: () => this.party, people: { speakingMsPerWord: 0 } });
  }

  static async open(config: TwilioConfig = ACCOUNT): Promise<Bench> {
    const bench = new Bench();
    bench.#server.use(...(await mswHandlers({ origin: bench.fake.origin, handle: (request) => bench.#ask(request) })));
    bench.#server.listen({ onUnhandledFrame: "error" });
    bench.carrier = await createCarrier(config, { clock: bench.clock, signal: bench.instance.signal });
    return bench;
  }

  get signal(): AbortSignal {
    return new AbortController().signal;
  }
  types(): string[] {
    return this.events.map(({ type }) => type);
  }
  of<Type extends CallEvent["type"]>(type: Type): Extract<CallEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<CallEvent, { type: Type }> => event.type === type);
  }

  async dial(changes: Partial<DialRequest> = {}): Promise<void> {
    this.plan = { ...this.plan, ...changes.plan };
    const request = { callId: "call-1", from: OURS, to: THEIRS, plan: this.plan, urls: urlsOf("call-1", 1), ringTimeoutMs: 30_000, maxDurationMs: 300_000, signal: this.signal, ...changes };
    const { carrierIds } = await this.until(this.carrier.dial(request));
    this.call = { ...this.call, carrierIds };
    await this.settle();
  }
  /** A call that was placed and answered. */
  async up(plan: Partial<Plan> = {}): Promise<void> {
    await this.dial({ plan: { ...this.plan, ...plan } });
    this.party.answer();
    await this.settle();
  }

  /** Lets the call fetch the plan as it is now. */
  async nudge(): Promise<void> {
    await this.until(this.carrier.nudge?.(this.call, urlsOf("call-1", this.plan.revision).document, this.signal) ?? Promise.resolve());
    await this.settle();
  }

  /** The outcome of work for which time has to pass. */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { over: false };
    const end = () => void (state.over = true);
    work.then(end, end);
    for (let turn = 0; !state.over; turn++) {
      await this.clock.settle();
      if (turn > 20) await this.#advance(100);
    }
    return await work;
  }
  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await this.#advance(0);
  }

  /** Several may wait at the same time; the clock is moved by one after another. */
  async #advance(ms: number): Promise<void> {
    this.#moved = this.#moved.then(() => this.clock.advance(ms));
    await this.#moved;
  }

  async close(): Promise<void> {
    await this.carrier.close();
    this.fake.close();
    this.#server.close();
  }

  async #ask(request: Request): Promise<Response> {
    this.authorization = request.headers.get("authorization") ?? "";
    this.asked.push(`${request.method} ${new URL(request.url).pathname.split("/").at(-1) ?? ""}`);
    return await this.fake.handle(request);
  }

  #connect(request: MediaRequest): Promise<MediaWire> {
    if (this.refusal) return Promise.reject(this.refusal);
    const [near, far] = wirePair();
    const session = this.carrier.frames?.open();
    if (session) this.ours.push(new OurEnd(request, near, session));
    return Promise.resolve(far);
  }

  #enter(request: WebhookRequest): WebhookReply {
    this.webhooks.push(request);
    const verdict = this.carrier.verify?.(request);
    if (!verdict?.ok) return { status: 403, headers: {}, body: "" };
    const [callId, revision, nonce, purpose = "entry"] = new URL(request.url).pathname.split("/").slice(2);
    const minted: MintedUrl = purpose === "entry" ? { purpose } : { purpose: purpose as UrlPurpose, revision: Number(revision), ...(callId && { callId }), ...(nonce && { nonce }), ...(purpose === "transfer" && { stepId: "away" }) };
    const { events, reply, acknowledgement } = this.carrier.parse?.(verdict.signed, minted) ?? { events: [], reply: "acknowledge" };
    this.events.push(...events);
    if (reply === "acknowledge") return acknowledgement ?? { status: 200, headers: {}, body: "" };
    if (events.length > 0) {
      const revision = this.plan.revision + 1;
      this.plan = { callId: "call-1", revision, nonce: `n${revision}`, ...(this.next.shift() ?? { steps: [HOLD], then: "hold" }) };
    }
    return this.carrier.render?.(this.plan, urlsOf("call-1", this.plan.revision)) ?? { status: 500, headers: {}, body: "" };
  }
}
