import type { CallEvent, WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";

/** A webhook that went from the network to us, and what we replied. */
export interface Letter {
  readonly request: WebhookRequest;
  readonly reply: WebhookReply;
}

type Deliver = (request: WebhookRequest) => Promise<WebhookReply>;
type Emit = (event: CallEvent) => void;

/** Letters that are kept for looking at. */
const MAX_KEPT = 1000;

/**
 * Carries everything from a carrier's network to the telephone, webhooks and events alike, and loses, holds or repeats it
 * as a test says.
 */
export class Post {
  readonly letters: Letter[] = [];
  /** Webhooks that are on their way; those that are held do not count. */
  underWay = 0;
  /** What the network sends gets lost on the way, as when a tunnel is down. */
  cut = false;
  /** Does something to a webhook instead of delivering it as it is. */
  onDeliver: (request: WebhookRequest, deliver: Deliver) => Promise<WebhookReply> = (request, deliver) => deliver(request);
  #held: (() => void)[] | undefined;
  #deliver: Deliver | undefined;

  /** The way in for webhooks. */
  connect(deliver: Deliver): Deliver {
    this.#deliver = deliver;
    return (request) => this.deliver(request);
  }

  /** The way in for events of a carrier without webhooks. */
  guard(emit: Emit): Emit {
    return (event) => {
      if (this.cut) return;
      if (this.#held) this.#held.push(() => emit(event));
      else emit(event);
    };
  }

  async deliver(request: WebhookRequest): Promise<WebhookReply> {
    if (this.cut) throw new Error("the tunnel is down");
    await this.#wait();
    this.underWay++;
    return this.#carry(request).finally(() => this.underWay--);
  }

  /** Holds everything that comes from now on, until it is let go. Returns the way to let it go, in any order. */
  hold(): { readonly size: () => number; release(order?: (held: (() => void)[]) => (() => void)[]): void } {
    const held: (() => void)[] = [];
    this.#held = held;
    return {
      size: () => held.length,
      release: (order = (all) => all) => {
        for (const go of order(held.splice(0))) go();
        if (this.#held === held) this.#held = undefined;
      },
    };
  }

  /** What comes from now on is no longer held; what is held already stays so. */
  stopHolding(): void {
    this.#held = undefined;
  }

  /** Delivers a webhook once more, as it was. */
  async repeat({ request }: Letter): Promise<WebhookReply> {
    if (!this.#deliver) throw new Error("the carrier takes no webhooks");
    return this.#deliver(request);
  }

  #wait(): Promise<void> | undefined {
    const held = this.#held;
    return held && new Promise<void>((resolve) => held.push(resolve));
  }

  async #carry(request: WebhookRequest): Promise<WebhookReply> {
    if (!this.#deliver) throw new Error("the telephone is not connected yet");
    const reply = await this.onDeliver(request, this.#deliver);
    if (this.letters.length < MAX_KEPT) this.letters.push({ request, reply });
    return reply;
  }
}
