import { bytesPerSample, type Clock, type MediaLink } from "@openclaw/telephony-contract";
import { Announcer } from "./announcer.ts";
import { NowHeard } from "./now-heard.ts";
import { Outlet } from "./outlet.ts";
import { PlayQueue } from "./play-queue.ts";
import type { QueuedUtterance } from "./queued-utterance.ts";
import type { Ticker, TickerSeat } from "./ticker.ts";
import type { PlaybackCapabilities, PlaybackEvents, PlaybackOptions, PlaybackStats, Utterance } from "./types.ts";

/** Audio ahead of the ear: a few times what a busy event loop is late, and little to take back at an interruption. */
const DEFAULT_LEAD_MS = 200;

/**
 * What one call's caller hears: utterances one after the other, handed to the carrier a little ahead of the ear.
 *
 * The lead bridges stalls of the process. After a longer one the audio goes on where it was, and little more than the
 * lead is sent at once. An interruption takes back what was not heard, and can give it back to the ear later.
 */
export class Playback {
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #events: PlaybackEvents;
  readonly #outlet: Outlet;
  readonly #queue: PlayQueue;
  readonly #now: NowHeard;
  readonly #announcer: Announcer;
  #paused = false;
  #closed = false;
  /** The next audio is meant to come after a silence. */
  #gapMeant = false;
  #underruns = 0;
  #seat: TickerSeat | undefined;

