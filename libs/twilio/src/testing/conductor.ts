import { randomBytes } from "node:crypto";
import type { Clock, EndReason, Logger } from "@openclaw/telephony-contract";
import type { CallNews, Conductor, ConnectMedia, Happening, Leg, MediaStream, TransferRequest, TransferResult } from "@openclaw/phone-network";
import type { Fields, Messages, Target } from "./messages.ts";
import { FakeStream, type StreamFault, type StreamManners } from "./stream.ts";
import { elementsOf, readDocument, textOf, type DocumentFault } from "./twiml.ts";
import type { XmlElement } from "./xml-reader.ts";

/** Documents fetched without any time between them: more is a document that leads back to itself. */
const MAX_FETCHES_AT_ONCE = 30;
/** `MachineDetectionSilenceTimeout`: after so much silence a greeting without a tone counts as over. */
const AMD_SILENCE_MS = 5_000;

/** What a call begins with: a document, or where to fetch it. */
export type Beginning = { readonly verbs: readonly XmlElement[] } | { readonly fetch: Target };

/** Where news of a call go. */
export interface Callbacks {
  readonly status?: Target & { readonly events: readonly string[] };
  readonly machine?: Target & { readonly mode: string };
}

/** What a conductor needs. */
export interface ConductorOptions {
  readonly leg: Leg;
  readonly messages: Messages;
  readonly log: Logger;
  readonly now: () => number;
  readonly beginning: Beginning;
  readonly callbacks: Callbacks;
  readonly transfer: (leg: Leg, request: TransferRequest) => Promise<TransferResult>;
  /** What Twilio's debugger would show: a document that it does not carry out, a stream that fails. */
  readonly alert: (fault: DocumentFault | StreamFault) => void;
  readonly streaming: Streaming;
}

/** What media streams are made with. */
export interface Streaming {
  readonly clock: Clock;
  readonly connectMedia: ConnectMedia;
  readonly manners: Readonly<StreamManners>;
  /** Told of every stream that begins. */
  readonly opened: (stream: MediaStream) => void;
}

/** Conducts a call as Twilio does: goes through a document verb by verb, fetches the next, reports what happens. */
export class TwimlConductor implements Conductor {
  callbacks: Callbacks;
  /** Grows with every new document, so that the rest of the one before is left alone. */
  #revision = 0;
  #fetches = { at: 0, count: 0 };
  #judged = false;
  #answeredAt = 0;
  #stream: FakeStream | undefined;
  /** The `Dial` whose party has answered. */
  #bridge: { readonly action: Target; readonly childSid: string } | undefined;

  constructor(private readonly options: ConductorOptions) {
    this.callbacks = options.callbacks;
  }

  report({ news }: Happening): void {
    switch (news.type) {
      case "incoming":
        if ("fetch" in this.options.beginning) void this.#fetch(this.options.beginning.fetch);
        return;
      case "ringing":
        return this.progress("ringing", "ringing");
      case "answered":
        this.#answeredAt = this.options.now();
        return this.progress("answered", "in-progress", { StirStatus: "A" });
      case "machine":
        return this.#judge(news);
      case "ended":
        return this.#over(news.reason);
      case "digits":
        // Keys that are pressed while nobody listens are reported in a stream only.
        return this.#stream?.key(news.digits);
      default:
        // Recordings are not begun here.
        return;
    }
  }

  answered(): void {
    const { beginning, leg } = this.options;
    if (leg.about.direction === "inbound") return;
    if ("verbs" in beginning) void this.#run(beginning.verbs, ++this.#revision);
    else void this.#fetch(beginning.fetch);
  }

  /** Tells of the call's progress whoever asked to be told of this. */
  progress(event: string, status: string, more: Fields = {}): void {
    const target = this.callbacks.status;
    if (target?.events.includes(event)) this.options.messages.tell(target, status, more);
  }

