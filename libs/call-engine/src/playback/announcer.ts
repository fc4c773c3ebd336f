import type { Clock } from "@openclaw/telephony-contract";
import type { Outlet } from "./outlet.ts";
import type { PlayQueue } from "./play-queue.ts";
import type { QueuedUtterance } from "./queued-utterance.ts";
import type { PlaybackEvents } from "./types.ts";

/** Tells once of each utterance when it is first sent and when it is first heard. */
export class Announcer {
  readonly #clock: Clock;
  readonly #queue: PlayQueue;
  readonly #outlet: Outlet;
  readonly #events: PlaybackEvents;
  #waiting = false;

  constructor(options: { readonly clock: Clock; readonly queue: PlayQueue; readonly outlet: Outlet; readonly events: PlaybackEvents }) {
    this.#clock = options.clock;
    this.#queue = options.queue;
    this.#outlet = options.outlet;
    this.#events = options.events;
  }

  /** Whether something was sent of which it was not told yet that it is heard. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Some of it was sent. */
  sent(utterance: QueuedUtterance): void {
    this.#waiting ||= !utterance.toldHeard;
    if (utterance.toldSent || !this.#outlet.attached) return;
    utterance.toldSent = true;
    this.#events.firstFrameSent(utterance.id, this.#clock.now());
  }

  /** Tells of what is heard by now. */
  lookUp(now: number): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    const heard = this.#outlet.timeline.heardMs(now);
    for (let one = this.#queue.first; one?.startMs !== undefined; one = one.next) {
      this.#waiting = one.startMs >= heard;
      if (this.#waiting) return;
      this.heard(one, heard - one.startMs);
    }
  }

  /** It began to be heard so long ago. */
  heard(utterance: QueuedUtterance, msAgo: number): void {
    if (utterance.toldHeard || utterance.sentBytes === 0) return;
    utterance.toldHeard = true;
    this.#events.firstFrameHeard(utterance.id, this.#clock.now() - msAgo);
  }
}
