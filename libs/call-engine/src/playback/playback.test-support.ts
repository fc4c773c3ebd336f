import { MULAW_8K } from "@openclaw/telephony-contract";
import { FarEnd, createStallingClock, type FarEndOptions, type StallingClock } from "./far-end.test-support.ts";
import { Playback } from "./playback.ts";
import { Ticker } from "./ticker.ts";
import type { PlaybackOutcome, Utterance } from "./types.ts";

/** A playback with a far end, and everything that it told. */
export class Studio {
  readonly clock: StallingClock = createStallingClock();
  readonly errors: unknown[] = [];
  readonly ticker = new Ticker(this.clock, 20, (error) => this.errors.push(error));
  readonly events: string[] = [];
  readonly outcomes = new Map<string, PlaybackOutcome>();
  readonly playback: Playback;
  readonly #options: FarEndOptions;
  readonly #epoch = this.clock.now();
  /** The link in use. */
  far: FarEnd;

  constructor(options: FarEndOptions & { readonly leadMs?: number | (() => number); readonly attached?: boolean } = {}) {
    this.#options = options;
    this.playback = new Playback({
      clock: this.clock,
      ticker: this.ticker,
      formatOut: options.format ?? MULAW_8K,
      ...(options.leadMs !== undefined && { leadMs: options.leadMs }),
      events: {
        firstFrameSent: (id, at) => void this.events.push(`sent ${id} @${at - this.#epoch}`),
        firstFrameHeard: (id, at) => void this.events.push(`heard ${id} @${at - this.#epoch}`),
        idle: () => void this.events.push("idle"),
      },
    });
    this.far = new FarEnd(this.clock, options);
    if (options.attached !== false) this.attach(this.far);
  }

  /** Gives the playback another link, and forwards its marks. */
  attach(far: FarEnd = new FarEnd(this.clock, this.#options)): FarEnd {
    this.far = far;
    far.onMark = (name) => this.playback.onMark(name);
    this.playback.attach(far, far.capabilities);
    return far;
  }

  /** Queues an utterance, whose outcome is kept. */
  queue(id: string, options: { readonly interruptible?: boolean } = {}): Utterance {
    const utterance = this.playback.queue({ id, interruptible: options.interruptible ?? true });
    void utterance.done.then((outcome) => this.outcomes.set(id, outcome));
    return utterance;
  }

  /** Queues a whole utterance. */
  say(id: string, audio: Uint8Array, options: { readonly interruptible?: boolean } = {}): Utterance {
    const utterance = this.queue(id, options);
    utterance.write(audio);
    utterance.end();
    return utterance;
  }

  /** All bytes that sounded in the ear on the link in use. */
  get heard(): Uint8Array {
    return Uint8Array.from(this.far.heard().flatMap(({ bytes }) => [...bytes]));
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }
}
