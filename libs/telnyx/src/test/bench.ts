import { MediaRefused, conformanceNetwork, type MediaRequest, type PeopleSettings } from "@openclaw/phone-network";
import { interceptService, recordRequests, wirePair, type RestRequest } from "@openclaw/phone-network/wire";
import type { CallEvent, CallRef, CallUrls, Carrier, DialRequest, Step, WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock, type TestNetwork } from "@openclaw/telephony-contract/testing";
import type { TelnyxConfig } from "../config.ts";
import { telnyxDefinition } from "../definition.ts";
import { ACCOUNT, FakeTelnyx } from "../testing/index.ts";
import { OurSocket } from "./our-socket.ts";

type WithoutId<Kind> = Kind extends Step ? Omit<Kind, "id"> : never;
/** A step that is still to be given an id. */
export type StepContent = WithoutId<Step>;

export const OURS = "+15550100001";
export const THEIRS = "+15550100002";
const ORIGIN = "https://telephone.example.com";
const PURPOSES = ["document", "continuation", "status", "machine", "recording", "transfer", "media"] as const;
const URLS = Object.fromEntries(PURPOSES.map((purpose) => [purpose, `${ORIGIN}/${purpose}/k1`])) as unknown as CallUrls;
/** Real milliseconds after which what has not happened does not happen. */
const PATIENCE_MS = 3_000;

/** A command as the carrier sent it. */
export interface Sent {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One carrier between a telephone in miniature and the fake, with one call at a time. */
export class Bench {
  readonly clock = createVirtualClock();
  readonly log = createLogRecorder();
  readonly events: CallEvent[] = [];
  /** Webhooks as they arrived, in order. */
  readonly webhooks: WebhookRequest[] = [];
  /** Media sockets that the carrier opened to us. */
  readonly sockets: OurSocket[] = [];
  /** The status with which we refuse media sockets, if we do. */
  refusesMedia: number | undefined;
  readonly instance = new AbortController();
  readonly fake: FakeTelnyx;
  readonly network: TestNetwork;
  carrier!: Carrier;
  call: CallRef = { callId: "none", carrierIds: [], direction: "outbound", from: OURS, to: THEIRS };
  nonce = "nonce0";
  #requests: readonly RestRequest[] = [];
  #stop: () => void = () => undefined;
  #serial = 0;

  private constructor(people: Partial<PeopleSettings>) {
    const { network, party, transferOutcome } = conformanceNetwork({
      callUs: (numbers) => this.fake.controls.callUs(numbers),
      faults: { next: (fault) => this.fake.faults.next(fault) },
    });
    const { clock, log } = this;
    this.network = network;
    const connectMedia = (request: MediaRequest) => this.#connect(request);
    const deliver = (request: WebhookRequest) => this.#deliver(request);
    this.fake = new FakeTelnyx({ clock, log, entryUrl: `${ORIGIN}/entry`, deliver, connectMedia, party, transferOutcome, people: { ringMs: 0, ...people } });
  }

  static async open(section: Partial<TelnyxConfig> = {}, people: Partial<PeopleSettings> = {}): Promise<Bench> {
    const bench = new Bench(people);
    const recorded = recordRequests(bench.fake);
    bench.#requests = recorded.requests;
    bench.#stop = (await interceptService(recorded)).close;
    await bench.restart(section);
    return bench;
  }

