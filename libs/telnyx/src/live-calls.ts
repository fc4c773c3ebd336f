import type { Clock } from "@openclaw/telephony-contract";
import { Timers } from "@openclaw/telephony-kit";
import type { Turn } from "./listening.ts";

/** Calls that are remembered at a time. One more, and the oldest is forgotten: it goes on as after a restart. */
const MAX_CALLS = 1000;

/** What this process knows of a call beside what its webhooks bring back. None of it is needed to go on after a restart. */
export class LiveCall {
  /** Whether it was answered, as far as we were told. */
  answered = false;
  turn: Turn | undefined;
  /** Whether its audio was connected with ours, and we did not end that. */
  streams = false;
  /** What commands wait for, so that none overtakes another. Never rejects. */
  ready: Promise<void> = Promise.resolve();

  constructor(
    readonly callId: string,
    /** End with the call. */
    readonly timers: Timers,
  ) {}

  /** Lets later commands wait for this; its failure is its own. */
  wait(work: () => Promise<void>): void {
    this.ready = this.ready.then(work).catch(() => undefined);
  }
}

/** The calls of one instance, by our id. */
export class LiveCalls {
  readonly #calls = new Map<string, LiveCall>();

  /** All calls are forgotten when `signal` is aborted. */
  constructor(private readonly clock: Clock, signal: AbortSignal) {
    signal.addEventListener("abort", () => [...this.#calls.keys()].forEach((callId) => this.release(callId)), { once: true });
  }

  /** The call, remembered from now on. */
  of(callId: string): LiveCall {
    const known = this.#calls.get(callId);
    if (known) return known;
    const [oldest] = this.#calls.keys();
    if (oldest !== undefined && this.#calls.size >= MAX_CALLS) this.release(oldest);
    const call = new LiveCall(callId, new Timers(this.clock));
    this.#calls.set(callId, call);
    return call;
  }

  /** Forgets a call that is over, and its timers. */
  release(callId: string): void {
    const call = this.#calls.get(callId);
    this.#calls.delete(callId);
    if (!call) return;
    call.turn = undefined;
    call.timers.cancelAll();
  }
}
