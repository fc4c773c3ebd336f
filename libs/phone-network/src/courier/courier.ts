import { isTelephonyError, type Clock, type Logger, type WebhookReply, type WebhookRequest } from "@openclaw/telephony-contract";
import { withDeadline } from "@openclaw/telephony-kit";
import { pause } from "./pause.ts";

/** Carries one request to whom it is for, in process or over HTTP. The signal ends it. */
export type Deliver = (request: WebhookRequest, signal: AbortSignal) => Promise<WebhookReply>;

/** How patient a carrier is with whoever it sends webhooks to. */
export interface DeliveryPolicy {
  /** Milliseconds until an answer counts as missing. */
  readonly answerMs: number;
  /** Milliseconds before the second attempt, the third and so on. None: there is one attempt. */
  readonly pausesMs: readonly number[];
  /** Whether to try again after this answer, or after none. */
  readonly again: (reply: WebhookReply | undefined) => boolean;
}

/** Ten seconds for an answer, and two more attempts after a server error or none. */
export const USUAL_POLICY: DeliveryPolicy = {
  answerMs: 10_000,
  pausesMs: [1_000, 3_000],
  again: (reply) => reply === undefined || reply.status >= 500,
};

/** One webhook. */
export interface Delivery {
  /** The carrier's id of the call. What is sent for one call stays in order. */
  readonly call: string;
  /** Makes the request, signed; asked again for every attempt, of which the first is 1. */
  readonly request: (attempt: number) => WebhookRequest;
  /** Default: the courier's. */
  readonly policy?: DeliveryPolicy;
}

/** What the way does to webhooks that want no answer. For tests. */
export interface Disorder {
  /** Every one comes twice. */
  readonly duplicate?: boolean;
  /** Of every two of a call, the second comes first. One that stays alone comes a second late. */
  readonly reorder?: boolean;
  /** Each comes so many milliseconds late. */
  readonly delayMs?: number;
}

/** An attempt to deliver, for tests to look at. */
export interface Attempt {
  readonly call: string;
  readonly url: string;
  readonly attempt: number;
  /** Absent where there was no answer. */
  readonly status?: number;
}

/** What a courier is given. */
export interface CourierOptions {
  readonly deliver: Deliver;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends every delivery. */
  readonly signal: AbortSignal;
  /** Default: {@link USUAL_POLICY}. */
  readonly policy?: DeliveryPolicy;
}

/** Webhooks that wait for their turn, of all calls. */
const MAX_WAITING = 2_000;
/** Attempts that are remembered, the latest. */
const MAX_ATTEMPTS = 1_000;
/** How long one waits for another to change places with. */
const ALONE_MS = 1_000;

/** Webhooks of one call that wait. */
interface Lane {
  waiting: number;
  last: Promise<void>;
  /** The one that lets the next one pass. */
  held?: { readonly delivery: Delivery; letGo(): void } | undefined;
}

/** Carries a carrier's webhooks: news in order, call by call, and beside them whatever wants an answer. */
export class Courier {
  /** What happens to webhooks on the way that want no answer. May be changed at any time. */
  disorder: Disorder = {};
  readonly #lanes = new Map<string, Lane>();
  readonly #attempts: Attempt[] = [];
  #waiting = 0;

  constructor(private readonly options: CourierOptions) {}

  /** The latest attempts, the oldest first. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  /** Sends a webhook after those that were sent before for the same call. Nobody waits for the answer. */
  send(delivery: Delivery): void {
    const { signal, log } = this.options;
    if (signal.aborted) return;
    if (this.#waiting >= MAX_WAITING) return log.warn("A webhook is dropped: too many are waiting", { call: delivery.call });
    const lane = this.#lane(delivery.call);
    const { held } = lane;
    if (held) {
      this.#enqueue(lane, delivery);
      held.letGo();
    } else if (this.disorder.reorder) this.#hold(lane, delivery);
    else this.#enqueue(lane, delivery);
  }

  /**
   * Sends a webhook now. Resolves with the answer, whatever its status, or with nothing where there was none after all
   * attempts or the courier was ended.
   */
  async ask({ call, request, policy = this.options.policy ?? USUAL_POLICY }: Delivery): Promise<WebhookReply | undefined> {
    const { clock, signal } = this.options;
    for (let attempt = 1; ; attempt++) {
      if (signal.aborted) return undefined;
      const reply = await this.#try(call, attempt, request(attempt), policy.answerMs);
      const pauseMs = policy.pausesMs[attempt - 1];
      if (pauseMs === undefined || signal.aborted || !policy.again(reply)) return reply;
      await pause(pauseMs, clock, signal);
    }
  }

  async #try(call: string, attempt: number, request: WebhookRequest, answerMs: number): Promise<WebhookReply | undefined> {
    const { deliver, clock, log, signal } = this.options;
    const { url } = request;
    try {
      const reply = await withDeadline((deadline) => deliver(request, deadline), { ms: answerMs, clock, signal, what: "The webhook" });
      this.#note({ call, url, attempt, status: reply.status });
      if (reply.status >= 400) log.warn("A webhook was answered with an error", { call, attempt, status: reply.status });
      return reply;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#note({ call, url, attempt });
      log.warn("A webhook was not answered", { call, attempt, code: isTelephonyError(error) ? error.code : "failed" });
      return undefined;
    }
  }

  #note(attempt: Attempt): void {
    if (this.#attempts.push(attempt) > MAX_ATTEMPTS) this.#attempts.shift();
  }

  #lane(call: string): Lane {
    const known = this.#lanes.get(call);
    if (known) return known;
    const lane: Lane = { waiting: 0, last: Promise.resolve() };
    this.#lanes.set(call, lane);
    return lane;
  }

  /** Keeps a webhook back until another one of the call has passed, or none came. */
  #hold(lane: Lane, delivery: Delivery): void {
    const { clock, signal } = this.options;
    const letGo = () => {
      over.abort();
      if (lane.held?.delivery !== delivery) return;
      lane.held = undefined;
      this.#enqueue(lane, delivery);
    };
    const over = new AbortController();
    lane.held = { delivery, letGo };
    void pause(ALONE_MS, clock, AbortSignal.any([signal, over.signal])).then(letGo);
  }

  #enqueue(lane: Lane, delivery: Delivery): void {
    const { clock, signal } = this.options;
    const { duplicate = false, delayMs = 0 } = this.disorder;
    const due = clock.now() + delayMs;
    lane.waiting++;
    this.#waiting++;
    lane.last = lane.last.then(async () => {
      if (due > clock.now()) await pause(due - clock.now(), clock, signal);
      await this.#carry(delivery, duplicate);
      this.#waiting--;
      if (--lane.waiting === 0 && !lane.held) this.#lanes.delete(delivery.call);
    });
  }

  async #carry(delivery: Delivery, duplicate: boolean): Promise<void> {
    try {
      await this.ask(delivery);
      if (duplicate) await this.ask(delivery);
    } catch (error) {
      this.options.log.error("A webhook could not be made", { call: delivery.call, error: error instanceof Error ? error.name : typeof error });
    }
  }
}
