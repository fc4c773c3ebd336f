import type { Carrier } from "../carrier.ts";
import type { CallEvent } from "../events.ts";
import type { Step } from "../plan.ts";
import { refTo, type CallTable, type KitCall } from "./calls.ts";

/** A step that a push carrier was asked to perform. */
export interface Performance {
  readonly callId: string;
  readonly nonce: string;
  readonly step: Step;
  /** What `perform` rejected with. */
  error?: unknown;
  accepted?: boolean;
}

/** Performs plans step by step, as the engine does with push carriers: the next one when the last one ended. */
export class Performer {
  readonly performances: Performance[] = [];
  readonly #generations = new Map<string, number>();
  readonly #waiting = new Set<{ readonly over: (event: CallEvent) => boolean; readonly wake: () => void }>();

  constructor(
    private readonly carrier: () => Carrier,
    private readonly calls: CallTable,
    private readonly signal: AbortSignal,
  ) {}

  /** Begins with the call's plan. What is still under way of an earlier plan is not continued. */
  run(call: KitCall): void {
    const generation = (this.#generations.get(call.callId) ?? 0) + 1;
    this.#generations.set(call.callId, generation);
    void this.#perform(call, () => this.#generations.get(call.callId) === generation);
  }

  /** Is told of every event. */
  notice(event: CallEvent): void {
    for (const waiter of [...this.#waiting]) {
      if (!waiter.over(event)) continue;
      this.#waiting.delete(waiter);
      waiter.wake();
    }
  }

  async #perform(call: KitCall, current: () => boolean): Promise<void> {
    const { plan, urls } = call;
    for (const step of plan.steps) {
      if (!current()) return;
      const performance: Performance = { callId: call.callId, nonce: plan.nonce, step };
      this.performances.push(performance);
      const ended = new Promise<void>((wake) => this.#waiting.add({ over: endOf(step, plan.nonce), wake }));
      try {
        await this.carrier().perform?.(refTo(call), step, { revision: plan.revision, nonce: plan.nonce, urls, signal: this.signal });
        performance.accepted = true;
      } catch (error) {
        performance.error = error;
        return;
      }
      await ended;
    }
    if (!current()) return;
    if (plan.then === "hangup") await this.carrier().hangup(refTo(call), this.signal).catch(() => undefined);
    else if (call.next.length > 0) this.calls.advance(call);
  }
}

/** What shows that a step is over: its own end, or the event that a step of its kind is there for. */
function endOf(step: Step, nonce: string): (event: CallEvent) => boolean {
  return (event) => {
    if (event.type === "stepEnded") return event.stepId === step.id;
    if (event.type === "answer" || event.type === "listenEnded") return step.kind === "listen" && event.turn?.nonce === nonce;
    if (event.type === "answered") return step.kind === "answer";
    return event.type === "transfer" && event.stepId === step.id;
  };
}
