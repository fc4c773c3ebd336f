import type { Logger, WebhookReply } from "@openclaw/telephony-contract";
import type { CallNews, Conductor, ConnectMedia, Happening, Leg, MediaStream, TransferRequest, TransferResult } from "@openclaw/phone-network";
import type { Courier, DeliveryPolicy } from "@openclaw/phone-network/wire";
import { endingOf, type Ending } from "./ending.ts";
import { Interpreter } from "./interpreter.ts";
import { FakeStream, type StreamAround } from "./stream.ts";
import type { Fields, Target, WebhookMaker } from "./webhook.ts";

/** Plivo waits 15 seconds for a document, and asks three times. */
const DOCUMENT_POLICY: DeliveryPolicy = { answerMs: 15_000, pausesMs: [1_000, 3_000], again: (reply) => reply === undefined || reply.status >= 500 };

/** URLs of one call. */
export interface CallUrls {
  readonly answer: Target;
  readonly fallback?: Target;
  readonly ring?: Target;
  readonly hangup?: Target;
  readonly machine?: Target;
}

/** What calls share. */
export interface Exchange extends Pick<StreamAround, "clock" | "manners"> {
  readonly log: Logger;
  readonly courier: Courier;
  readonly maker: WebhookMaker;
  readonly transfer: (leg: Leg, request: TransferRequest) => Promise<TransferResult>;
  readonly connectMedia: ConnectMedia;
  /** Told of every stream that begins. */
  readonly streams: (stream: MediaStream) => void;
}

/** A stream as a document asks for it. */
export interface StreamElement extends Pick<StreamAround, "url" | "timeoutMs"> {
  readonly status?: Target;
}

/** One call at Plivo: its ids, its state, and the webhooks by which it is reported. Its documents are interpreted beside it. */
export class PlivoCall implements Conductor {
  readonly #interpreter: Interpreter;
  readonly #startedAt: number;
  #stage: "queued" | "ringing" | "in-progress" = "queued";
  #ending: Ending | undefined;
  #answeredAt: number | undefined;
  #endedAt: number | undefined;
  #judged = false;
  #stream: FakeStream | undefined;

  constructor(
    readonly leg: Leg,
    readonly urls: CallUrls,
    readonly exchange: Exchange,
    /** Id of the request to call; a call that reached us has none. */
    readonly requestUuid?: string,
  ) {
    this.#startedAt = exchange.clock.now();
    this.#interpreter = new Interpreter(this);
  }

  /** `CallStatus` as webhooks say it. */
  get status(): string {
    return this.#ending?.status ?? this.#stage;
  }
  get over(): boolean {
    return this.#ending !== undefined;
  }

  report({ news }: Happening): void {
    if (news.type === "incoming") {
      this.#stage = "ringing";
      void this.#interpreter.fetch(this.urls.answer, { Event: "StartApp" });
    } else if (news.type === "ringing") {
      this.#stage = "ringing";
      this.tell(this.urls.ring, { Event: "Ring" });
    } else if (news.type === "answered") {
      this.#stage = "in-progress";
      this.#answeredAt = this.exchange.clock.now();
    } else if (news.type === "digits") this.#stream?.key(news.digits);
    else if (news.type === "machine") this.#judge(news.verdict);
    else if (news.type === "ended") this.#end(news);
  }

  answered(): void {
    // A call that reached us goes through its first document already.
    if (this.leg.about.direction === "outbound") void this.#interpreter.fetch(this.urls.answer, { Event: "StartApp" });
  }

  /** Leaves the document under way and goes on with another one. */
  redirect(target: Target): void {
    this.leg.call.cancelActivity();
    void this.#interpreter.fetch(target, {});
  }

  /** Streams the call's audio. Resolves when that is over, however it came. */
  stream({ url, timeoutMs, status }: StreamElement): Promise<void> {
    const { leg, exchange } = this;
    const { clock, manners, connectMedia, maker, streams } = exchange;
    return leg.call.during(undefined, (done) => {
      const headers = (to: string) => maker.upgradeHeaders(to);
      const tell = (event: string, streamId: string) => this.tell(status, { Event: event, StreamID: streamId, Timestamp: stamp(clock.now()), ServiceURL: url });
      const stream = new FakeStream({ clock, leg, manners, connectMedia, url, timeoutMs, headers, tell, over: () => done(undefined) });
      this.#stream = stream;
      streams(stream);
      return () => stream.end();
    });
  }

