import type { AudioFormat, Clock } from "@openclaw/telephony-contract";
import { FrameLevel } from "./frame-level.ts";
import type { Outlet } from "./outlet.ts";
import type { PlayQueue } from "./play-queue.ts";
import type { QueuedUtterance } from "./queued-utterance.ts";

/** What a caller hears at this moment. Reading it costs no memory but that of a number. */
export class NowHeard {
  readonly #clock: Clock;
  readonly #queue: PlayQueue;
  readonly #outlet: Outlet;
  readonly #meter: FrameLevel;
  /** Whether nothing more is handed over for now. */
  readonly #isPaused: () => boolean;

  constructor(options: { readonly clock: Clock; readonly queue: PlayQueue; readonly outlet: Outlet; readonly format: AudioFormat; readonly isPaused: () => boolean }) {
    this.#clock = options.clock;
    this.#queue = options.queue;
    this.#outlet = options.outlet;
    this.#meter = new FrameLevel(options.format);
    this.#isPaused = options.isPaused;
  }

  /** The utterance in whose middle the caller is; none that only waits, is paused, or was heard. */
  get utterance(): QueuedUtterance | undefined {
    const { timeline } = this.#outlet;
    const heard = timeline.heardMs(this.#clock.monotonic());
    // A carrier that cannot drop audio plays what it has after a pause, too.
    if (this.#isPaused() && heard >= timeline.sentMs) return undefined;
    return this.#queue.at(heard);
  }

  /** Level of the frame that sounds: RMS in dBFS, `-Infinity` in silence. */
  get level(): number {
    const { utterance } = this;
    if (utterance === undefined) return -Infinity;
    const { timeline } = this.#outlet;
    const frame = this.#outlet.chunk(1);
    const heard = utterance.heardBytes(timeline.heardMs(this.#clock.monotonic()));
    if (heard >= utterance.sentBytes) return -Infinity;
    this.#outlet.pad(frame, utterance.tape.read(heard - (heard % frame.length), frame));
    return this.#meter.measure(frame);
  }

  /** Milliseconds that were heard of an utterance in the queue. 0 for any other. */
  ms(id: string): number {
    const heard = this.#outlet.timeline.heardMs(this.#clock.monotonic());
    return (this.#queue.all.find((utterance) => utterance.id === id)?.heardBytes(heard) ?? 0) / this.#queue.bytesPerMs;
  }
}
