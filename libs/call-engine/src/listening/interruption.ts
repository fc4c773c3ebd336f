import type { Clock } from "@openclaw/telephony-contract";
import type { EarOutput } from "./events.ts";
import type { BargeInSettings } from "./settings.ts";
import type { SpeechDetector } from "./speech-detector.ts";

/** A transcriber's word that somebody speaks, so much older than the sound, is about another sound. In milliseconds. */
const SIGNAL_MS = 1500;
/**
 * How long an interruption may go on without a word, in milliseconds: some seconds where words come while one speaks, the
 * length of a long sentence where they come only after it. What is noise must not keep us silent.
 */
const WORDLESS_MS = { withPartials: 4000, withoutPartials: 15_000 };

/** Whom an interruption tells. */
export interface InterruptionListener {
  onInterrupted(): void;
  onResumed(): void;
}

/** What an interruption goes by, and whom it tells. */
export interface InterruptionOptions {
  readonly clock: Clock;
  readonly settings: BargeInSettings;
  readonly output: Pick<EarOutput, "audible" | "interruptible">;
  readonly voice: Pick<SpeechDetector, "sustained" | "speaking" | "run" | "lastHeardAt" | "onsetAt">;
  /** What the transcriber tells while somebody speaks. Where it tells nothing, the level alone decides. */
  readonly signals: { readonly speechStart: boolean; readonly partials: boolean };
  readonly listener: InterruptionListener;
}

/**
 * Decides when the caller takes the floor while we speak, and when that was a false alarm. Words decide at once. A sound
 * decides when it is sustained, and when the transcriber, where it says such things at all, takes it for speech too. An
 * interruption goes on until it is settled by a turn, or resumed because nothing was said.
 */
export class Interruption {
  readonly #clock: Clock;
  readonly #settings: BargeInSettings;
  readonly #output: InterruptionOptions["output"];
  readonly #voice: InterruptionOptions["voice"];
  readonly #listener: InterruptionListener;
  readonly #byLevelAlone: boolean;
  readonly #wordlessMs: number;
  #active = false;
  #graceUntil = -Infinity;
  /** When the transcriber last said that somebody speaks, and that is not settled yet. */
  #signalAt: number | undefined;
  /** The most words that were recognised at once of what is not settled. */
  #words = 0;
  /** The transcriber found nothing in it. */
  #refuted = false;
  #since = 0;
  /** The piece of speech that was a false alarm does not interrupt again. */
  #spentRun = 0;
  #quietSince = -Infinity;
  #cancelTimer: (() => void) | undefined;

  constructor({ clock, settings, output, voice, signals, listener }: InterruptionOptions) {
    this.#clock = clock;
    this.#settings = settings;
    this.#output = output;
    this.#voice = voice;
    this.#listener = listener;
    this.#byLevelAlone = !signals.speechStart && !signals.partials;
    this.#wordlessMs = signals.partials ? WORDLESS_MS.withPartials : WORDLESS_MS.withoutPartials;
  }

  /** Whether the caller has the floor, and nothing was made of it yet. */
  get active(): boolean {
    return this.#active;
  }

  playbackStarted(): void {
    this.#graceUntil = this.#clock.monotonic() + this.#settings.graceMs;
  }

  voiceBegan(): void {
    const { onsetAt } = this.#voice;
    const stale = this.#signalAt !== undefined && onsetAt - this.#signalAt > SIGNAL_MS && onsetAt - this.#quietSince > SIGNAL_MS;
    if (stale) this.#signalAt = undefined;
  }

  voiceEnded(): void {
    this.#quietSince = this.#voice.lastHeardAt;
    if (this.#refuted) this.#resume();
  }

  /** To be called with every frame: decides about what the detector hears. Allocates nothing. */
  frame(): void {
    if (this.#active) return;
    const voice = this.#voice;
    const bySound = voice.sustained && voice.run !== this.#spentRun && (this.#byLevelAlone || this.#signalAt !== undefined);
    if (bySound || this.#enoughWords) this.#interrupt();
  }

  /** The transcriber says that somebody speaks. */
  speechSignalled(): void {
    this.#signalAt = this.#clock.monotonic();
    this.frame();
  }

  /** So many words of the caller's are recognised, in an item that is not settled. */
  recognised(words: number): void {
    if (words === 0) return;
    this.#words = Math.max(this.#words, words);
    this.#refuted = false;
    this.speechSignalled();
  }

  /** What was heard so far is settled, and there was nothing in it. */
  nothingRecognised(): void {
    this.#forget();
    if (!this.#active) return;
    this.#refuted = true;
    if (!this.#voice.speaking) this.#resume();
    else this.#watch();
  }

  /** What was heard so far is settled by a turn, or by the news that it is lost. */
  settled(): void {
    this.#forget();
    this.#end();
  }

  close(): void {
    this.#rest();
  }

  get #enoughWords(): boolean {
    return this.#words > 0 && this.#words >= this.#settings.minWords;
  }

  #forget(): void {
    this.#signalAt = undefined;
    this.#words = 0;
  }

  #interrupt(): void {
    const output = this.#output;
    if (!this.#settings.enabled || output.audible === undefined || !output.interruptible) return;
    if (this.#clock.monotonic() < this.#graceUntil) return;
    this.#active = true;
    this.#since = this.#clock.monotonic();
    this.#refuted = false;
    this.#watch();
    this.#listener.onInterrupted();
  }

  /** Looks again whether it was a false alarm when that may be due. */
  #watch(): void {
    this.#rest();
    this.#cancelTimer = this.#clock.schedule(this.#falseAlarmAt() - this.#clock.monotonic(), () => {
      this.#cancelTimer = undefined;
      if (this.#words > 0) return;
      if (this.#clock.monotonic() < this.#falseAlarmAt()) this.#watch();
      else this.#resume();
    });
  }

  #falseAlarmAt(): number {
    const { resumeAfterMs } = this.#settings;
    const quietSince = Math.max(this.#since, this.#voice.lastHeardAt);
    return Math.min(quietSince + resumeAfterMs, this.#since + Math.max(this.#wordlessMs, resumeAfterMs));
  }

  #resume(): void {
    if (!this.#active || this.#words > 0) return;
    this.#spentRun = this.#voice.run;
    this.#end();
    this.#listener.onResumed();
  }

  #end(): void {
    this.#active = false;
    this.#refuted = false;
    this.#rest();
  }

  #rest(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
