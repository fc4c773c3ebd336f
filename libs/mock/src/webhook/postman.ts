import { isTelephonyError, type Clock, type Logger, type WebhookReply, type WebhookRequest } from "@openclaw/telephony-contract";
import { withDeadline } from "@openclaw/telephony-kit";
import { writeMessage, type Message } from "./message.ts";
import type { Signer } from "./signature.ts";

/** How long the network waits for an answer. */
const ANSWER_MS = 10_000;
/** Pauses before it asks again, with the same request, when there was none or a server error. */
const RETRY_AFTER_MS: readonly number[] = [1_000, 3_000];
/** Status messages of one call that wait for their turn. */
const MAX_QUEUED = 200;

/** What the postmen of one network share. */
export interface PostOffice {
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends every delivery. */
  readonly signal: AbortSignal;
  deliver(request: WebhookRequest): Promise<WebhookReply>;
}

/** Carries one call's messages: status in order, one after another, and beside it whatever wants an answer. */
export class Postman {
  #queue: Promise<unknown> = Promise.resolve();
  #queued = 0;

  constructor(private readonly office: PostOffice) {}

  /** Sends a message after all that were sent before. Its answer is of no interest. */
  send(url: string, message: Message): void {
    if (this.#queued >= MAX_QUEUED) return this.office.log.warn("The mock drops a webhook: too many are waiting", { leg: message.leg });
    this.#queued++;
    this.#queue = this.#queue.then(() => this.ask(url, message)).then(() => this.#queued--);
  }

  /** Sends a message now. Resolves with the answer, or with nothing where there was none after all attempts. */
  async ask(url: string, message: Message): Promise<WebhookReply | undefined> {
    const { signer, clock, log, signal } = this.office;
    if (signal.aborted) return undefined;
    const request = signer.sign(url, writeMessage(message));
    for (const pauseMs of [...RETRY_AFTER_MS, undefined]) {
      try {
        const reply = await withDeadline(() => this.office.deliver(request), { ms: ANSWER_MS, clock, signal, what: "The webhook" });
        if (reply.status < 500) return reply;
        log.warn("A webhook of the mock was answered with an error", { leg: message.leg, status: reply.status });
      } catch (error) {
        if (signal.aborted) return undefined;
        log.warn("A webhook of the mock was not answered", { leg: message.leg, code: isTelephonyError(error) ? error.code : "failed" });
      }
      if (pauseMs !== undefined) await this.#pause(pauseMs);
    }
    return undefined;
  }

  #pause(ms: number): Promise<void> {
    const { clock, signal } = this.office;
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const cancel = clock.schedule(ms, end);
      signal.addEventListener("abort", end, { once: true });
    });
  }
}