  /** Asks for a document, at the fallback URL where the first one does not answer. */
  async ask(target: Target, fields: Fields): Promise<WebhookReply | undefined> {
    const { courier, maker } = this.exchange;
    const said = { ...this.fields(), ...fields };
    const reply = await courier.ask({ call: this.leg.id, policy: DOCUMENT_POLICY, request: () => maker.make(target, said) });
    const { fallback } = this.urls;
    if (reply?.status === 200 || !fallback || fallback.url === target.url || target !== this.urls.answer) return reply;
    return courier.ask({ call: this.leg.id, policy: DOCUMENT_POLICY, request: () => maker.make(fallback, said) });
  }

  /** Reports something that wants no answer. It says what is true now, however late it goes out. */
  tell(target: Target | undefined, fields: Fields): void {
    if (!target) return;
    const said = { ...this.fields(), ...fields };
    this.exchange.courier.send({ call: this.leg.id, request: () => this.exchange.maker.make(target, said) });
  }

  /** What Plivo's API says of the call while it lives. */
  describe(): Fields {
    const { from, to } = this.#numbers();
    const about = { call_uuid: this.leg.id, request_uuid: this.requestUuid, caller_name: from, from, to };
    return { ...about, direction: this.leg.about.direction, call_status: this.status, session_start: stamp(this.#startedAt), stir_verification: "Not Applicable" };
  }

  /** The call's record, once it is over. */
  record(): Fields | undefined {
    if (!this.#ending) return undefined;
    const { from, to } = this.#numbers();
    const { status, code, name, source } = this.#ending;
    return {
      call_uuid: this.leg.id,
      call_direction: this.leg.about.direction,
      call_duration: this.#duration(),
      bill_duration: this.#duration(),
      call_state: status === "completed" ? "ANSWER" : status.toUpperCase(),
      from_number: from,
      to_number: to,
      hangup_cause_code: code,
      hangup_cause_name: name,
      hangup_source: source,
      initiation_time: stamp(this.#startedAt),
      end_time: stamp(this.#endedAt ?? this.#startedAt),
    };
  }

  /** What every webhook of the call says. */
  fields(): Fields {
    const { leg, requestUuid } = this;
    const { from, to } = this.#numbers();
    const { callerName, attestation } = leg.caller;
    return {
      CallUUID: leg.id,
      From: from,
      To: to,
      CallStatus: this.status,
      Direction: leg.about.direction,
      ALegUUID: leg.id,
      ...(requestUuid && { RequestUUID: requestUuid, ALegRequestUUID: requestUuid }),
      BillRate: "0.0085",
      SessionStart: stamp(this.#startedAt),
      ...(callerName && { CallerName: callerName }),
      ...(attestation && { StirVerification: attestation === "A" ? "Verified" : "Not Verified", StirAttestation: attestation.length === 1 ? attestation : "" }),
    };
  }

  #end(ended: Extract<CallNews, { type: "ended" }>): void {
    this.#ending = endingOf(ended);
    this.#endedAt = this.exchange.clock.now();
    const { code, name, source } = this.#ending;
    this.tell(this.urls.hangup ?? this.urls.answer, {
      Event: "Hangup",
      HangupCause: name.toUpperCase().replaceAll(" ", "_"),
      HangupCauseName: name,
      HangupCauseCode: code,
      HangupSource: source,
      Duration: this.#duration(),
      BillDuration: this.#duration(),
      TotalCost: "0.00850",
      StartTime: stamp(this.#startedAt),
      EndTime: stamp(this.#endedAt),
    });
  }

  /** Plivo tells its verdict once. */
  #judge(verdict: string): void {
    if (this.#judged) return;
    this.#judged = true;
    this.tell(this.urls.machine, { Event: "MachineDetection", Machine: verdict === "machine" || verdict === "fax" ? "true" : "false", IfMachine: "continue" });
  }

  /** Numbers without `+`, and none of a caller who hides it. */
  #numbers(): { readonly from: string; readonly to: string } {
    const { about, caller } = this.leg;
    const bare = (number: string) => number.replace(/^\+/, "");
    return { from: caller.hidesNumber ? "anonymous" : bare(about.from), to: bare(about.to) };
  }

  #duration(): string {
    return this.#answeredAt === undefined ? "0" : String(Math.ceil(((this.#endedAt ?? this.#answeredAt) - this.#answeredAt) / 1000));
  }
}

/** A time as Plivo writes it, in UTC. */
function stamp(at: number): string {
  return new Date(at).toISOString().replace("T", " ").slice(0, 19);
}
