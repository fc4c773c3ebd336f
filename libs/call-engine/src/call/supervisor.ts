import { isTelephonyError, toTelephonyError, type Clock, type MintedUrl, type Plan, type WebhookReply } from "@openclaw/telephony-contract";
import type { Lease } from "../carriers/pool.ts";
import type { CallUrlMinter } from "../door/urls.ts";
import type { EnginePorts } from "../ports.ts";
import type { CallRecord } from "../record.ts";
import type { CallAudio, CallAudioSource } from "./call-audio.ts";
import type { TransitionEnvironment } from "./draft.ts";
import { EffectRunner } from "./effects.ts";
import type { Input } from "./input.ts";
import { Timers } from "./timers.ts";
import { Waiters } from "./waiters.ts";
import { transition, type Transition } from "./transition.ts";
import type { CallState } from "./state.ts";

/** What a supervisor needs beside its call. */
export interface SupervisorOptions {
  readonly state: CallState;
  readonly lease: Lease;
  readonly ports: EnginePorts;
  readonly urls: CallUrlMinter;
  /** Where calls with live audio get theirs. */
  readonly audio?: CallAudioSource;
  /** After every stored change. */
  readonly onChange: (state: CallState) => void;
  /** Once, when the call is over and nothing of it runs any more. */
  readonly onEnded: (state: CallState) => void;
  /** The store refused a change. */
  readonly onStoreFailure: (error: unknown) => void;
}

/** Inputs that one mailbox may hold while it is being emptied: more than that is a loop, not a call. */
const MAX_MAILBOX = 1000;

/**
 * One live call: its mailbox, its state, and the hands of its effects. Inputs are taken one after another in the order
 * in which they came; a change is stored before its effects begin. Whatever goes wrong here ends at most this call.
 */
export class CallSupervisor {
  readonly #options: SupervisorOptions;
  readonly #clock: Clock;
  readonly #mailbox: Input[] = [];
  readonly #effects: EffectRunner;
  readonly timers: Timers;
  readonly waiters = new Waiters();
  readonly audio: CallAudio | undefined;
  readonly #over: Promise<void>;
  /** Resolves when the carrier took the call, or may have; rejects with its refusal. */
  readonly dialed: Promise<void>;
  #resolveOver = () => {};
  #state: CallState;
  #draining = false;
  #storeFailed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#clock = options.ports.clock;
    this.timers = new Timers(this.#clock, (name) => this.post({ type: "timer", name }));
    this.#over = new Promise((resolve) => (this.#resolveOver = resolve));
    const dialed = Promise.withResolvers<void>();
    this.dialed = dialed.promise;
    // Whoever placed the call asks; a call that nobody placed from here is not refused to anybody.
    this.dialed.catch(() => {});
    this.audio = options.state.media && options.audio?.open(options.state, (input) => this.post(input));
    this.#effects = new EffectRunner({
      dialed,
      audio: this.audio,
      lease: options.lease,
      ports: options.ports,
      urls: options.urls,
      timers: this.timers,
      waiters: this.waiters,
      post: (input) => this.post(input),
      state: () => this.#state,
      ended: () => this.#close(),
    });
  }

  get state(): CallState {
    return this.#state;
  }

  get record(): CallRecord {
    return this.#state.record;
  }

  get lease(): Lease {
    return this.#options.lease;
  }

  /** Stores the call for the first time. Throws what the store throws: such a call never begins. */
  create(): void {
    this.#options.ports.store.commit({ record: this.#state.record });
    this.#options.onChange(this.#state);
  }

  /** Puts an input into the mailbox, and empties it unless that is happening already. Never throws. */
  post(input: Input): void {
    if (this.#mailbox.length >= MAX_MAILBOX) {
      this.#options.ports.log.error("a call's mailbox is full: input dropped", { callId: this.record.callId, input: input.type });
      return;
    }
    this.#mailbox.push(input);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#mailbox.shift(); next; next = this.#mailbox.shift()) this.#take(next);
    } finally {
      this.#draining = false;
    }
  }

  /** Puts an input into the mailbox and resolves when the call is over. */
  over(input: Input): Promise<void> {
    const over = this.#over;
    this.post(input);
    return over;
  }

  /** The document that a pull carrier asked for: decided and rendered at once. */
  fetch(minted: MintedUrl): WebhookReply {
    this.post({ type: "fetch", minted });
    const { carrier } = this.#options.lease;
    const plan = this.#planInForce();
    if (!carrier.render) throw toTelephonyError(new Error("a push carrier asked for a document"), "unsupported");
    return carrier.render(plan, this.#options.urls.mint(plan));
  }

  #planInForce(): Plan {
    const { record, line, hangup } = this.#state;
    if (record.lifecycle !== "ended" && !hangup) return line.plan;
    return { callId: record.callId, revision: line.plan.revision, nonce: line.plan.nonce, steps: [], then: "hangup" };
  }

  #take(input: Input): void {
    const { ports } = this.#options;
    const key = input.type === "event" ? input.event.dedupeKey : undefined;
    try {
      if (key !== undefined && this.#seen(key)) return;
      const made = transition(this.#state, input, this.#environment());
      this.#state = made.state;
      if (made.durable || (key !== undefined && isDurable(input))) this.#store(made.durable, key);
      ports.store.whenSettled((failure) => this.#settled(input, made, failure));
    } catch (error) {
      this.#failed(input, error);
    }
  }

  #environment(): TransitionEnvironment {
    const { ports, audio } = this.#options;
    return { now: this.#clock.now(), nonce: () => ports.ids.nonce(), mediaUrl: (token) => audio?.url(token) ?? "" };
  }

  /** What an input led to is stored, or cannot be. */
  #settled(input: Input, { state, effects, durable }: Transition, failure: unknown): void {
    try {
      if (failure !== undefined) this.#storeRefused(failure);
      if (durable) this.#options.onChange(state);
      for (const effect of effects) this.#effects.run(effect);
    } catch (error) {
      this.#failed(input, error);
    }
  }

  /** A defect of ours must not leave the line open for ever. */
  #failed({ type }: Input, error: unknown): void {
    this.#options.ports.log.error("a call failed on an input and is ended", { callId: this.record.callId, input: type, error: describe(error) });
    if (type !== "end" && type !== "storeFailed") this.post({ type: "end", reason: "failed", detail: "internal error" });
  }

  #seen(key: string): boolean {
    return this.#options.ports.store.hasEvent(this.record.callId, key);
  }

  #store(changed: boolean, key: string | undefined): void {
    const { store } = this.#options.ports;
    const { record } = this.#state;
    try {
      if (changed) store.commit({ record, ...(key !== undefined && { eventKeys: [key] }) });
      else if (key !== undefined) store.rememberEvent(record.callId, key);
    } catch (error) {
      this.#storeRefused(error);
    }
  }

  #storeRefused(error: unknown): void {
    if (this.#storeFailed) return;
    this.#storeFailed = true;
    this.#options.onStoreFailure(error);
    this.post({ type: "storeFailed" });
  }

  #close(): void {
    this.timers.cancelAll();
    this.audio?.close();
    this.waiters.rejectAll(this.record.endReason ?? "ended");
    this.#options.onEnded(this.#state);
    this.#resolveOver();
  }
}

/** Volatile happenings leave no trace in the store. */
function isDurable(input: Input): boolean {
  return input.type === "event" && input.event.type !== "partialSpeech" && input.event.type !== "media";
}

function describe(error: unknown): string {
  if (isTelephonyError(error)) return error.code;
  return error instanceof Error ? error.message.slice(0, 200) : "unknown";
}
