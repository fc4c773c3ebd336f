import type { EarOutput } from "./events.ts";

/**
 * Frames for which our own voice may still come back: half a second. To a mobile phone and back takes 200 to 400 ms, and
 * the moment at which the caller hears something is itself known to some 100 ms only.
 */
const TAIL_FRAMES = 25;
/** Decibels that one proven echo takes off the return loss. */
const LESSON_DB = 6;

/**
 * Tells how loud a sound has to be so that it cannot be our own voice coming back. It goes by the loudest that the caller
 * heard from us lately, since nobody knows how long the way back takes. Fed with frames of 20 ms.
 */
export class EchoGuard {
  /** No `Float64Array`: one of so few numbers takes twice the memory, in each call. */
  readonly #heard = new Array<number>(TAIL_FRAMES).fill(-Infinity);
  #at = 0;
  #loudestDbfs = -Infinity;
  #returnLossDb: number;
  #thresholdDbfs = -Infinity;

  /** @param returnLossDb how much quieter than what we sent an echo is, at least */
  constructor(returnLossDb: number) {
    this.#returnLossDb = returnLossDb;
  }

  /** Anything above is no echo. `-Infinity` while nothing of ours can come back. In dBFS. */
  get thresholdDbfs(): number {
    return this.#thresholdDbfs;
  }

  /** Takes the level that the caller hears from us, once a frame. */
  hear(output: Pick<EarOutput, "outputLevel">): void {
    const level = output.outputLevel;
    const forgotten = this.#heard[this.#at] as number;
    this.#heard[this.#at] = level;
    this.#at = (this.#at + 1) % TAIL_FRAMES;
    if (level >= this.#loudestDbfs) this.#loudestDbfs = level;
    else if (forgotten === this.#loudestDbfs) this.#loudestDbfs = this.#loudest();
    this.#thresholdDbfs = this.#loudestDbfs - this.#returnLossDb;
  }

  #loudest(): number {
    let loudest = -Infinity;
    for (let i = 0; i < TAIL_FRAMES; i++) {
      const level = this.#heard[i] as number;
      if (level > loudest) loudest = level;
    }
    return loudest;
  }

  /** What passed was an echo, as its words have shown: this line sends more of our voice back than was assumed. */
  mistaken(): void {
    this.#returnLossDb = Math.max(0, this.#returnLossDb - LESSON_DB);
  }
}
