import type { Clock } from "@openclaw/telephony-contract";
import type { LegState } from "./leg-state.ts";
import type { Turn } from "./listening.ts";

/** Calls that are remembered at a time. One more, and the oldest is forgotten: it goes on as after a restart. */
const MAX_CALLS = 1000;

/** What this process knows of a call beside what its webhooks bring back. None of it is needed to go on after a restart. */
export class LiveCall {
  /** What the leg was given last. */
  state: LegState | undefined;
  /** Whether it was answered, as far as we were told. */
  answered = false;
  /** Keys that the carrier presses on answering. */
  dialDigits = "";
  turn: Turn | undefined;
  /** What commands wait for, so that none overtakes another. Never rejects. */
  ready: Promise<void> = Promise.resolve();
  readonly #timers = new Set<() => void>();

  constructor(
    readonly callId: string,
    private readonly clock: Clock,
  ) {}

  /** Calls back once, unless the call is over by then. Gives the way to cancel it. */
  after(ms: number, callback: () => void): () => void {
    const cancel = () => {
      stop();
      this.#timers.delete(cancel);
    };
    const stop = this.clock.schedule(ms, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
    return cancel;
  }

  /** Lets later commands wait for this one; its failure is its own. */
  wait(work: () => Promise<void>): void {
    this.ready = this.ready.then(work).catch(() => undefined);
  }

  release(): void {
    this.turn = undefined;
    for (const cancel of [...this.#timers]) cancel();
  }
}

/** The calls of one instance, by our id. */
export class LiveCalls {
  readonly #calls = new Map<string, LiveCall>();

  constructor(private readonly clock: Clock) {}

  find(callId: string): LiveCall | undefined {
    return this.#calls.get(callId);
  }

  /** The call, remembered from now on. */
  of(callId: string): LiveCall {
    const known = this.#calls.get(callId);
    if (known) return known;
    const [oldest] = this.#calls.keys();
    if (oldest !== undefined && this.#calls.size >= MAX_CALLS) this.release(oldest);
    const call = new LiveCall(callId, this.clock);
    this.#calls.set(callId, call);
    return call;
  }

  /** Forgets a call that is over, and its timers. */
  release(callId: string): void {
    this.#calls.get(callId)?.release();
    this.#calls.delete(callId);
  }

  releaseAll(): void {
    for (const callId of [...this.#calls.keys()]) this.release(callId);
  }
}
