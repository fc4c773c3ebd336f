import type { WebhookReply } from "@openclaw/telephony-contract";
import type { ListenFor } from "@openclaw/phone-network";
import type { PlivoCall } from "./call.ts";
import { checkDocument } from "./grammar.ts";
import type { Fields, Target } from "./webhook.ts";
import { XmlFault, readXml, type XmlElement } from "./xml.ts";

/** Plivo drops larger documents. */
const MAX_BYTES = 100_000;
/** Documents fetched without any time between them: more is a document that leads back to itself. */
const MAX_FETCHES_AT_ONCE = 20;
/** What `auto` comes to for the end of speech and of keys. */
const AUTO_MS = { speech: 1_000, digits: 2_000 } as const;
/** How long Dial rings where nobody says. */
const DIAL_S = "60";
/** Seconds that a stream lasts where nobody says. */
const STREAM_S = "86400";

/** Where an element leads: to the next one, or away from its document. */
type Onward = "next" | "elsewhere";

/** Fetches the documents of one call and carries them out with Plivo's strictness. */
export class Interpreter {
  /** Grows with every fetch, so that the rest of the document before is left alone. */
  #revision = 0;
  #fetches = { at: 0, count: 0 };

  constructor(private readonly call: PlivoCall) {}

  /** Goes on with another document. */
  async fetch(target: Target, fields: Fields): Promise<void> {
    const revision = ++this.#revision;
    if (this.#isLoop()) return this.#fail("xml-invalid", "the document leads back to itself");
    const reply = await this.call.ask(target, fields);
    if (revision !== this.#revision || this.#outOfHands) return;
    if (reply?.status !== 200) return this.#fail("url-unreachable", reply ? `status ${reply.status}` : "no answer");
    const root = this.#read(reply);
    if (root) await this.#run(root, revision);
  }

  #read(reply: WebhookReply): XmlElement | undefined {
    try {
      const root = readXml(bodyOf(reply));
      checkDocument(root);
      return root;
    } catch (error) {
      if (!(error instanceof XmlFault)) throw error;
      this.#fail("xml-invalid", error.message);
      return undefined;
    }
  }

  async #run(root: XmlElement, revision: number): Promise<void> {
    const line = this.call.leg.call;
    for (const element of root.children) {
      if (element.name === "Hangup") return this.#hangUp(element);
      line.answer();
      if ((await this.#perform(element)) === "elsewhere" || revision !== this.#revision || this.#outOfHands) return;
    }
    line.answer();
    line.end("completed", "us", "end-of-xml");
  }

  async #perform(element: XmlElement): Promise<Onward> {
    const line = this.call.leg.call;
    switch (element.name) {
      case "Speak":
        await line.say(element.text);
        return "next";
      case "Play":
        await line.play(element.text);
        return "next";
      case "Wait":
        await line.pause(1000 * Number(element.attributes.get("length") ?? 1));
        return "next";
      case "DTMF": {
        const pressed = line.press(element.text);
        if (element.attributes.get("async") === "false") await pressed;
        return "next";
      }
      case "GetInput":
        return this.#getInput(element);
      case "Dial":
        return this.#dial(element);
      case "Stream":
        await this.call.stream({ url: element.text, ...timeoutOf(element), ...statusOf(element) });
        return "next";
      case "Redirect":
        void this.fetch({ url: element.text, method: methodOf(element) }, {});
        return "elsewhere";
      default:
        return "next";
    }
  }

  async #getInput(element: XmlElement): Promise<Onward> {
    const { attributes, children } = element;
    for (const sound of children) if (sound.name !== "Speak") await this.#perform(sound);
    const result = await this.call.leg.call.listen(listenFor(attributes, spokenIn(children)));
    if (result.kind === "cancelled") return "elsewhere";
    if (result.kind === "no-input") return "next";
    const action = { url: attributes.get("action") ?? "", method: methodOf(element) };
    const fields =
      result.kind === "digits"
        ? { InputType: "dtmf", Digits: result.digits, Speech: "", SpeechConfidenceScore: "0.0" }
        : { InputType: "speech", Digits: "", Speech: result.text, SpeechConfidenceScore: "0.93" };
    if (attributes.get("redirect") !== "false") void this.fetch(action, fields);
    else this.call.tell(action, fields);
    return attributes.get("redirect") === "false" ? "next" : "elsewhere";
  }

