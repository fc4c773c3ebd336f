import type { CallNews, Conductor, Happening, Leg } from "@openclaw/phone-network";
import type { CallUrls, Logger } from "@openclaw/telephony-contract";
import { answerNews, type NetworkServices } from "../carrier/services.ts";
import type { Message } from "../webhook/message.ts";
import type { Postman } from "../webhook/postman.ts";
import { readDocument, type CallDocument, type Verb } from "./format.ts";

/** Documents fetched without any time between them: more is a document that leads back to itself. */
const MAX_FETCHES_AT_ONCE = 20;

/** URLs that a call knows from the start. Those of its documents replace them. */
type Callbacks = Pick<CallUrls, "status" | "machine" | "recording">;

/** What one call begins with: a document, or where to fetch it. */
export type Beginning = { readonly document: CallDocument } | { readonly fetch: string };

/** What a document conductor needs. */
export interface DocumentOptions {
  readonly leg: Leg;
  readonly postman: Postman;
  readonly log: Logger;
  readonly callbacks: Callbacks;
  /** Absent for a call that reached us: its first document answers the news of it. */
  readonly beginning?: Beginning;
  readonly now: () => number;
  readonly services: NetworkServices;
}

/** Conducts a call by documents: goes through one, and fetches the next where it ends. */
export class DocumentConductor implements Conductor {
  #callbacks: Callbacks;
  /** Grows with every new document, so that the rest of the one before is left alone. */
  #revision = 0;
  #fetches = { at: 0, count: 0 };
  #lastOrder = 0;
  /** Where the news go that the verb under way asked for. */
  #action = "";

  constructor(private readonly options: DocumentOptions) {
    this.#callbacks = options.callbacks;
  }

  report(happening: Happening): void {
    const { news } = happening;
    this.#lastOrder = happening.order;
    const wants = wantsDocument(news);
    const url = this.#urlFor(news);
    if (wants) void this.#fetch(url, happening);
    else this.options.postman.send(url, { ...happening, wants: "acknowledgement" });
  }

  answered(): void {
    const { beginning } = this.options;
    if (!beginning) return;
    if ("document" in beginning) void this.#run(beginning.document, ++this.#revision);
    else void this.#fetch(beginning.fetch);
  }

  /** Leaves the document under way and fetches another one. */
  redirect(url: string): void {
    this.#revision++;
    this.options.leg.call.cancelActivity();
    void this.#fetch(url);
  }

  #urlFor({ type }: CallNews): string {
    if (type === "machine") return this.#callbacks.machine;
    if (type === "recording") return this.#callbacks.recording;
    if (type === "answer" || type === "listenEnded" || type === "transfer") return this.#action;
    return this.#callbacks.status;
  }

  /** Reports news that a verb asked for, to its own URL. */
  #reportTo(action: string, news: CallNews): void {
    this.#action = action;
    this.options.leg.report(news);
  }

  async #fetch(url: string, happening?: Happening): Promise<void> {
    const { leg, postman, log, now } = this.options;
    const revision = ++this.#revision;
    const message: Message = happening
      ? { ...happening, wants: "document" }
      : { leg: leg.id, order: this.#lastOrder, at: now(), wants: "document", ...(leg.callId !== undefined && { callId: leg.callId }) };
    if (this.#isLoop()) return leg.call.end("failed", "carrier", "document-loop");
    const reply = await postman.ask(url, message);
    if (revision !== this.#revision || leg.call.outOfHands) return;
    const read = reply ? readDocument(reply) : { fault: "no answer" };
    if ("document" in read) return this.#run(read.document, revision);
    log.error("The mock network was given no usable document", { leg: leg.id, fault: read.fault });
    leg.call.end("failed", "carrier", "document-unusable");
  }

  async #run(document: CallDocument, revision: number): Promise<void> {
    const { leg } = this.options;
    leg.callId = document.callId;
    this.#callbacks = document.callbacks;
    const [first] = document.verbs;
    if (first?.verb === "reject") return leg.call.end(first.reason, "us");
    leg.call.answer();
    let unanswered: string | undefined;
    for (const verb of document.verbs) {
      if (verb.verb === "gather") unanswered = verb.state;
      if (await this.#perform(verb)) return;
      if (revision !== this.#revision || leg.call.outOfHands) return;
    }
    if ("hangup" in document.then) return leg.call.end("completed", "us");
    const { fetch } = document.then;
    if (unanswered === undefined) return this.#fetch(fetch);
    this.#reportTo(fetch, answerNews({ kind: "no-input" }, unanswered));
  }

  /** Does one thing. Whether the call goes on elsewhere than behind it. */
  async #perform(verb: Verb): Promise<boolean> {
    const { leg } = this.options;
    const { call } = leg;
    switch (verb.verb) {
      case "say":
        await call.say(verb.text);
        return false;
      case "play":
        await call.play(verb.url);
        return false;
      case "pause":
        await call.pause(verb.ms);
        return false;
      case "press":
        await call.press(verb.digits);
        return false;
      case "record":
        leg.recorder[verb.action]();
        return false;
      case "gather":
        return this.#gather(verb);
      case "transfer":
        return this.#transfer(verb);
      case "connect":
        await this.options.services.connectAudio(leg);
        return false;
      case "reject":
        return false;
    }
  }

  async #gather(verb: Extract<Verb, { verb: "gather" }>): Promise<boolean> {
    const { action, state } = verb;
    // The document was read from JSON, so that optional members are really absent.
    const result = await this.options.leg.call.listen(verb as Parameters<Leg["call"]["listen"]>[0]);
    if (result.kind === "cancelled" || result.kind === "no-input") return false;
    this.#reportTo(action, answerNews(result, state));
    return true;
  }

  async #transfer({ id, to, ringTimeoutMs, action }: Extract<Verb, { verb: "transfer" }>): Promise<boolean> {
    const result = await this.options.services.transfer(this.options.leg, { to, ringTimeoutMs });
    if (result.state === "cancelled") return false;
    this.#reportTo(action, { type: "transfer", stepId: id, ...result });
    return true;
  }

  #isLoop(): boolean {
    const at = this.options.now();
    this.#fetches = this.#fetches.at === at ? { at, count: this.#fetches.count + 1 } : { at, count: 1 };
    return this.#fetches.count > MAX_FETCHES_AT_ONCE;
  }
}

/** Whether the answer to news is what the call does next. */
function wantsDocument(news: CallNews): boolean {
  if (news.type === "transfer") return news.state === "back";
  return news.type === "incoming" || news.type === "answer" || news.type === "listenEnded";
}
