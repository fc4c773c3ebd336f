import type { Clock, DecodedFrame } from "@openclaw/telephony-contract";

/** A frame of audio, as a codec decodes it. */
export type AudioFrame = Extract<DecodedFrame, { type: "audio" }>;

/** Whoever takes frames in order. */
export interface OrderedFrames {
  deliver(frame: AudioFrame): void;
}

/** Frames that may wait for an earlier one: 100 ms where a frame has 20. */
const WINDOW_FRAMES = 5;
/** Milliseconds that a frame waits for an earlier one. */
const WINDOW_MS = 100;

interface HeldFrame extends AudioFrame {
  readonly seq: number;
}

/**
 * Puts numbered frames in order. A frame that comes in order, or without a number, passes through as it is; one that
 * comes early is copied and waits a moment; what is lost by then is skipped, and what comes after its turn is dropped.
 */
export class FrameOrder {
  #next: number | undefined;
  /** Sorted by number. */
  readonly #held: HeldFrame[] = [];
  #cancelWait: (() => void) | undefined;
  /** Frames behind their turn in a row. */
  #behind = 0;
  #lost = 0;
  #late = 0;

  constructor(
    private readonly clock: Clock,
    private readonly taker: OrderedFrames,
  ) {}

  /** Frames that never came, or came too late. */
  get lost(): number {
    return this.#lost;
  }

  /** Frames that were dropped: repeated, or behind their turn. */
  get late(): number {
    return this.#late;
  }

  take(frame: AudioFrame): void {
    const { seq } = frame;
    if (seq === undefined || !Number.isSafeInteger(seq)) return this.taker.deliver(frame);
    if (seq === this.#next || this.#next === undefined) return this.#inTurn(frame, seq);
    if (seq > this.#next) return this.#hold(frame, seq);
    // A carrier that counts anew would never be heard again.
    if (++this.#behind < WINDOW_FRAMES) return void this.#late++;
    this.flush();
    this.#inTurn(frame, seq);
  }

  /** Delivers what waits, without what it waits for. */
  flush(): void {
    while (this.#held.length > 0) this.#skip();
  }

  /** Drops what waits. */
  close(): void {
    this.#held.length = 0;
    this.#endWait();
  }

  #inTurn(frame: AudioFrame, seq: number): void {
    this.#next = seq + 1;
    this.#behind = 0;
    this.taker.deliver(frame);
    if (this.#held.length > 0) this.#release();
  }

  #hold(frame: AudioFrame, seq: number): void {
    let at = this.#held.length;
    while (at > 0 && seq < (this.#held[at - 1]?.seq ?? 0)) at--;
    if (this.#held[at - 1]?.seq === seq) return void this.#late++;
    this.#held.splice(at, 0, { ...frame, seq, payload: new Uint8Array(frame.payload) });
    if (this.#held.length >= WINDOW_FRAMES) this.#skip();
    if (this.#held.length > 0) this.#wait();
  }

  /** Gives up what is before the first frame that waits. */
  #skip(): void {
    const first = this.#held[0];
    if (!first) return;
    this.#lost += first.seq - (this.#next ?? first.seq);
    this.#next = first.seq;
    this.#release();
  }

  /** Delivers the waiting frames whose turn has come. */
  #release(): void {
    for (let first = this.#held[0]; first && first.seq === this.#next; first = this.#held[0]) {
      this.#held.shift();
      this.#next = first.seq + 1;
      this.taker.deliver(first);
    }
    this.#behind = 0;
    if (this.#held.length === 0) this.#endWait();
  }

  #wait(): void {
    this.#cancelWait ??= this.clock.schedule(WINDOW_MS, () => {
      this.#cancelWait = undefined;
      this.#skip();
      if (this.#held.length > 0) this.#wait();
    });
  }

  #endWait(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }
}
