import { FRAME_MS } from "@openclaw/telephony-audio";
import { TelephonyError, bytesPerSample, sameFormat, type AudioFormat, type MediaLink } from "@openclaw/telephony-contract";
import { chunksOf, silenceOf } from "./chunks.ts";
import { Marks } from "./marks.ts";
import { MAX_LATE_MS, Timeline } from "./timeline.ts";
import type { PlaybackCapabilities } from "./types.ts";

/** Audio between two marks, in milliseconds: how well it is known what the caller heard. */
const MARK_EVERY_MS = 100;

/**
 * Audio that is handed over at a time, in one chunk with a mark behind it. One frame at every beat would cost several times
 * more, here and at the socket.
 */
const BATCH_MS = MARK_EVERY_MS;

/** How long a mark is waited for after the clock says that it is due. */
const MARK_GRACE_MS = 2000;

/**
 * Audio that is kept after our clock says that it was played: because the ear may be late, where no marks tell by how much;
 * and while marks have stopped coming, so that a connection that died unnoticed loses nothing.
 */
const KEPT_MS = MAX_LATE_MS + 100;
const KEPT_UNCONFIRMED_MS = 10_000;

/** Whose outlet it is. */
export interface OutletOwner {
  /** Sending makes sense again. */
  onWritable(): void;
  /** The link is over. */
  onLost(): void;
}

/** The way to the caller's ear: a link, the chunks that it takes, its marks, and what was heard of what it got. */
export class Outlet {
  readonly timeline = new Timeline();
  /** What every link has to take. */
  readonly format: AudioFormat;
  readonly #owner: OutletOwner;
  readonly #marks = new Marks();
  readonly #bytesPerMs: number;
  #link: MediaLink | undefined;
  #capabilities: PlaybackCapabilities | undefined;
  /** Buffers for chunks of one frame, of two and so on. */
  #chunks: readonly Buffer[] = [];
  #frameMs = FRAME_MS;
  /** The most that may be ahead of the ear, and what may be left of it before more is handed over, and how much that is then. */
  #limitMs = 0;
  #refillMs = 0;
  #batch = 1;
  #unmarkedMs = 0;
  #congested = false;
  /** Marks stay away: they are not waited for until one comes. */
  #markless = false;
  /** This link has given back a mark. */
  #echoes = false;
  /** Drops that were asked for and not yet reported. */
  #drops = 0;
  #framesSent = 0;

  constructor(format: AudioFormat, owner: OutletOwner) {
    this.format = format;
    this.#owner = owner;
    this.#bytesPerMs = (format.sampleRate * bytesPerSample(format)) / 1000;
  }

  get attached(): boolean {
    return this.#link !== undefined;
  }

  /** Whether audio can be handed over now. */
  get open(): boolean {
    return this.#link !== undefined && !this.#congested;
  }

  /** Whether what was handed over can be dropped. */
  get clears(): boolean {
    return this.#capabilities?.clear === true;
  }

  get framesSent(): number {
    return this.#framesSent;
  }

  /** Milliseconds, and bytes, of a frame: what audio is counted in. */
  get frameMs(): number {
    return this.#frameMs;
  }

  get frameBytes(): number {
    return this.#chunks[0]?.length ?? 0;
  }

  /**
   * A chunk of so many frames, at most {@link Outlet.batch}, to be filled and then sent with {@link Outlet.send}. Those of
   * all calls share one memory: a link has encoded or copied it when its `send` returns.
   */
  chunk(frames: number): Buffer {
    return this.#chunks[frames - 1] as Buffer;
  }

  /** Throws TelephonyError `unsupported` for a link that takes another format. */
  requireFormat(link: MediaLink): void {
    if (sameFormat(link.formatOut, this.format)) return;
    const [ours, theirs] = [this.format, link.formatOut].map(({ encoding, sampleRate }) => `${encoding} at ${sampleRate} Hz`);
    throw new TelephonyError("unsupported", `the call speaks ${ours}, and its media link takes ${theirs}: all links of a call need one format`);
  }

