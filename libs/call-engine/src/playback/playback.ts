import type { Clock, MediaLink } from "@openclaw/telephony-contract";
import { NowHeard } from "./now-heard.ts";
import { Pacer } from "./pacer.ts";
import type { PlaybackCapabilities, PlaybackOptions, PlaybackStats, Utterance } from "./types.ts";

/**
 * What one call's caller hears: utterances one after the other, handed to the carrier a little ahead of the ear.
 *
 * The lead bridges stalls of the process. After a longer one the audio goes on where it was, and little more than the
 * lead is sent at once. An interruption takes back what was not heard, and can give it back to the ear later.
 */
export class Playback {
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  readonly #now: NowHeard;
  #closed = false;

  constructor(options: PlaybackOptions) {
    this.#clock = options.clock;
    this.#pacer = new Pacer(options);
    this.#now = new NowHeard(options.clock, this.#pacer);
  }

  /**
   * Takes a link. In place of an earlier one, the audio goes on where the caller stopped hearing it.
   *
   * @throws TelephonyError `unsupported` for a link of another format
   */
  attach(link: MediaLink, capabilities: PlaybackCapabilities): void {
    const { outlet } = this.#pacer;
    outlet.requireFormat(link);
    if (this.#closed) return;
    const someOver = this.#pacer.rescue();
    outlet.attach(link, capabilities);
    this.#pacer.goOn(someOver);
  }

  /** The link is over. What was not heard waits for the next one. */
  detach(): void {
    this.#pacer.onLost();
  }

  /** Queues something to play. Ids are unique within the call. Throws TelephonyError `capacity` where far too much waits. */
  queue(options: { readonly id: string; readonly interruptible: boolean }): Utterance {
    const utterance = this.#pacer.queue.add(options);
    if (this.#closed) this.#skipAll(() => {});
    this.#pacer.keepBeat();
    return utterance;
  }

  /** A mark came back. */
  onMark(name: string): void {
    const now = this.#clock.monotonic();
    if (this.#pacer.outlet.echoed(name, now)) this.#pacer.follow(now);
  }

  /** The carrier says that it dropped audio. Where nobody asked for that, it is given again. */
  onCleared(): void {
    const { outlet } = this.#pacer;
    if (!outlet.droppedUnasked()) return;
    const someOver = this.#pacer.takeBack();
    outlet.restart();
    this.#pacer.goOn(someOver);
  }

  /** Falls silent at once, as far as the carrier can; what was not heard is kept for {@link Playback.resume}. */
  pause(): void {
    const { outlet } = this.#pacer;
    if (this.paused || this.#closed) return;
    this.#pacer.paused = true;
    if (!outlet.clears) return;
    const someOver = this.#pacer.takeBack();
    outlet.drop();
    this.#pacer.goOn(someOver);
  }

  /** Goes on where the caller stopped hearing, from the begin of that frame. */
  resume(): void {
    if (this.paused) this.#pacer.resume();
  }

  /** Drops everything, at the carrier too, whatever it has, and ends a pause. What is queued after that is played. */
  clear(): void {
    this.#pacer.paused = false;
    this.#skipAll(() => this.#pacer.outlet.drop());
  }

  /** Resolves when everything that is queued now is over. */
  async drained(): Promise<void> {
    await Promise.all(this.#pacer.queue.list().map(({ done }) => done));
  }

  /** Ends it for good: everything is skipped, what is queued later too. The link is let go as it is. */
  close(): void {
    this.#closed = true;
    this.#skipAll(() => this.#pacer.outlet.detach());
  }

  /** Id of the utterance in whose middle the caller is; of none that only waits, is paused, or was heard. */
  get audible(): string | undefined {
    return this.#now.utterance?.id;
  }

  /** Whether that one may be interrupted. Silence may. */
  get interruptible(): boolean {
    return this.#now.utterance?.interruptible ?? true;
  }

  get paused(): boolean {
    return this.#pacer.paused;
  }

  /** Milliseconds that the caller heard of an utterance in the queue. 0 for any other: its outcome says it. */
  heardMs(id: string): number {
    return this.#now.ms(id);
  }

  /** Level of the frame that the caller hears now: RMS in dBFS, `-Infinity` in silence. */
  get outputLevel(): number {
    return this.#now.level;
  }

  get stats(): PlaybackStats {
    return { underruns: this.#pacer.underruns, framesSent: this.#pacer.outlet.framesSent };
  }

  /** Empties the queue, lets go of what the carrier has, and says how far each utterance came. */
  #skipAll(letGo: () => void): void {
    const { queue, outlet } = this.#pacer;
    const { timeline } = outlet;
    // What cannot be dropped will be heard.
    const heardMs = outlet.clears ? timeline.heardMs(this.#clock.monotonic()) : timeline.sentMs;
    const dropped = queue.takeAll();
    const wasConfirmed = dropped.map(({ endMs }) => outlet.confirms(endMs));
    letGo();
    this.#pacer.keepBeat();
    dropped.forEach((utterance, index) => {
      if (utterance.handedOver && heardMs >= utterance.endMs) utterance.finish(wasConfirmed[index] === true);
      else utterance.skip(utterance.heardBytes(heardMs));
    });
  }
}
