import { TelephonyError } from "@openclaw/telephony-contract";
import { Tape } from "./tape.ts";
import type { PlaybackOutcome, Utterance } from "./types.ts";

/** Why audio is needed no more. One for all, since an error is expensive to make, and this one tells nobody where it came from. */
const SKIPPED = new TelephonyError("aborted", "the utterance was skipped");

/** What an utterance needs of the playback that it waits in. */
export interface UtteranceQueue {
  readonly bytesPerMs: number;
  /** Whether so many more bytes can be kept at all. */
  takes(bytes: number): boolean;
  /** Audio was written, or it was ended. */
  changed(utterance: QueuedUtterance, bytes: number): void;
  /** Whether its writer should wait: there is plenty, or of what was plenty not enough is gone yet. */
  isFull(utterance: QueuedUtterance): boolean;
  /** Its writer waits: {@link QueuedUtterance.refill} lets it go on. */
  waits(): void;
}

/** An utterance from the playback's side: its audio, and how far that got. */
export class QueuedUtterance implements Utterance {
  readonly id: string;
  readonly interruptible: boolean;
  readonly tape = new Tape();
  readonly done: Promise<PlaybackOutcome>;
  /** The one behind it in the queue. */
  next: QueuedUtterance | undefined;
  /** Bytes that were handed over, or were heard of a stream before this one. */
  sentBytes = 0;
  /** Where its begin lies in the stream, in milliseconds; before its first audio of this stream, nowhere. */
  startMs: number | undefined;
  /** Whether all of it was handed over. */
  handedOver = false;
  /** Then: where its end lies in the stream, and when that is due by our clock. */
  endMs = 0;
  dueAt = 0;
  /** What was told of it. */
  toldSent = false;
  toldHeard = false;
  readonly #queue: UtteranceQueue;
  readonly #abort = new AbortController();
  readonly #resolve: (outcome: PlaybackOutcome) => void;
  #ended = false;
  #failed = false;
  #over = false;
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(queue: UtteranceQueue, options: { readonly id: string; readonly interruptible: boolean }) {
    this.#queue = queue;
    this.id = options.id;
    this.interruptible = options.interruptible;
    const { promise, resolve } = Promise.withResolvers<PlaybackOutcome>();
    this.done = promise;
    this.#resolve = resolve;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether nothing more will be written. */
  get ended(): boolean {
    return this.#ended;
  }

  get unsentBytes(): number {
    return this.tape.length - this.sentBytes;
  }

  /** Whether its writer waits for {@link Utterance.writable}. */
  get awaited(): boolean {
    return this.#room !== undefined;
  }

  write(audio: Uint8Array): boolean {
    if (this.#ended) return true;
    if (!this.#queue.takes(audio.length)) {
      this.fail();
      return true;
    }
    this.tape.write(audio);
    this.#queue.changed(this, audio.length);
    return this.#ended || !this.#queue.isFull(this);
  }

  async writable(): Promise<void> {
    if (this.#ended || !this.#queue.isFull(this)) return;
    this.#room ??= Promise.withResolvers<void>();
    this.#queue.waits();
    await this.#room.promise;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.refill();
    this.#queue.changed(this, 0);
  }

  fail(): void {
    if (this.#ended) return;
    this.#failed = true;
    this.end();
  }

  /** Lets its writer go on. */
  refill(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** Bytes of it that were heard when the stream was heard up to `streamMs`. */
  heardBytes(streamMs: number): number {
    if (this.startMs === undefined) return this.sentBytes;
    return Math.min(this.sentBytes, Math.max(0, Math.round((streamMs - this.startMs) * this.#queue.bytesPerMs)));
  }

  /** Its next byte will lie at this place of the stream. */
  beginAt(streamMs: number): void {
    this.startMs = streamMs - this.#durationMs(this.sentBytes);
  }

  /** What was sent after its byte `from` is lost, and is to be sent again. */
  rewind(from: number): void {
    this.sentBytes = from;
    this.startMs = undefined;
    this.handedOver = false;
  }

  /** All of it was played. */
  finish(confirmed: boolean): void {
    const totalMs = this.#durationMs(this.tape.length);
    this.#settle({ outcome: this.#failed ? "failed" : "heard", confirmed, heardMs: totalMs, totalMs });
  }

  /** It is dropped after so many bytes. */
  skip(heardBytes: number): void {
    this.#settle({ outcome: "skipped", confirmed: false, heardMs: this.#durationMs(heardBytes), totalMs: this.#durationMs(this.tape.length) });
    this.#abort.abort(SKIPPED);
  }

  #durationMs(bytes: number): number {
    return bytes / this.#queue.bytesPerMs;
  }

  #settle(outcome: PlaybackOutcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#ended = true;
    this.tape.close();
    this.refill();
    this.#resolve(outcome);
  }
}
