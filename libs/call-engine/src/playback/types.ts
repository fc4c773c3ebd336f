import type { AudioFormat, Clock } from "@openclaw/telephony-contract";
import type { Ticker } from "./ticker.ts";

/** How an utterance ended. */
export interface PlaybackOutcome {
  /**
   * - `heard`: the caller heard all of it.
   * - `skipped`: it was dropped; `heardMs` says how much of it the caller had heard.
   * - `failed`: its writer gave up; what had been written was heard.
   */
  readonly outcome: "heard" | "skipped" | "failed";
  /** Whether the carrier said so. Without marks, or where they stay away, the clock alone knows. */
  readonly confirmed: boolean;
  /** Milliseconds of it that the caller heard, at most {@link PlaybackOutcome.totalMs}. */
  readonly heardMs: number;
  /** Milliseconds of audio that were written. */
  readonly totalMs: number;
}

/** Something to be played: audio is written into it while it is made. Utterances are played in the order of `queue`. */
export interface Utterance {
  readonly id: string;
  /**
   * Takes a copy of all of `audio`, in the playback's format, in chunks of any size: also half a sample. Returns `false`
   * when that is enough for now; write more after {@link Utterance.writable}. A writer that goes on regardless is cut
   * off at five minutes that wait: what is beyond is dropped, and the utterance ends as `failed`. Of an utterance that is
   * over or was ended, everything is ignored.
   */
  write(audio: Uint8Array): boolean;
  /** Resolves when writing makes sense again, or when the utterance is over. */
  writable(): Promise<void>;
  /** That was all. */
  end(): void;
  /** There will be no more, and that is a failure: what was written is heard, then the utterance ends as `failed`. */
  fail(): void;
  /** How it ended. Never rejects. */
  readonly done: Promise<PlaybackOutcome>;
  /** Aborted, with an error `aborted`, when it is skipped: whoever makes the audio can stop. */
  readonly signal: AbortSignal;
}

/** What a playback tells. Times are `clock.now()`, in milliseconds since the epoch. */
export interface PlaybackEvents {
  /** The first audio of an utterance was handed to the carrier. */
  firstFrameSent(id: string, at: number): void;
  /** The caller began to hear it, as far as clock and marks tell. */
  firstFrameHeard(id: string, at: number): void;
  /** Everything that was queued is over, the last of it by having been played. Not told after `clear` and `close`. */
  idle(): void;
}

/** What a call's carrier does with audio: from its capabilities and its codec's limits. */
export interface PlaybackCapabilities {
  /** Marks come back when what precedes them was played. */
  readonly marks: boolean;
  /** Audio that was handed over can be dropped. */
  readonly clear: boolean;
  /** Smallest and largest chunk that the carrier takes, in milliseconds. */
  readonly minChunkMs: number;
  readonly maxChunkMs: number;
  /** Audio that the carrier keeps ahead of the caller's ear, in milliseconds. */
  readonly maxBufferedMs: number;
}

/** What a playback is made of. */
export interface PlaybackOptions {
  readonly clock: Clock;
  readonly ticker: Ticker;
  /**
   * Audio that is kept ahead of the caller's ear, in milliseconds: a stall of the process this long is not heard. A function
   * is asked whenever audio is handed over. Default 200.
   */
  readonly leadMs?: number | (() => number);
  /** What is written and sent. Every link of the call has to take it. */
  readonly formatOut: AudioFormat;
  readonly events: PlaybackEvents;
}

/** How well the audio flowed. */
export interface PlaybackStats {
  /** Times when an utterance fell silent in its middle, because its audio or the process was late. */
  readonly underruns: number;
  /** Frames of 20 ms that were handed over. */
  readonly framesSent: number;
}
