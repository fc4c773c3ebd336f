import {
  CONTRACT,
  TelephonyError,
  type CallEvent,
  type CallRef,
  type CarrierCapabilities,
  type CarrierCallStatus,
  type CarrierContext,
  type CarrierDefinition,
  type DialRequest,
  type DialResult,
  type Plan,
  type Step,
  type StepContext,
  type WebhookReply,
  type WebhookRequest,
} from "@openclaw/telephony-contract";

const yes = { native: "yes" } as const;

/** Capabilities of a carrier that takes commands. */
export const PUSH: CarrierCapabilities = {
  flow: "push",
  audioModes: ["native"],
  outbound: true,
  inbound: true,
  steps: {
    answer: { unanswered: "yes" },
    reject: { unanswered: "yes" },
    say: yes,
    listen: yes,
    sendDigits: yes,
    stopSpeech: yes,
    transfer: yes,
  },
  listen: { speech: true, digits: true, proof: "echoed" },
  dialDigits: true,
  dtmfOut: { native: "command" },
  machineDetection: true,
};

/** Capabilities of a carrier that asks for documents. */
export const PULL: CarrierCapabilities = {
  ...PUSH,
  flow: "pull",
  webhooks: true,
  nudge: true,
  listen: { speech: true, proof: "echoed" },
  dtmfOut: {},
};

/** Every happening of the world has its own number, whichever process hears of it. */
let happenings = 0;

type Failing = "dial" | "hangup" | "perform" | "status" | "nudge";

/**
 * A carrier on the tester's desk: it does nothing by itself, keeps what it was asked, and says what the test has it say.
 */
export class DeskCarrier {
  readonly capabilities: CarrierCapabilities;
  readonly dials: DialRequest[] = [];
  readonly performed: { readonly call: CallRef; readonly step: Step; readonly context: StepContext }[] = [];
  readonly nudges: string[] = [];
  readonly hangups: string[] = [];
  readonly failing = new Map<Failing, TelephonyError | "throw" | "hang">();
  delivery: DialResult["delivery"];
  status: CarrierCallStatus = { state: "answered" };
  statusAsked = 0;
  #dialHold: Promise<void> | undefined;
  #release = () => {};
  opened = 0;
  closed = 0;
  context!: CarrierContext;
  /** Told of every request whose signature is checked. */
  onVerify: (request: WebhookRequest) => void = () => {};

  constructor(capabilities: CarrierCapabilities = PUSH) {
    this.capabilities = capabilities;
    this.delivery = capabilities.flow === "push" ? "stepwise" : "will-fetch";
  }

  get definition(): CarrierDefinition<object> {
    return {
      contract: CONTRACT,
      kind: "carrier",
      id: "desk",
      label: "Desk",
      capabilities: this.capabilities,
      config: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as object }) } },
      create: async (_config, context) => {
        this.opened++;
        this.context = context;
        return {
          close: async () => void this.closed++,
          dial: async (request) => {
            this.dials.push(request);
            await this.#dialHold;
            await this.#fail("dial");
            return { carrierIds: [`desk-${request.callId}`], delivery: this.delivery };
          },
          hangup: async (call) => {
            this.hangups.push(call.callId);
            await this.#fail("hangup");
          },
          status: async () => {
            this.statusAsked++;
            await this.#fail("status");
            return this.status;
          },
          perform: async (call, step, stepContext) => {
            this.performed.push({ call, step, context: stepContext });
            await this.#fail("perform");
          },
          nudge: async (_call, url) => {
            this.nudges.push(url);
            await this.#fail("nudge");
          },
          render: (plan) => ({ status: 200, headers: {}, body: JSON.stringify(plan) }),
          verify: (request) => {
            this.onVerify(request);
            return request.headers["x-desk"] === "good"
              ? { ok: true, signed: request, replayKey: Buffer.from(request.body).toString("utf8") }
              : { ok: false, reason: "signature-mismatch" };
          },
          parse: (request) => {
            const body = JSON.parse(Buffer.from(request.body).toString("utf8")) as { events?: CallEvent[]; document?: boolean };
            return { events: body.events ?? [], reply: body.document ? "document" : "acknowledge" };
          },
        };
      },
    };
  }

  /** Takes no call until it is told to. */
  holdDials(): void {
    this.#dialHold = new Promise((resolve) => (this.#release = resolve));
  }

  releaseDials(): void {
    this.#release();
  }

  /** Steps that the carrier was asked to perform, by kind. */
  get kinds(): string[] {
    return this.performed.map(({ step }) => step.kind);
  }

  get lastStep(): Step {
    const last = this.performed.at(-1);
    if (!last) throw new Error("the carrier was asked for nothing yet");
    return last.step;
  }

  /** Texts that the carrier was asked to say. */
  get said(): string[] {
    return this.performed.flatMap(({ step }) => (step.kind === "say" ? [step.text] : []));
  }

  /** Reports something of a call. */
  emit<Type extends CallEvent["type"]>(type: Type, callId: string, rest: Partial<Extract<CallEvent, { type: Type }>> = {}): void {
    this.context.emit(this.event(type, callId, rest));
  }

  event<Type extends CallEvent["type"]>(type: Type, callId: string, rest: Partial<Extract<CallEvent, { type: Type }>> = {}): CallEvent {
    const base = { type, callId, carrierIds: [`desk-${callId}`], occurredAt: this.context.clock.now(), dedupeKey: `e${++happenings}` };
    return { ...base, ...rest } as unknown as CallEvent;
  }

  /** The last step is done. */
  stepDone(callId: string): void {
    this.emit("stepEnded", callId, { stepId: this.lastStep.id, outcome: "completed" });
  }

  /** The caller answers the question that is open. */
  answer(callId: string, text: string, nonce = this.performed.at(-1)?.context.nonce ?? ""): void {
    this.emit("answer", callId, { turn: { nonce, proof: "echoed" }, input: { kind: "speech", text } });
  }

  /** A signed request to one of the engine's URLs. */
  async post(url: string, body: { events?: CallEvent[]; document?: boolean; id?: string }, signature = "good"): Promise<WebhookReply> {
    const headers = { "x-desk": signature };
    return this.context.webhooks.deliver({ method: "POST", url, headers, body: Buffer.from(JSON.stringify(body)) });
  }

  /** Asks for a document. */
  async fetch(url: string, events: CallEvent[] = []): Promise<Plan> {
    const reply = await this.post(url, { events, document: true, id: `f${++happenings}` });
    return JSON.parse(reply.body) as Plan;
  }

  async #fail(what: Failing): Promise<void> {
    const failure = this.failing.get(what);
    if (failure === "throw") throw new Error("a defect of the carrier");
    if (failure === "hang") await new Promise(() => {});
    if (failure instanceof TelephonyError) throw failure;
  }
}
