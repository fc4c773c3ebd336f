import { isTelephonyError, toTelephonyError, type MintedUrl, type Plan, type TelephonyError, type WebhookReply } from "@openclaw/telephony-contract";
import type { Lease } from "../carriers/pool.ts";
import type { CallUrlMinter } from "../door/urls.ts";
import type { EnginePorts } from "../ports.ts";
import type { CallRecord } from "../record.ts";
import type { CallAudio, CallAudioSource } from "./call-audio.ts";
import type { TransitionEnvironment } from "./draft.ts";
import { EffectRunner, type EffectCall } from "./effects.ts";
import type { Input, Mailbox } from "./input.ts";
import { Timers } from "./timers.ts";
import { Waiters } from "./waiters.ts";
import { transition, type Transition } from "./transition.ts";
import type { CallState } from "./state.ts";

/** What all calls stand on, and who hears of them. */
export interface CallSurroundings {
  readonly ports: EnginePorts;
  readonly urls: CallUrlMinter;
  /** Where calls with live audio get theirs. */
  readonly audio?: CallAudioSource;
  /** Told after every stored change of a call. */
  changed(state: CallState): void;
  /** Told once of each call, when it is over and nothing of it runs any more. */
  ended(call: CallSupervisor): void;
  /** Told when the store refused a change. */
  storeFailed(error: unknown): void;
}

/** Inputs that one mailbox may hold while it is being emptied: more than that is a loop, not a call. */
const MAX_MAILBOX = 1000;

/** Nobody has to dial a call that comes in. */
const TAKEN = Promise.resolve();

/**
 * One live call: its mailbox, its state, and the hands of its effects. Inputs are taken one after another in the order
 * in which they came; a change is stored before its effects begin. Whatever goes wrong here ends at most this call.
 */
export class CallSupervisor implements Mailbox, EffectCall {
  readonly lease: Lease;
  readonly #surroundings: CallSurroundings;
  readonly #mailbox: Input[] = [];
  readonly #effects: EffectRunner;
  readonly timers: Timers;
  readonly waiters = new Waiters();
  readonly audio: CallAudio | undefined;
  /** Resolves when the carrier took the call, or may have; rejects with its refusal. */
  readonly dialed: Promise<void>;
  /** Settles it, until that has happened. */
  #dialing: PromiseWithResolvers<void> | undefined;
  /** Resolves when the call is over, where somebody waits for that. */
  #over: PromiseWithResolvers<void> | undefined;
  #state: CallState;
  #draining = false;
  #storeFailed = false;
  #finished = false;

  constructor(state: CallState, lease: Lease, surroundings: CallSurroundings) {
    const { ports, urls, audio } = surroundings;
    this.#state = state;
    this.lease = lease;
    this.#surroundings = surroundings;
    this.timers = new Timers(ports.clock, this);
    this.#dialing = state.record.direction === "outbound" ? Promise.withResolvers<void>() : undefined;
    this.dialed = this.#dialing?.promise ?? TAKEN;
    // Whoever placed the call asks; a call of an earlier run is not refused to anybody.
    this.dialed.catch(() => {});
    this.audio = state.media && audio?.open(state, this);
    this.#effects = new EffectRunner(this, ports, urls);
  }

  get state(): CallState {
    return this.#state;
  }

  get record(): CallRecord {
    return this.#state.record;
  }

  /** Stores the call for the first time. Throws what the store throws: such a call never begins. */
  create(): void {
    this.#surroundings.ports.store.commit({ record: this.#state.record });
    this.#surroundings.changed(this.#state);
  }

  /** Puts an input into the mailbox, and empties it unless that is happening already. Never throws. */
  post(input: Input): void {
    if (this.#mailbox.length >= MAX_MAILBOX) {
      this.#surroundings.ports.log.error("a call's mailbox is full: input dropped", { callId: this.record.callId, input: input.type });
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
    if (this.#finished) return Promise.resolve();
    const { promise } = (this.#over ??= Promise.withResolvers<void>());
    this.post(input);
    return promise;
  }

  dialEnded(refusal?: TelephonyError): void {
    if (refusal) this.#dialing?.reject(refusal);
    else this.#dialing?.resolve();
    this.#dialing = undefined;
  }

  finish(): void {
    this.#finished = true;
    this.timers.cancelAll();
    this.audio?.close();
    this.waiters.rejectAll(this.record.endReason ?? "ended");
    this.#surroundings.ended(this);
    this.#over?.resolve();
  }

  /** The document that a pull carrier asked for: decided and rendered at once. */
  fetch(minted: MintedUrl): WebhookReply {
    this.post({ type: "fetch", minted });
    const { carrier } = this.lease;
    const plan = this.#planInForce();
    if (!carrier.render) throw toTelephonyError(new Error("a push carrier asked for a document"), "unsupported");
    return carrier.render(plan, this.#surroundings.urls.mint(plan));
  }

  #planInForce(): Plan {
    const { record, line, hangup } = this.#state;
    if (record.lifecycle !== "ended" && !hangup) return line.plan;
    return { callId: record.callId, revision: line.plan.revision, nonce: line.plan.nonce, steps: [], then: "hangup" };
  }

  #take(input: Input): void {
    const { ports } = this.#surroundings;
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
    const { ports, audio } = this.#surroundings;
    return { now: ports.clock.now(), nonce: () => ports.ids.nonce(), mediaUrl: (token) => audio?.url(token) ?? "" };
  }

  /** What an input led to is stored, or cannot be. */
  #settled(input: Input, { state, effects, durable }: Transition, failure: unknown): void {
    try {
      if (failure !== undefined) this.#storeRefused(failure);
      if (durable) this.#surroundings.changed(state);
      for (const effect of effects) this.#effects.run(effect);
    } catch (error) {
      this.#failed(input, error);
    }
  }

  /** A defect of ours must not leave the line open for ever. */
  #failed({ type }: Input, error: unknown): void {
    this.#surroundings.ports.log.error("a call failed on an input and is ended", { callId: this.record.callId, input: type, error: describe(error) });
    if (type !== "end" && type !== "storeFailed") this.post({ type: "end", reason: "failed", detail: "internal error" });
  }

  #seen(key: string): boolean {
    return this.#surroundings.ports.store.hasEvent(this.record.callId, key);
  }

  #store(changed: boolean, key: string | undefined): void {
    const { store } = this.#surroundings.ports;
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
    this.#surroundings.storeFailed(error);
    this.post({ type: "storeFailed" });
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