  async #dial(element: XmlElement): Promise<Onward> {
    const { leg, exchange } = this.call;
    const { attributes, children } = element;
    const to = children[0]?.text ?? "";
    const ringTimeoutMs = 1000 * Number(attributes.get("timeout") ?? DIAL_S);
    const result = await exchange.transfer(leg, { to: /^\d/.test(to) ? `+${to}` : to, ringTimeoutMs });
    if (result.state === "cancelled") return "elsewhere";
    const about = { DialALegUUID: leg.id, DialBLegTo: to, DialBLegFrom: attributes.get("callerId") };
    if (result.state === "transferred") {
      const callback = attributes.get("callbackUrl");
      const method = attributes.get("callbackMethod") === "GET" ? "GET" : "POST";
      if (callback) for (const action of ["answer", "connected"]) this.call.tell({ url: callback, method }, { ...about, Event: "DialAnswer", DialAction: action });
      return "elsewhere";
    }
    const action = attributes.get("action");
    if (action === undefined) return "next";
    const status = result.detail === "reject" ? "failed" : result.detail;
    const outcome = { ...about, DialStatus: status, DialRingStatus: "true", DialHangupCause: status.toUpperCase() };
    void this.fetch({ url: action, method: methodOf(element) }, outcome);
    return "elsewhere";
  }

  #hangUp({ attributes }: XmlElement): void {
    const line = this.call.leg.call;
    // Before the call was answered it is a refusal.
    if (line.state === "ringing") line.end(attributes.get("reason") ?? "rejected", "us");
    else line.end("completed", "us", "hung-up-by-xml");
  }

  #fail(cause: "xml-invalid" | "url-unreachable", detail: string): void {
    const { leg, exchange } = this.call;
    exchange.log.error("The fake was given no usable document", { call: leg.id, cause, detail });
    leg.call.end("failed", "carrier", cause);
  }

  get #outOfHands(): boolean {
    return this.call.leg.call.outOfHands;
  }

  #isLoop(): boolean {
    const at = this.call.exchange.clock.now();
    this.#fetches = this.#fetches.at === at ? { at, count: this.#fetches.count + 1 } : { at, count: 1 };
    return this.#fetches.count > MAX_FETCHES_AT_ONCE;
  }
}

/** The document, if it is one in type and size. */
function bodyOf({ headers, body }: WebhookReply): string {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  if (!/^(application|text)\/xml\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) throw new XmlFault(`the content type is "${type.slice(0, 60)}"`);
  if (Buffer.byteLength(body) >= MAX_BYTES) throw new XmlFault("the document has 100 KB or more");
  return body;
}

function methodOf({ attributes }: XmlElement): Target["method"] {
  return attributes.get("method") === "GET" ? "GET" : "POST";
}

function timeoutOf({ attributes }: XmlElement): { timeoutMs: number } {
  return { timeoutMs: 1000 * Number(attributes.get("streamTimeout") ?? STREAM_S) };
}

function statusOf({ attributes }: XmlElement): { status?: Target } {
  const url = attributes.get("statusCallbackUrl");
  return url === undefined ? {} : { status: { url, method: attributes.get("statusCallbackMethod") === "GET" ? "GET" : "POST" } };
}

function spokenIn(children: readonly XmlElement[]): string {
  return children
    .filter(({ name }) => name === "Speak")
    .map(({ text }) => text)
    .join(" ");
}

function listenFor(attributes: XmlElement["attributes"], prompt: string): ListenFor {
  const inputs = attributes.get("inputType");
  const ms = (name: string, auto: number) => {
    const value = attributes.get(name) ?? "auto";
    return value === "auto" ? auto : 1000 * Number(value);
  };
  return {
    input: inputs === "dtmf" ? "digits" : inputs === "speech" ? "speech" : "both",
    noInputMs: 1000 * Number(attributes.get("executionTimeout") ?? 15),
    endSilenceMs: ms("speechEndTimeout", AUTO_MS.speech),
    ...(prompt !== "" && { prompt: { text: prompt, interruptible: true } }),
    digits: {
      max: Number(attributes.get("numDigits") ?? 32),
      finishOn: attributes.get("finishOnKey") ?? "#",
      interDigitMs: ms("digitEndTimeout", AUTO_MS.digits),
    },
  };
}
