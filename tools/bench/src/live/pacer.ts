import { FRAME_MS } from "./play-out.ts";

/** Sends one frame of a stream, which is late by so many milliseconds. */
export type SendFrame = (stream: number, now: number, lateMs: number) => void;

/**
 * Sends a frame of each stream every 20 ms, the streams evenly spread over that time, as those of many calls are. Tells how
 * late it was itself, since delays are worth nothing that it made.
 */
export class Pacer {
  readonly #send: SendFrame;
  readonly #now: () => number;
  #streams = 0;
  /** From here on frames are due, the next one of which is number `#next`. */
  #begin = 0;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: SendFrame, now: () => number = () => performance.now()) {
    this.#send = send;
    this.#now = now;
  }

  /** Streams that send at the moment: those from 0 on. */
  get streams(): number {
    return this.#timer ? this.#streams : 0;
  }

  /** From now on so many streams send. */
  run(streams: number): void {
    this.#streams = streams;
    this.#begin = this.#now();
    this.#next = 0;
    this.#timer ??= setInterval(() => this.beat(), 1);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Sends what is due by now: not what comes due meanwhile, of which there may be no end. */
  beat(): void {
    const gap = FRAME_MS / this.#streams;
    let now = this.#now();
    const until = now;
    for (let due = this.#begin + this.#next * gap; due <= until; due = this.#begin + this.#next * gap) {
      this.#send(this.#next % this.#streams, now, now - due);
      this.#next += 1;
      now = this.#now();
    }
  }
}
