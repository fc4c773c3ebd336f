import type { Clock } from "@openclaw/telephony-contract";
import { frameLevel } from "./frame-level.ts";
import type { Pacer } from "./pacer.ts";
import type { QueuedUtterance } from "./queued-utterance.ts";

/** Frames that are measured at a time: to look for one costs as much as to measure several. */
const FRAMES_MEASURED = 5;

/** What a caller hears at this moment. Reading it costs no memory but that of a number. */
export class NowHeard {
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  /** Levels of a few frames from this one of this stream on: they are asked for one after the other. */
  readonly #levels = new Array<number>(FRAMES_MEASURED).fill(-Infinity);
  #levelsFrom = 0;
  #levelsCount = 0;
  #levelsOf = -1;

  constructor(clock: Clock, pacer: Pacer) {
    this.#clock = clock;
    this.#pacer = pacer;
  }

  /** The utterance in whose middle the caller is; none that only waits, is paused, or was heard. */
  get utterance(): QueuedUtterance | undefined {
    const { outlet, queue, paused } = this.#pacer;
    const { timeline } = outlet;
    const heard = timeline.heardMs(this.#clock.monotonic());
    // A carrier that cannot drop audio plays what it has after a pause, too.
    if (paused && heard >= timeline.sentMs) return undefined;
    return queue.at(heard);
  }

  /** Level of the frame that sounds: RMS in dBFS, `-Infinity` in silence. */
  get level(): number {
    const { timeline, frameMs } = this.#pacer.outlet;
    const heard = timeline.heardMs(this.#clock.monotonic());
    if (heard >= timeline.sentMs) return -Infinity;
    const frame = Math.floor(heard / frameMs);
    const known = this.#levelsOf === timeline.generation && frame >= this.#levelsFrom && frame < this.#levelsFrom + this.#levelsCount;
    if (!known) this.#measure(frame);
    return this.#levelsCount > 0 ? (this.#levels[frame - this.#levelsFrom] as number) : -Infinity;
  }

  /** Measures a frame of the stream, and those behind it. */
  #measure(frame: number): void {
    const { outlet, queue } = this.#pacer;
    const { timeline, frameMs } = outlet;
    this.#levelsOf = timeline.generation;
    this.#levelsFrom = frame;
    this.#levelsCount = 0;
    const chunk = outlet.chunk(1);
    for (let at = frame * frameMs; at < timeline.sentMs && this.#levelsCount < FRAMES_MEASURED; at += frameMs) {
      const utterance = queue.at(at);
      // What was over before the measuring was not kept.
      if (utterance === undefined) return;
      outlet.pad(chunk, utterance.tape.read(utterance.heardBytes(at), chunk));
      this.#levels[this.#levelsCount++] = frameLevel(chunk, outlet.format);
    }
  }

  /** Milliseconds that were heard of an utterance in the queue. 0 for any other. */
  ms(id: string): number {
    const { outlet, queue } = this.#pacer;
    const heard = outlet.timeline.heardMs(this.#clock.monotonic());
    return (queue.list().find((utterance) => utterance.id === id)?.heardBytes(heard) ?? 0) / queue.bytesPerMs;
  }
}
