import { bytesPerSample, type AudioFormat } from "@openclaw/telephony-contract";
import { AudioRing } from "./audio-ring.ts";

/** Audio in one message, which every service takes, in milliseconds. */
const MAX_MESSAGE_MS = 500;

/**
 * What was written and is not heard for certain: it waits for a connection, or is kept for the next one. Positions count
 * from the session's begin; milliseconds that a connection speaks of count from the connection's own.
 */
export class Backlog {
  readonly #audio = new AudioRing();
  readonly #sampleBytes: number;
  readonly #bytesPerMs: number;
  readonly #most: number;
  /** Where this connection's audio begins, and up to where it was sent. */
  #base = 0;
  #sent = 0;

  constructor(format: AudioFormat) {
    this.#sampleBytes = bytesPerSample(format);
    this.#bytesPerMs = (this.#sampleBytes * format.sampleRate) / 1000;
    this.#most = this.#whole(MAX_MESSAGE_MS * this.#bytesPerMs);
  }

  get empty(): boolean {
    return this.#audio.end === this.#audio.start;
  }

  /** Where in the session's audio this connection's begins. */
  get startMs(): number {
    return this.#base / this.#bytesPerMs;
  }

  /** What was sent on this connection. */
  get sentMs(): number {
    return (this.#sent - this.#base) / this.#bytesPerMs;
  }

  /** Where the audio begins that is kept, in this connection's time. */
  get keptFromMs(): number {
    return (this.#audio.start - this.#base) / this.#bytesPerMs;
  }

  append(audio: Uint8Array): void {
    this.#audio.append(audio);
  }

  /** What is sent next: at least so many milliseconds, or nothing. A view, valid until the next `append`. */
  next(leastMs: number): Uint8Array | undefined {
    const waiting = this.#whole(this.#audio.end) - this.#sent;
    if (waiting <= 0 || waiting < this.#whole(leastMs * this.#bytesPerMs)) return undefined;
    const audio = this.#audio.read(this.#sent, Math.min(this.#most, waiting));
    this.#sent += audio.length;
    return audio;
  }

  /** Audio of this connection up to here is needed no more. */
  heardThrough(ms: number): void {
    this.#audio.dropTo(Math.min(this.#sent, this.#base + this.#whole(ms * this.#bytesPerMs)));
  }

  /** Forgets the oldest beyond so many milliseconds. Gives how many milliseconds of it were never sent. */
  keep(ms: number): number {
    const least = this.#audio.end - ms * this.#bytesPerMs;
    if (this.#audio.start >= least) return 0;
    this.#audio.dropTo(this.#whole(least));
    const unsent = Math.max(0, this.#audio.start - this.#sent);
    this.#sent += unsent;
    return unsent / this.#bytesPerMs;
  }

  /** The connection is over: everything that is kept is to be sent again. */
  rewind(): void {
    this.#sent = this.#audio.start;
  }

  /** Another connection begins with what is kept. */
  restart(): void {
    this.#base = this.#sent = this.#audio.start;
  }

  /** Down to whole samples. */
  #whole(bytes: number): number {
    if (bytes === Infinity) return bytes;
    const whole = Math.floor(bytes);
    return whole - (whole % this.#sampleBytes);
  }
}