  /** Makes a carrier that knows nothing of what an earlier one did. */
  async restart(section: Partial<TelnyxConfig> = {}): Promise<void> {
    const read = await telnyxDefinition.config["~standard"].validate({ ...ACCOUNT, ...section });
    if (read.issues) throw new Error(read.issues.map(({ message }) => message).join());
    this.carrier = await telnyxDefinition.create(read.value, {
      log: this.log,
      clock: this.clock,
      signal: this.instance.signal,
      emit: (event) => void this.events.push(event),
      media: { attach: () => undefined },
      webhooks: { deliver: (request) => this.#deliver(request), entryUrl: `${ORIGIN}/entry` },
    });
  }

  async close(): Promise<void> {
    await this.carrier.close();
    this.fake.close();
    this.#stop();
  }

  get signal(): AbortSignal {
    return new AbortController().signal;
  }
  get person() {
    const person = this.network.party(THEIRS);
    if (!person) throw new Error("nobody was called");
    return person;
  }

  dialRequest(changes: Partial<DialRequest> = {}): DialRequest {
    const callId = `call-${++this.#serial}`;
    this.call = { callId, carrierIds: [], direction: "outbound", from: OURS, to: THEIRS };
    const plan = { callId, revision: 1, nonce: this.nonce, steps: [], then: "hold" } as const;
    return { callId, from: OURS, to: THEIRS, plan, urls: URLS, ringTimeoutMs: 30_000, maxDurationMs: 300_000, signal: this.signal, ...changes };
  }

  async dial(changes: Partial<DialRequest> = {}): Promise<void> {
    const { carrierIds } = await this.run(this.carrier.dial(this.dialRequest(changes)));
    this.call = { ...this.call, carrierIds };
    // It rings a moment later.
    await this.clock.advance(0);
  }

  /** A call that was placed and answered. */
  async talk(changes: Partial<DialRequest> = {}): Promise<void> {
    await this.dial(changes);
    void this.person.answer();
    await this.until(() => this.of("answered").length > 0);
  }

  /** Performs a step under a new turn, and gives its id. */
  async perform(step: StepContent, turn: "new" | "same" = "new"): Promise<string> {
    const id = `step-${++this.#serial}`;
    if (turn === "new") this.nonce = `nonce${this.#serial}`;
    await this.run(this.carrier.perform?.(this.call, { ...step, id }, { revision: 1, nonce: this.nonce, urls: URLS, signal: this.signal }) ?? Promise.reject(new Error("no perform")));
    return id;
  }

  /** What comes of a promise; time moves on where it waits for that. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let settled = false;
    const end = () => void (settled = true);
    work.then(end, end);
    const began = performance.now();
    while (!settled && performance.now() - began < PATIENCE_MS) {
      await this.settle();
      if (!settled && performance.now() - began > 30) await this.clock.advance(100);
    }
    if (!settled) throw new Error("it did not settle");
    return await work;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) await this.clock.settle();
  }

  /** Waits for something that takes no time. */
  async until(predicate: () => boolean): Promise<void> {
    const began = performance.now();
    while (!predicate()) {
      if (performance.now() - began > PATIENCE_MS) throw new Error(`it was never so: ${predicate.toString()}`);
      await this.settle();
    }
  }

  of<Type extends CallEvent["type"]>(type: Type): Extract<CallEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<CallEvent, { type: Type }> => event.type === type);
  }

  /** Commands that were sent so far, with what their `client_state` says in place of it. */
  sent(): Sent[] {
    return this.#requests.filter(({ method }) => method !== "GET").map(({ path, body }) => {
      const { client_state: state, ...rest } = JSON.parse(body) as Record<string, unknown>;
      const name = path.split("/").at(-1) ?? "";
      return { name, body: { ...rest, ...(typeof state === "string" && { state: JSON.parse(Buffer.from(state, "base64").toString()) as unknown }) } };
    });
  }
  names(): string[] {
    return this.sent().map(({ name }) => name);
  }

  #connect(request: MediaRequest) {
    if (this.refusesMedia !== undefined) return Promise.reject(new MediaRefused("refused", this.refusesMedia));
    const [theirs, ours] = wirePair();
    this.sockets.push(new OurSocket(request, ours));
    return Promise.resolve(theirs);
  }

  async #deliver(request: WebhookRequest): Promise<WebhookReply> {
    this.webhooks.push(request);
    const verdict = this.carrier.verify?.(request);
    if (!verdict?.ok) return { status: 403, headers: {}, body: "" };
    const { events } = this.carrier.parse?.(verdict.signed, { purpose: "status" }) ?? { events: [] };
    for (const event of events) {
      this.events.push(event);
      if (event.type === "incoming") this.call = { callId: `call-${++this.#serial}`, carrierIds: event.carrierIds, direction: "inbound", from: event.from, to: event.to };
    }
    return { status: 200, headers: {}, body: "" };
  }
}

/** Opens benches for the tests of one file, and closes them after each. */
export function benches(afterEach: (work: () => Promise<void>) => void): typeof Bench.open {
  const open: Bench[] = [];
  afterEach(async () => {
    for (const bench of open.splice(0)) await bench.close();
  });
  return async (...options) => {
    const bench = await Bench.open(...options);
    open.push(bench);
    return bench;
  };
}
