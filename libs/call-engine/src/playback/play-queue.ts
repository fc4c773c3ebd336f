import { TelephonyError } from "@openclaw/telephony-contract";
import { QueuedUtterance, type UtteranceQueue } from "./queued-utterance.ts";

/** Audio that waits to be sent, in milliseconds: from here on writers wait, and below that they go on. */
const FULL_MS = 60_000;
const REFILL_MS = 45_000;

/** Audio that waits at the very most, whatever writers do. */
const MAX_WAITING_MS = 300_000;

/** Utterances that wait at most: nobody hears an answer of a thousand sentences to its end. */
const MAX_UTTERANCES = 1000;

/** Whose queue it is. */
export interface PlayQueueOwner {
  /** There is audio, or the end, of the utterance whose turn it is to be sent. */
  onWritten(utterance: QueuedUtterance): void;
}

/** The utterances of one call, in order, from the one that is heard to the last that waits. Each knows the next. */
export class PlayQueue implements UtteranceQueue {
  readonly bytesPerMs: number;
  readonly #owner: PlayQueueOwner;
  #size = 0;
  #first: QueuedUtterance | undefined;
  #last: QueuedUtterance | undefined;
  /** The first that was not handed over completely. */
  #current: QueuedUtterance | undefined;
  #waitingBytes = 0;
  #writersWait = false;

  constructor(bytesPerMs: number, owner: PlayQueueOwner) {
    this.bytesPerMs = bytesPerMs;
    this.#owner = owner;
  }

  get size(): number {
    return this.#size;
  }

  /** The one that is heard, or will be next. */
  get first(): QueuedUtterance | undefined {
    return this.#first;
  }

  /** The one whose turn it is to be sent. */
  get current(): QueuedUtterance | undefined {
    return this.#current;
  }

  /** A list of all of them, in order. */
  list(): readonly QueuedUtterance[] {
    const all: QueuedUtterance[] = [];
    for (let one = this.#first; one !== undefined; one = one.next) all.push(one);
    return all;
  }

  add(options: { readonly id: string; readonly interruptible: boolean }): QueuedUtterance {
    if (this.#size >= MAX_UTTERANCES) {
      throw new TelephonyError("capacity", `${MAX_UTTERANCES} utterances wait to be spoken in this call: say no more before some of them are over`);
    }
    const utterance = new QueuedUtterance(this, options);
    if (this.#last === undefined) this.#first = utterance;
    else this.#last.next = utterance;
    this.#last = utterance;
    this.#current ??= utterance;
    this.#size += 1;
    return utterance;
  }

  /** The utterance in whose middle the caller is who heard the stream up to `heardMs`. */
  at(heardMs: number): QueuedUtterance | undefined {
    for (let one = this.#first; one !== undefined; one = one.next) {
      if (one.startMs === undefined || heardMs < one.startMs) return undefined;
      if (!one.handedOver || heardMs < one.endMs) return one;
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
    this.#current = this.#current?.next;
  }

  /** Takes the first one away, which was handed over and is over. */
  shift(): void {
    const first = this.#first;
    if (first === undefined) return;
    this.#first = first.next;
    if (this.#first === undefined) this.#last = undefined;
    this.#size -= 1;
    // Whoever keeps what is over should not keep what came after it.
    first.next = undefined;
  }

  /**
   * What the stream holds after `heardMs` is lost, and waits again, from the begin of the frame that was being heard.
   * Utterances that lie before are over.
   *
   * @returns whether some are
   */
  rewind(heardMs: number, isConfirmed: (streamMs: number) => boolean, frameBytes: number): boolean {
    const before = this.#size;
    for (let first = this.#first; first?.handedOver === true && heardMs >= first.endMs; first = this.#first) {
      this.shift();
      first.finish(isConfirmed(first.endMs));
    }
    for (let one = this.#first; one?.startMs !== undefined; one = one.next) {
      const heard = one.heardBytes(heardMs);
      const from = heard - (heard % frameBytes);
      this.#waitingBytes += one.sentBytes - from;
      one.rewind(from);
    }
    this.#current = this.#first;
    return this.#size < before;
  }

  /** Empties the queue and gives what was in it. */
  takeAll(): readonly QueuedUtterance[] {
    const all = this.list();
    for (const utterance of all) utterance.next = undefined;
    this.#first = undefined;
    this.#last = undefined;
    this.#current = undefined;
    this.#size = 0;
    this.#waitingBytes = 0;
    this.#writersWait = false;
    return all;
  }

  /** Lets writers go on for whom there is room again. */
  refill(): void {
    if (!this.#writersWait) return;
    this.#writersWait = false;
    for (let one = this.#first; one !== undefined; one = one.next) {
      if (!one.awaited) continue;
      if (this.isFull(one)) this.#writersWait = true;
      else one.refill();
    }
  }

  takes(bytes: number): boolean {
    return this.#waitingBytes + bytes <= MAX_WAITING_MS * this.bytesPerMs;
  }

  changed(utterance: QueuedUtterance, bytes: number): void {
    this.#waitingBytes += bytes;
    if (utterance === this.#current) this.#owner.onWritten(utterance);
  }

  isFull(utterance: QueuedUtterance): boolean {
    // The one whose turn it is goes by its own audio alone: what waits behind it gets no less before it is over.
    const bytes = utterance === this.#current ? utterance.unsentBytes : this.#waitingBytes;
    return bytes >= (utterance.awaited ? REFILL_MS : FULL_MS) * this.bytesPerMs;
  }

  waits(): void {
    this.#writersWait = true;
  }
}
