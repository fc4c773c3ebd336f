import { bytesPerSample, type Clock } from "@openclaw/telephony-contract";
import { Announcer } from "./announcer.ts";
import { Outlet, type OutletOwner } from "./outlet.ts";
import { PlayQueue, type PlayQueueOwner } from "./play-queue.ts";
import type { QueuedUtterance } from "./queued-utterance.ts";
import type { TickListener, Ticker, TickerSeat } from "./ticker.ts";
import type { PlaybackEvents, PlaybackOptions } from "./types.ts";

/** Audio ahead of the ear: a few times what a busy event loop is late, and little to take back at an interruption. */
const DEFAULT_LEAD_MS = 200;

/**
 * Keeps one call's audio flowing: hands over what is written, at once and then beat by beat, as far as there is room ahead of
 * the ear, and ends utterances that were heard.
 */
export class Pacer implements TickListener, PlayQueueOwner, OutletOwner {
  readonly queue: PlayQueue;
  readonly outlet: Outlet;
  /** While it is set, nothing is handed over. */
  paused = false;
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #leadMs: number | (() => number);
  readonly #events: PlaybackEvents;
  readonly #announcer: Announcer;
  /** The next audio is meant to come after a silence. */
  #gapMeant = false;
  #underruns = 0;
  #seat: TickerSeat | undefined;

  constructor({ clock, ticker, leadMs = DEFAULT_LEAD_MS, formatOut, events }: PlaybackOptions) {
    this.#clock = clock;
    this.#ticker = ticker;
    this.#leadMs = leadMs;
    this.#events = events;
    this.queue = new PlayQueue((formatOut.sampleRate * bytesPerSample(formatOut)) / 1000, this);
    this.outlet = new Outlet(formatOut, this);
    this.#announcer = new Announcer({ clock, queue: this.queue, outlet: this.outlet, events });
  }

  /** Times when an utterance fell silent in its middle. */
  get underruns(): number {
    return this.#underruns;
  }

  /** After a change: plays what there is, and keeps the beat as long as there is something. */
  goOn(someOver: boolean = false): void {
    const now = this.#clock.monotonic();
    this.keepBeat();
    this.#pump(now);
    this.#settle(now, someOver);
  }

  /** Goes on after a pause. */
  resume(): void {
    this.paused = false;
    this.#gapMeant = true;
    this.goOn();
  }

  /** Takes part in the beat as long as there is something to play and somewhere to play it. */
  keepBeat(): void {
    const needed = this.outlet.attached && this.queue.size > 0;
    if (!needed) this.#seat?.leave();
    else this.#seat?.wake();
    this.#seat = needed ? (this.#seat ?? this.#ticker.add(this)) : undefined;
  }

  /** More is known of what was heard. */
  follow(now: number): void {
    this.#announcer.lookUp(now);
    this.#settle(now);
  }

  /** Takes back what the caller did not hear, and the carrier drops. Returns whether some utterances are over. */
  takeBack(): boolean {
    return this.#rewind(this.outlet.timeline.heardMs(this.#clock.monotonic()));
  }

  /** The same where the link is lost with what it had. */
  rescue(): boolean {
    return this.#rewind(this.outlet.survivingMs(this.#clock.monotonic()));
  }

  onTick(now: number): number {
    this.#pump(now);
    this.follow(now);
    return this.#nextDue(now);
  }

  onWritten(utterance: QueuedUtterance): void {
    const now = this.#clock.monotonic();
    this.#seat?.wake();
    this.#pump(now);
    if (utterance.ended) this.#settle(now);
  }

  onWritable(): void {
    this.goOn();
  }

  onLost(): void {
    const someOver = this.rescue();
    this.outlet.detach();
    this.goOn(someOver);
  }

  /** The next beat at which there is something to do, unless something changes before. */
  #nextDue(now: number): number {
    const { first, current } = this.queue;
    if (first === undefined || this.#announcer.waiting) return now;
    const { outlet } = this;
    const sending = outlet.open && !this.paused && current !== undefined && (current.ended || current.unsentBytes >= outlet.frameBytes);
    const refillAt = sending ? outlet.refillAt : Infinity;
    return first.handedOver ? Math.min(refillAt, first.dueAt) : refillAt;
  }

  /** Hands over what there is, as far as there is room ahead of the ear. */
  #pump(now: number): void {
    const { outlet, queue } = this;
    const leadMs = typeof this.#leadMs === "number" ? this.#leadMs : this.#leadMs();
    // The lead has to be whole when the next beat is due, which may be the one that comes late.
    outlet.aim(leadMs + this.#ticker.periodMs);
    while (outlet.open && !this.paused) {
      const utterance = queue.current;
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
    queue.refill();
  }

  #send(utterance: QueuedUtterance, chunk: Buffer, now: number): void {
    const { outlet } = this;
    if (utterance.startMs === undefined) utterance.beginAt(outlet.timeline.sentMs);
    else if (now > outlet.timeline.endsAt && !this.#gapMeant) this.#underruns += 1;
    this.#gapMeant = false;
    const count = utterance.tape.read(utterance.sentBytes, chunk);
    outlet.pad(chunk, count);
    this.queue.sent(utterance, count);
    outlet.send(chunk, now);
    this.#release(now);
    if (!utterance.toldHeard) this.#announcer.sent(utterance);
  }

  #handedOver(utterance: QueuedUtterance): void {
    const { timeline } = this.outlet;
    if (utterance.startMs === undefined) utterance.beginAt(timeline.sentMs);
    utterance.endMs = timeline.sentMs;
    utterance.dueAt = timeline.endsAt;
    utterance.handedOver = true;
    this.queue.advance();
    this.outlet.mark();
  }

  /** Ends utterances that were played, in order: by the carrier's word, or by the clock where none comes. */
  #settle(now: number, someOver: boolean = false): void {
    const { outlet, queue } = this;
    let over = someOver;
    for (let first = queue.first; first?.handedOver === true && outlet.played(first.endMs, first.dueAt, now); first = queue.first) {
      queue.shift();
      this.#announcer.heard(first, 0);
      first.finish(outlet.confirms(first.endMs));
      over = true;
    }
    if (!over || queue.size > 0) return;
    this.keepBeat();
    this.#events.idle();
  }

  /** Lets go of audio that nobody can have to hear again. */
  #release(now: number): void {
    const first = this.queue.first;
    if (first?.startMs === undefined) return;
    first.tape.release((this.outlet.keptFromMs(now) - first.startMs) * this.queue.bytesPerMs);
  }

  #rewind(heardMs: number): boolean {
    return this.queue.rewind(heardMs, (streamMs) => this.outlet.confirms(streamMs), this.outlet.frameBytes);
  }
}
