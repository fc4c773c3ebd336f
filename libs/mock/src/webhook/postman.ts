import type { Courier, Delivery } from "@openclaw/phone-network";
import type { WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";
import { writeMessage, type Message } from "./message.ts";
import type { Signer } from "./signature.ts";

/** Carries the network's messages: status in order, call by call, and beside it whatever wants an answer. */
export class Postman {
  constructor(
    private readonly courier: Courier,
    private readonly signer: Signer,
  ) {}

  /** Sends a message after all of its call that were sent before. Its answer is of no interest. */
  send(url: string, message: Message): void {
    this.courier.send(this.#delivery(url, message));
  }

  /** Sends a message now. Resolves with the answer, or with nothing where there was none after all attempts. */
  async ask(url: string, message: Message): Promise<WebhookReply | undefined> {
    return await this.courier.ask(this.#delivery(url, message));
  }

  /** Signed when its turn comes, and the same at every attempt. */
  #delivery(url: string, message: Message): Delivery {
    let signed: WebhookRequest | undefined;
    return { call: message.leg, request: () => (signed ??= this.signer.sign(url, writeMessage(message))) };
  }
}
