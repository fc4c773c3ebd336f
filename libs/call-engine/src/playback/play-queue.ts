import { TelephonyError } from "@openclaw/telephony-contract";
import { QueuedUtterance, type UtteranceQueue } from "./queued-utterance.ts";

/** Audio that waits to be sent, in milliseconds: from here on writers wait, and below that they go on. */
const FULL_MS = 60_000;
const REFILL_MS = 45_000;

/** Audio that waits at the very most, whatever writers do. */
const MAX_WAITING_MS = 300_000;

/** Utterances that wait at most: nobody hears an answer of a thousand sentences to its end. */
const MAX_UTTERANCES = 1000;

/** The utterances of one call, in order, from the one that is heard to the last that waits. */
export class PlayQueue implements UtteranceQueue {
  readonly bytesPerMs: number;
  readonly #onChange: (utterance: QueuedUtterance) => void;
  #utterances: QueuedUtterance[] = [];
  /** The first that was not handed over completely. */
  #next = 0;
  // Kept beside the list, since they are asked for at every beat of every call.
  #first: QueuedUtterance | undefined;
  #current: QueuedUtterance | undefined;
  #waitingBytes = 0;
  #writersWait = false;

  /** @param onChange is told of audio, and of the end, of the utterance whose turn it is to be sent */
  constructor(bytesPerMs: number, onChange: (utterance: QueuedUtterance) => void) {
    this.bytesPerMs = bytesPerMs;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#utterances.length;
  }

  /** All of them, in order. */
  get all(): readonly QueuedUtterance[] {
    return this.#utterances;
  }

  /** The one that is heard, or will be next. */
  get first(): QueuedUtterance | undefined {
    return this.#first;
  }

  /** The one whose turn it is to be sent. */
  get current(): QueuedUtterance | undefined {
    return this.#current;
  }

  add(options: { readonly id: string; readonly interruptible: boolean }): QueuedUtterance {
    if (this.size >= MAX_UTTERANCES) {
      throw new TelephonyError("capacity", `${MAX_UTTERANCES} utterances wait to be spoken in this call: say no more before some of them are over`);
    }
    const utterance = new QueuedUtterance(this, options);
    this.#utterances.push(utterance);
    this.#turn(this.#next);
    return utterance;
  }

  /** The utterance in whose middle the caller is who heard the stream up to `heardMs`. */
  at(heardMs: number): QueuedUtterance | undefined {
    // By index, since an iterator would be garbage for each frame of the caller's.
    for (let index = 0; index < this.#utterances.length; index++) {
      const utterance = this.#utterances[index] as QueuedUtterance;
      if (utterance.startMs === undefined || heardMs < utterance.startMs) return undefined;
      if (!utterance.handedOver || heardMs < utterance.endMs) return utterance;
    }
    return undefined;
  }

  /** So much of the current one was sent. */
  sent(utterance: QueuedUtterance, bytes: number): void {
    utterance.sentBytes += bytes;
    this.#waitingBytes -= bytes;
  }

  /** The current one was sent to its end. */
  advance(): void {
    this.#turn(this.#next + 1);
  }

  /** Takes the first one away, which was handed over and is over. */
  shift(): void {
    this.#utterances.shift();
    this.#turn(this.#next - 1);
  }

  /**
   * What the stream holds after `heardMs` is lost, and waits again, from the begin of the frame that was being heard.
   * Utterances that lie before are over.
   *
   * @returns whether some are
   */
  rewind(heardMs: number, isConfirmed: (streamMs: number) => boolean, frameBytes: number): boolean {
    const before = this.size;
    for (let first = this.#utterances[0]; first?.handedOver === true && heardMs >= first.endMs; first = this.#utterances[0]) {
      this.shift();
      first.finish(isConfirmed(first.endMs));
    }
    for (const utterance of this.#utterances) {
      if (utterance.startMs === undefined) break;
      const heard = utterance.heardBytes(heardMs);
      const from = heard - (heard % frameBytes);
      this.#waitingBytes += utterance.sentBytes - from;
      utterance.rewind(from);
    }
    this.#turn(0);
    return this.size < before;
  }

  /** Empties the queue and gives what was in it. */
  takeAll(): readonly QueuedUtterance[] {
    const all = this.#utterances;
    this.#utterances = [];
    this.#turn(0);
    this.#waitingBytes = 0;
    this.#writersWait = false;
    return all;
  }

  /** Lets writers go on for whom there is room again. */
  refill(): void {
    if (!this.#writersWait) return;
    this.#writersWait = false;
    for (const utterance of this.#utterances) {
      if (!utterance.awaited) continue;
      if (this.isFull(utterance)) this.#writersWait = true;
      else utterance.refill();
    }
  }

  takes(bytes: number): boolean {
    return this.#waitingBytes + bytes <= MAX_WAITING_MS * this.bytesPerMs;
  }

  changed(utterance: QueuedUtterance, bytes: number): void {
    this.#waitingBytes += bytes;
    if (utterance === this.current) this.#onChange(utterance);
  }

  isFull(utterance: QueuedUtterance): boolean {
    // The one whose turn it is goes by its own audio alone: what waits behind it gets no less before it is over.
    const bytes = utterance === this.current ? utterance.unsentBytes : this.#waitingBytes;
    return bytes >= (utterance.awaited ? REFILL_MS : FULL_MS) * this.bytesPerMs;
  }

  waits(): void {
    this.#writersWait = true;
  }

  /** It is the turn of the one at this place. */
  #turn(next: number): void {
    this.#next = next;
    this.#first = this.#utterances[0];
    this.#current = this.#utterances[next];
  }
}