  /** Takes a link, in place of the one before, and begins a new stream. */
  attach(link: MediaLink, capabilities: PlaybackCapabilities): void {
    const { format } = this;
    this.#link = link;
    this.#capabilities = capabilities;
    this.#congested = false;
    this.#markless = false;
    this.#echoes = false;
    this.#drops = 0;
    const wantedMs = Math.min(Math.max(FRAME_MS, capabilities.minChunkMs), capabilities.maxChunkMs);
    const samples = Math.max(1, Math.floor((wantedMs * format.sampleRate) / 1000));
    const bytes = samples * bytesPerSample(format);
    this.#frameMs = bytes / this.#bytesPerMs;
    this.#chunks = chunksOf(bytes, Math.max(1, Math.floor(Math.min(BATCH_MS, capabilities.maxChunkMs) / this.#frameMs)));
    this.#forget(true);
    const lost = () => {
      if (this.#link === link) this.#owner.onLost();
    };
    void link.closed.then(lost, lost);
  }

  detach(): void {
    this.#link = undefined;
    this.#congested = false;
    this.#forget(true);
  }

  /** Takes note of how much audio has to be ahead of the ear by now, in milliseconds, without what is handed over at a time. */
  aim(aheadMs: number): void {
    const batchMs = Math.max(BATCH_MS, this.#frameMs);
    const wantedMs = aheadMs + batchMs;
    this.#limitMs = Math.max(this.#frameMs, Math.min(wantedMs, this.#capabilities?.maxBufferedMs ?? wantedMs));
    this.#refillMs = Math.max(this.#limitMs - batchMs, this.#limitMs / 2);
    const frames = Math.floor((this.#limitMs - this.#refillMs) / this.#frameMs);
    this.#batch = Math.min(Math.max(1, frames), this.#chunks.length);
  }

  /** Frames that make a whole chunk: more are not sent at a time, and fewer only where there are no more. */
  get batch(): number {
    return this.#batch;
  }

  /** Whether so many frames more may go ahead of the ear. */
  hasRoom(frames: number, now: number): boolean {
    return this.timeline.aheadMs(now) + frames * this.#frameMs <= this.#limitMs;
  }

  /** When more has to be handed over, on the monotonic clock. */
  get refillAt(): number {
    return this.timeline.endsAt - this.#refillMs;
  }

  /** Fills up a chunk of which only the first `count` bytes are sound. */
  pad(chunk: Buffer, count: number): void {
    if (count < chunk.length) chunk.fill(silenceOf(this.format), count);
  }

  /** Hands a chunk over. */
  send(chunk: Buffer, now: number): void {
    const link = this.#link;
    if (link === undefined) return;
    const ms = chunk.length / this.#bytesPerMs;
    this.timeline.sent(ms, now);
    this.#framesSent += chunk.length / this.frameBytes;
    this.#unmarkedMs += ms;
    try {
      if (!link.send(chunk)) this.#wait(link);
      if (this.#unmarkedMs >= MARK_EVERY_MS) this.mark();
    } catch {
      this.#giveUp(link);
    }
  }

  /** Marks the end of what was handed over, unless it is marked. */
  mark(): void {
    const link = this.#link;
    if (link === undefined || this.#capabilities?.marks !== true || this.#unmarkedMs === 0) return;
    this.#unmarkedMs = 0;
    const name = this.#marks.next(this.timeline.sentMs, this.timeline.endsAt);
    try {
      link.mark(name);
    } catch {
      this.#giveUp(link);
    }
  }

  /** Takes the echo of a mark. Returns `false` for one that means nothing. */
  echoed(name: string, now: number): boolean {
    if (!this.#marks.echoed(name)) return false;
    this.#markless = false;
    this.#echoes = true;
    this.timeline.confirm(this.#marks.positionMs, this.#marks.dueAt, now);
    return true;
  }

  /** Whether the carrier said that everything up to this place of the stream was played. */
  confirms(streamMs: number): boolean {
    return this.#capabilities?.marks === true && this.timeline.confirmedMs >= streamMs;
  }

  /**
   * Whether everything up to this place was played, as far as one has to wait to be sure: for the carrier's word as long
   * as it may come, else for our clock, by which it is due at `dueAt`.
   */
  played(streamMs: number, dueAt: number, now: number): boolean {
    if (this.timeline.playedMs(now) < streamMs) return false;
    if (this.#capabilities?.marks !== true || this.confirms(streamMs)) return true;
    this.#markless ||= now >= dueAt + MARK_GRACE_MS;
    return this.#markless;
  }

  /**
   * Audio that was heard although the link is lost. Where marks come, no more than they say: what was under way is lost,
   * and nobody knows for how long the connection was dead.
   */
  survivingMs(now: number): number {
    const heard = this.timeline.heardMs(now);
    const mayCome = this.#capabilities?.marks === true && !this.#markless && (this.#echoes || heard < MARK_GRACE_MS);
    if (!mayCome) return heard;
    return Math.min(heard, Math.max(this.timeline.confirmedMs, this.timeline.playedMs(now) - KEPT_UNCONFIRMED_MS));
  }

  /** Place in the stream before which nothing can have to be sent again. */
  keptFromMs(now: number): number {
    const played = this.timeline.playedMs(now);
    // It goes on at the begin of the frame that was being heard.
    const settled = this.#echoes ? Math.min(this.timeline.confirmedMs, played) - this.#frameMs : played - KEPT_MS;
    return Math.max(settled, played - KEPT_UNCONFIRMED_MS - KEPT_MS);
  }

  /** Has the carrier drop what it was given, where it can, and begins a new stream. */
  drop(): void {
    const link = this.#link;
    if (link === undefined || !this.clears) return;
    this.#drops += 1;
    this.#forget(false);
    try {
      link.clear();
    } catch {
      this.#giveUp(link);
    }
  }

  /** Takes the carrier's word that it dropped audio. Returns whether nobody had asked for that. */
  droppedUnasked(): boolean {
    if (this.#drops === 0) return true;
    this.#drops -= 1;
    return false;
  }

  /** What was handed over is lost: begins a new stream. */
  restart(): void {
    this.#forget(false);
  }

  #forget(newLink: boolean): void {
    this.#unmarkedMs = 0;
    this.#marks.renew();
    this.timeline.restart({ newLink });
  }

  #wait(link: MediaLink): void {
    this.#congested = true;
    const free = () => {
      if (this.#link !== link) return;
      this.#congested = false;
      this.#owner.onWritable();
    };
    void link.writable().then(free, () => this.#giveUp(link));
  }

  /** A link that throws is broken. Its owner hears of it by `closed`, and so does the playback. */
  #giveUp(link: MediaLink): void {
    if (this.#link !== link) return;
    this.#owner.onLost();
    link.close("send-failed");
  }
}