  /** Leaves the document under way for another one. */
  redirect(next: Beginning): void {
    this.#revision++;
    this.options.leg.call.cancelActivity();
    void ("verbs" in next ? this.#run(next.verbs, this.#revision) : this.#fetch(next.fetch));
  }

  #over(reason: EndReason): void {
    const status = statusOf(reason);
    const seconds = this.#answeredAt === 0 ? 0 : Math.round((this.options.now() - this.#answeredAt) / 1000);
    if (this.#bridge) {
      const { action, childSid } = this.#bridge;
      this.options.messages.note(action, status, { DialCallStatus: "completed", DialCallSid: childSid, DialCallDuration: String(seconds), DialBridged: "true" });
    }
    this.progress("completed", status, { CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)), SipResponseCode: SIP[reason] ?? "200" });
  }

  /** One verdict for each call. `DetectMessageEnd` waits until a machine's greeting is over. */
  #judge({ verdict, greetingEnded }: Extract<CallNews, { type: "machine" }>): void {
    const { machine } = this.callbacks;
    if (!machine || this.#judged) return;
    const tell = (answeredBy: string) => {
      if (this.#judged) return;
      this.#judged = true;
      this.options.messages.verdict(machine, answeredBy, this.options.now() - this.#answeredAt);
    };
    if (verdict !== "machine") return tell(verdict === "unsure" ? "unknown" : verdict);
    if (machine.mode === "Enable") return tell("machine_start");
    if (greetingEnded) return tell("machine_end_beep");
    this.options.leg.timers.after(AMD_SILENCE_MS, () => tell("machine_end_silence"));
  }

  async #fetch(target: Target, more: Fields = {}): Promise<void> {
    const { leg, messages } = this.options;
    const revision = ++this.#revision;
    if (this.#isLoop()) return this.#fail({ code: 11200, message: "documents lead in a circle" });
    const reply = await messages.ask(target, leg.call.state === "ringing" ? "ringing" : "in-progress", more);
    if (revision !== this.#revision || leg.call.outOfHands) return;
    const read = reply ? readDocument(reply) : { fault: { code: 11200, message: "no answer" } as const };
    if ("fault" in read) return this.#fail(read.fault);
    await this.#run(read.verbs, revision);
  }

  /** "An application error has occurred", and the call is over. */
  #fail(fault: DocumentFault): void {
    const { leg, log, alert } = this.options;
    log.error("Twilio cannot carry out a document", { call: leg.id, code: fault.code, fault: fault.message });
    alert(fault);
    leg.call.end("failed", "carrier", String(fault.code));
  }

  async #run(verbs: readonly XmlElement[], revision: number): Promise<void> {
    const { call, about } = this.options.leg;
    const [first] = verbs;
    if (first?.name === "Reject") {
      if (about.direction !== "inbound" || call.state !== "ringing") return this.#fail({ code: 12200, message: "Reject on a call that is answered" });
      return call.end(first.attributes.reason === "busy" ? "busy" : "rejected", "us");
    }
    call.answer();
    for (const verb of verbs) {
      if (await this.#perform(verb)) return;
      if (revision !== this.#revision || call.outOfHands) return;
    }
    // Whoever has nothing more to do hangs up, as after an empty document.
    call.end("completed", "us");
  }

  /** Does one verb. Whether the call goes on elsewhere than behind it. */
  async #perform(verb: XmlElement): Promise<boolean> {
    const { call } = this.options.leg;
    const { attributes } = verb;
    switch (verb.name) {
      case "Say":
        await call.say(textOf(verb));
        return false;
      case "Play":
        await (attributes.digits === undefined ? call.play(textOf(verb)) : call.press(attributes.digits));
        return false;
      case "Pause":
        await call.pause(seconds(attributes.length, 1));
        return false;
      case "Gather":
        return await this.#gather(verb);
      case "Connect":
        return await this.#connect(verb);
      case "Dial":
        return await this.#dial(verb);
      case "Redirect":
        void this.#fetch({ url: textOf(verb), method: attributes.method });
        return true;
      default:
        call.end("completed", "us");
        return true;
    }
  }

  async #gather(verb: XmlElement): Promise<boolean> {
    const { input = "dtmf", action, method, timeout, speechTimeout, numDigits, finishOnKey = "#", bargeIn = "true", actionOnEmptyResult } = verb.attributes;
    const prompt = elementsOf(verb).map(textOf).join(" ");
    const patience = seconds(timeout, 5);
    const result = await this.options.leg.call.listen({
      input: input === "dtmf" ? "digits" : input === "speech" ? "speech" : "both",
      noInputMs: patience,
      endSilenceMs: speechTimeout === "auto" ? 1_000 : seconds(speechTimeout ?? timeout, 5),
      digits: { interDigitMs: patience, finishOn: finishOnKey, ...(numDigits !== undefined && { max: Number(numDigits) }) },
      ...(prompt !== "" && { prompt: { text: prompt, interruptible: bargeIn === "true" } }),
    });
    const target = action === undefined ? undefined : { url: action, method };
    if (!target || result.kind === "cancelled") return false;
    if (result.kind === "speech") void this.#fetch(target, { SpeechResult: result.text, Confidence: "0.9128386", Language: "en-US" });
    else if (result.kind === "digits") void this.#fetch(target, { Digits: result.digits, FinishedOnKey: finishOnKey });
    else if (actionOnEmptyResult === "true") void this.#fetch(target, { Digits: "" });
    else return false;
    return true;
  }

  /** Streams until our end closes the socket, or it fails; then goes on with what follows. */
  async #connect(verb: XmlElement): Promise<boolean> {
    const { leg, messages, alert, streaming } = this.options;
    const [noun] = elementsOf(verb);
    if (!noun) return false;
    const { url = "", statusCallback, statusCallbackMethod } = noun.attributes;
    const parameters = Object.fromEntries(elementsOf(noun).map(({ attributes: { name = "", value = "" } }) => [name, value]));
    const tell = (fields: Fields) => statusCallback !== undefined && messages.stream({ url: statusCallback, method: statusCallbackMethod }, fields);
    const ended = await leg.call.during<"over" | "cancelled">("cancelled", (done) => {
      const stream = new FakeStream({ ...streaming, leg, url, parameters, tell, alert, over: () => done("over") });
      this.#stream = stream;
      streaming.opened(stream);
      return () => stream.end();
    });
    if (ended === "cancelled") return false;
    this.#stream = undefined;
    const { action, method } = verb.attributes;
    if (action !== undefined) void this.#fetch({ url: action, method });
    return action !== undefined;
  }

  async #dial(verb: XmlElement): Promise<boolean> {
    const { leg, messages, transfer } = this.options;
    const [party] = elementsOf(verb);
    const { action, method, timeout } = verb.attributes;
    if (!party) return false;
    const childSid = `CA${randomBytes(16).toString("hex")}`;
    const result = await transfer(leg, { to: textOf(party), ringTimeoutMs: seconds(timeout, 30) });
    if (result.state === "cancelled") return false;
    const back = action === undefined ? undefined : { url: action, method };
    if (result.state === "transferred") {
      if (back) this.#bridge = { action: back, childSid };
      const { statusCallback, statusCallbackMethod, statusCallbackEvent = "" } = party.attributes;
      const child = { CallSid: childSid, ParentCallSid: leg.id, Direction: "outbound-dial", To: textOf(party), Called: textOf(party), SequenceNumber: "2" };
      if (statusCallback && statusCallbackEvent.split(" ").includes("answered")) messages.tell({ url: statusCallback, method: statusCallbackMethod }, "in-progress", child);
      return true;
    }
    if (!back) return false;
    const status = result.detail === "no-answer" ? "no-answer" : "busy";
    void this.#fetch(back, { DialCallStatus: status, DialCallSid: childSid, DialBridged: "false" });
    return true;
  }

  #isLoop(): boolean {
    const at = this.options.now();
    this.#fetches = this.#fetches.at === at ? { at, count: this.#fetches.count + 1 } : { at, count: 1 };
    return this.#fetches.count > MAX_FETCHES_AT_ONCE;
  }
}

/** Responses of SIP (RFC 3261, section 21) behind the ends of calls. */
const SIP: Readonly<Record<string, string>> = { busy: "486", "no-answer": "487", canceled: "487", rejected: "603", failed: "500" };

/** The end of a call as Twilio calls it. It has no state for a party that declines. */
export function statusOf(reason: EndReason): string {
  if (reason === "rejected") return "busy";
  return reason in SIP ? reason : "completed";
}

/** Whole seconds as milliseconds. */
function seconds(text: string | undefined, otherwise: number): number {
  return Number(text ?? otherwise) * 1_000;
}