  constructor({ clock, ticker, leadMs = DEFAULT_LEAD_MS, formatOut, events }: PlaybackOptions) {
    this.#clock = clock;
    this.#ticker = ticker;
    this.#events = events;
    const bytesPerMs = (formatOut.sampleRate * bytesPerSample(formatOut)) / 1000;
    this.#queue = new PlayQueue(bytesPerMs, { onWritten: (utterance) => this.#onWritten(utterance) });
    this.#outlet = new Outlet({
      format: formatOut,
      leadMs: typeof leadMs === "number" ? () => leadMs : leadMs,
      periodMs: ticker.periodMs,
      onWritable: () => this.#goOn(),
      onLost: () => this.detach(),
    });
    this.#now = new NowHeard({ clock, queue: this.#queue, outlet: this.#outlet, format: formatOut });
    this.#announcer = new Announcer({ clock, queue: this.#queue, outlet: this.#outlet, events });
  }

  /**
   * Takes a link. In place of an earlier one, the audio goes on where the caller stopped hearing it.
   *
   * @throws TelephonyError `unsupported` for a link of another format
   */
  attach(link: MediaLink, capabilities: PlaybackCapabilities): void {
    this.#outlet.requireFormat(link);
    if (this.#closed) return;
    const someOver = this.#rescue();
    this.#outlet.attach(link, capabilities);
    this.#goOn(someOver);
  }

  /** The link is over. What was not heard waits for the next one. */
  detach(): void {
    const someOver = this.#rescue();
    this.#outlet.detach();
    this.#goOn(someOver);
  }

  /** Queues something to play. Ids are unique within the call. Throws TelephonyError `capacity` where far too much waits. */
  queue(options: { readonly id: string; readonly interruptible: boolean }): Utterance {
    const utterance = this.#queue.add(options);
    if (this.#closed) this.#skipAll(() => {});
    this.#keepBeat();
    return utterance;
  }

  /** A mark came back. */
  onMark(name: string): void {
    const now = this.#clock.monotonic();
    if (!this.#outlet.echoed(name, now)) return;
    this.#announcer.lookUp(now);
    this.#settle(now);
  }

  /** The carrier says that it dropped audio. Where nobody asked for that, it is given again. */
  onCleared(): void {
    if (!this.#outlet.droppedUnasked()) return;
    const someOver = this.#takeBack();
    this.#outlet.restart();
    this.#goOn(someOver);
  }

  /** Falls silent at once, as far as the carrier can; what was not heard is kept for {@link Playback.resume}. */
  pause(): void {
    if (this.#paused || this.#closed) return;
    this.#paused = true;
    if (!this.#outlet.clears) return;
    const someOver = this.#takeBack();
    this.#outlet.drop();
    this.#goOn(someOver);
  }

  /** Goes on where the caller stopped hearing, from the begin of that frame. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#gapMeant = true;
    this.#goOn();
  }

  /** Drops everything, at the carrier too, whatever it has, and ends a pause. What is queued after that is played. */
  clear(): void {
    this.#paused = false;
    this.#skipAll(() => this.#outlet.drop());
  }

  /** Resolves when everything that is queued now is over. */
  async drained(): Promise<void> {
    await Promise.all(this.#queue.list().map(({ done }) => done));
  }

  /** Ends it for good: everything is skipped, what is queued later too. The link is let go as it is. */
  close(): void {
    this.#closed = true;
    this.#skipAll(() => this.#outlet.detach());
  }

  /** Id of the utterance in whose middle the caller is; of none that only waits, is paused, or was heard. */
  get audible(): string | undefined {
    return this.#now.utterance(this.#paused)?.id;
  }

  /** Whether that one may be interrupted. Silence may. */
  get interruptible(): boolean {
    return this.#now.utterance(this.#paused)?.interruptible ?? true;
  }

  get paused(): boolean {
    return this.#paused;
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
    return { underruns: this.#underruns, framesSent: this.#outlet.framesSent };
  }

  readonly #onTick = (now: number): number => {
    this.#pump(now);
    this.#announcer.lookUp(now);
    this.#settle(now);
    return this.#nextDue(now);
  };

  #onWritten(utterance: QueuedUtterance): void {
    const now = this.#clock.monotonic();
    this.#seat?.wake();
    this.#pump(now);
    if (utterance.ended) this.#settle(now);
  }

  /** After a change: plays what there is, and keeps the beat as long as there is something. */
  #goOn(someOver: boolean = false): void {
    const now = this.#clock.monotonic();
    this.#keepBeat();
    this.#pump(now);
    this.#settle(now, someOver);
  }

  #keepBeat(): void {
    const needed = this.#outlet.attached && this.#queue.size > 0;
    if (!needed) this.#seat?.leave();
    else this.#seat?.wake();
    this.#seat = needed ? (this.#seat ?? this.#ticker.add({ onTick: this.#onTick })) : undefined;
  }

  /** The next beat at which there is something to do, unless something changes before. */
  #nextDue(now: number): number {
    const { first, current } = this.#queue;
    if (first === undefined || this.#announcer.waiting) return now;
    const outlet = this.#outlet;
    const sending = outlet.open && !this.#paused && current !== undefined && (current.ended || current.unsentBytes >= outlet.frameBytes);
    const refillAt = sending ? outlet.refillAt : Infinity;
    return first.handedOver ? Math.min(refillAt, first.dueAt) : refillAt;
  }

  /** Hands over what there is, as far as there is room ahead of the ear. */
  #pump(now: number): void {
    const outlet = this.#outlet;
    outlet.look();
    while (outlet.open && !this.#paused) {
      const utterance = this.#queue.current;
      if (utterance === undefined) break;
      const waiting = utterance.unsentBytes / outlet.frameBytes;
      if (waiting === 0 && utterance.ended) {
        this.#handedOver(utterance);
        continue;
      }
      // The last frame need not be whole.
      const frames = Math.min(utterance.ended ? Math.ceil(waiting) : Math.floor(waiting), outlet.batch);
      if (frames === 0 || !outlet.hasRoom(frames, now)) break;
      this.#send(utterance, outlet.chunk(frames), now);
    }
    this.#queue.refill();
  }

  #send(utterance: QueuedUtterance, chunk: Buffer, now: number): void {
    const outlet = this.#outlet;
    if (utterance.startMs === undefined) utterance.beginAt(outlet.timeline.sentMs);
    else if (now > outlet.timeline.endsAt && !this.#gapMeant) this.#underruns += 1;
    this.#gapMeant = false;
    const count = utterance.tape.read(utterance.sentBytes, chunk);
    outlet.pad(chunk, count);
    this.#queue.sent(utterance, count);
    outlet.send(chunk, now);
    this.#release(now);
    if (!utterance.toldHeard) this.#announcer.sent(utterance);
  }

  #handedOver(utterance: QueuedUtterance): void {
    const { timeline } = this.#outlet;
    if (utterance.startMs === undefined) utterance.beginAt(timeline.sentMs);
    utterance.endMs = timeline.sentMs;
    utterance.dueAt = timeline.endsAt;
    utterance.handedOver = true;
    this.#queue.advance();
    this.#outlet.mark();
  }

  /** Ends utterances that were played, in order: by the carrier's word, or by the clock where none comes. */
  #settle(now: number, someOver: boolean = false): void {
    const outlet = this.#outlet;
    let over = someOver;
    for (let first = this.#queue.first; first?.handedOver === true && outlet.played(first.endMs, first.dueAt, now); first = this.#queue.first) {
      this.#queue.shift();
      this.#announcer.heard(first, 0);
      first.finish(outlet.confirms(first.endMs));
      over = true;
    }
    if (!over || this.#queue.size > 0) return;
    this.#keepBeat();
    this.#events.idle();
  }

  /** Lets go of audio that nobody can have to hear again. */
  #release(now: number): void {
    const first = this.#queue.first;
    if (first?.startMs === undefined) return;
    first.tape.release((this.#outlet.keptFromMs(now) - first.startMs) * this.#queue.bytesPerMs);
  }

  /** Takes back what the caller did not hear, which the carrier drops. Returns whether some utterances are over. */
  #takeBack(): boolean {
    return this.#rewind(this.#outlet.timeline.heardMs(this.#clock.monotonic()));
  }

  /** The same where the link is lost with what it had. */
  #rescue(): boolean {
    return this.#rewind(this.#outlet.survivingMs(this.#clock.monotonic()));
  }

  #rewind(heardMs: number): boolean {
    return this.#queue.rewind(heardMs, (streamMs) => this.#outlet.confirms(streamMs), this.#outlet.frameBytes);
  }

  /** Empties the queue, lets go of what the carrier has, and says how far each utterance came. */
  #skipAll(letGo: () => void): void {
    const { timeline, clears } = this.#outlet;
    // What cannot be dropped will be heard.
    const heardMs = clears ? timeline.heardMs(this.#clock.monotonic()) : timeline.sentMs;
    const wasConfirmed = this.#queue.list().map(({ endMs }) => this.#outlet.confirms(endMs));
    const dropped = this.#queue.takeAll();
    letGo();
    this.#keepBeat();
    dropped.forEach((utterance, index) => {
      if (utterance.handedOver && heardMs >= utterance.endMs) utterance.finish(wasConfirmed[index] === true);
      else utterance.skip(utterance.heardBytes(heardMs));
    });
  }
}
