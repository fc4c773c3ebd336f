import { FRAME_MS, type Level } from "@openclaw/telephony-audio";
import type { Clock } from "@openclaw/telephony-contract";
import { EchoGuard } from "./echo-guard.ts";
import type { EarOutput } from "./events.ts";
import { NoiseFloor } from "./noise-floor.ts";

/** Loud frames after which speech is believed: 60 ms, longer than a click. */
const ONSET_FRAMES = 3;
/** Frames without a loud one that end a begin, and that end speech: 60 ms, and 200 ms for a pause between words. */
const ONSET_GAP_FRAMES = 3;
const PAUSE_FRAMES = 10;
/** Decibels by which speech that goes on may be quieter than speech that begins. */
const HYSTERESIS_DB = 3;
/** Share of loud frames that makes speech sustained: syllables have gaps, two short "mhm" have longer ones. */
const SUSTAINED_SHARE = 0.7;
/** Frames from one look at the clock to the next; between, frames are the clock. Most clocks put the time into a box. */
const CLOCK_FRAMES = 5;
/** Milliseconds without any audio after which what was under way is over: the line was interrupted. */
const STANDSTILL_MS = 1000;

/** What the detector goes by. */
export interface SpeechDetectorOptions {
  readonly clock: Clock;
  /** How far speech has to stand out from the noise, in decibels. */
  readonly marginDb: number;
  /** How much quieter than our voice its echo is, at least, in decibels. */
  readonly echoReturnLossDb: number;
  /** Milliseconds of speech that count as sustained. */
  readonly sustainedMs: number;
}

/**
 * Hears by the level alone whether the caller speaks: louder than the line's noise, and louder than what may be our own
 * voice coming back. Fed with frames of 20 ms; counts in frames, so that late ones weigh no more than others.
 */
export class SpeechDetector {
  readonly noise = new NoiseFloor();
  readonly echo: EchoGuard;
  readonly #clock: Clock;
  readonly #marginDb: number;
  readonly #hysteresisDb: number;
  /** Frames that make speech sustained. */
  readonly #sustainedFrames: number;
  /** Which of the last so many were loud: a bit for each, 32 in a number. */
  readonly #recent: number[];
  readonly #neededLoud: number;
  #recentLoud = 0;
  #frames = 0;
  /** Of the speech under way, or of its begin: frames, loud frames, frames since the last loud one. */
  #length = 0;
  #loud = 0;
  #gap = 0;
  #speaking = false;
  #sustained = false;
  #run = 0;
  #heardMs = 0;
  #heardAloneMs = 0;
  #onsetAt = -Infinity;
  #lastHeardAt = -Infinity;
  #now = -Infinity;

  constructor(options: SpeechDetectorOptions) {
    this.#clock = options.clock;
    this.echo = new EchoGuard(options.echoReturnLossDb);
    this.#marginDb = options.marginDb;
    this.#hysteresisDb = Math.min(HYSTERESIS_DB, options.marginDb / 3);
    this.#sustainedFrames = Math.max(ONSET_FRAMES, Math.round(options.sustainedMs / FRAME_MS));
    this.#recent = new Array<number>(Math.ceil(this.#sustainedFrames / 32)).fill(0);
    this.#neededLoud = Math.ceil(this.#sustainedFrames * SUSTAINED_SHARE);
  }

  /** Whether the caller speaks: from 60 ms after the onset until 200 ms after the last sound. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** Whether this very frame belongs to speech that has been going on for `sustainedMs`. */
  get sustained(): boolean {
    return this.#sustained;
  }

  /** Counts the pieces of speech, from 1. Pieces are apart by 200 ms. */
  get run(): number {
    return this.#run;
  }

  /** When the latest speech began, by the monotonic clock. */
  get onsetAt(): number {
    return this.#onsetAt;
  }

  /** When a sound of the caller was heard last, by the monotonic clock; `-Infinity` before the first. */
  get lastHeardAt(): number {
    return this.#lastHeardAt;
  }

  /** Milliseconds of the caller's sounds since the call's begin. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** The part of them that nothing of ours can have caused. */
  get heardAloneMs(): number {
    return this.#heardAloneMs;
  }

  /**
   * Takes the next frame, and what the caller hears from us meanwhile. Returns whether speech began or ended. Allocates
   * nothing; levels come in objects and not as arguments, because numbers that are handed around are put into boxes.
   */
  frame(level: Level, output: Pick<EarOutput, "outputLevel">): "began" | "ended" | undefined {
    this.noise.follow(level);
    this.echo.hear(output);
    const ended = this.#tick() && this.#stop();
    const threshold = Math.max(this.noise.dbfs + this.#marginDb, this.echo.thresholdDbfs);
    const loud = level.rmsDbfs > threshold - (this.#speaking ? this.#hysteresisDb : 0);
    this.#count(loud);
    if (loud) return this.#hear() ? "began" : ended ? "ended" : undefined;
    return this.#pause() || ended ? "ended" : undefined;
  }

  /** Returns whether the line stood still before this frame, or one shortly before it. */
  #tick(): boolean {
    const before = this.#now;
    this.#now += FRAME_MS;
    if (this.#frames % CLOCK_FRAMES !== 0) return false;
    this.#now = this.#clock.monotonic();
    return this.#now - before > STANDSTILL_MS;
  }

  #count(loud: boolean): void {
    const place = this.#frames++ % this.#sustainedFrames;
    const bits = this.#recent[place >> 5] as number;
    const bit = 1 << (place & 31);
    if (((bits & bit) !== 0) === loud) return;
    this.#recent[place >> 5] = bits ^ bit;
    this.#recentLoud += loud ? 1 : -1;
  }

  /** Returns whether speech begins with this frame. */
  #hear(): boolean {
    if (this.#length === 0) this.#loud = 0;
    this.#length += 1;
    this.#loud += 1;
    this.#gap = 0;
    this.#lastHeardAt = this.#now;
    this.#heardMs += FRAME_MS;
    if (this.echo.thresholdDbfs === -Infinity) this.#heardAloneMs += FRAME_MS;
    const begins = !this.#speaking && this.#loud >= ONSET_FRAMES;
    if (begins) {
      this.#speaking = true;
      this.#run += 1;
      this.#onsetAt = this.#now - (this.#length - 1) * FRAME_MS;
    }
    this.#sustained = this.#speaking && this.#length >= this.#sustainedFrames && this.#recentLoud >= this.#neededLoud;
    return begins;
  }

  /** Returns whether speech ends with this frame. */
  #pause(): boolean {
    this.#sustained = false;
    if (this.#length === 0) return false;
    this.#length += 1;
    this.#gap += 1;
    return this.#gap >= (this.#speaking ? PAUSE_FRAMES : ONSET_GAP_FRAMES) && this.#stop();
  }

  #stop(): boolean {
    const spoke = this.#speaking;
    this.#speaking = false;
    this.#sustained = false;
    this.#length = 0;
    return spoke;
  }
}
