import type { Level } from "@openclaw/telephony-audio";
import type { AudioFormat, Clock, Logger, TelephonyError, TranscriberCapabilities, TranscriberEvent } from "@openclaw/telephony-contract";
import type { EarEvent, EarOutput } from "./events.ts";
import { FrameMeter, type FrameListener } from "./frame-meter.ts";
import { Interruption, type InterruptionListener } from "./interruption.ts";
import type { EarSettings } from "./settings.ts";
import { SpeechDetector } from "./speech-detector.ts";
import { SpokenEcho } from "./spoken-echo.ts";
import { TurnAssembly, type AssembledTurn, type TurnListener } from "./turn-assembly.ts";
import { wordsOf } from "./words.ts";

/** After a sign of speech from which no text came, and so much silence, the next one is another begin. In milliseconds. */
const NEW_BEGIN_MS = 1500;

/** What an ear is made of. The object itself is not kept, and its functions are called without it. */
export interface EarOptions {
  readonly clock: Clock;
  readonly settings: EarSettings;
  readonly capabilities: TranscriberCapabilities;
  /** Format of what {@link Ear.audio} takes. */
  readonly formatIn: AudioFormat;
  readonly output: EarOutput;
  /** Told in the order of happening, from within the ear's methods and its timers. */
  readonly onEvent: (event: EarEvent) => void;
  /**
   * A turn seems to be over and its final text has not come: flush the transcriber's session. Only where the engine finds
   * the end of turns; the turn follows when the text is there, or after two seconds with what is known.
   */
  readonly needsFlush?: () => void;
  readonly log: Logger;
}

/** An ear as its call sees it. */
export type CallEar = Pick<Ear, "audio" | "transcript" | "playbackStarted" | "playbackEnded" | "close">;

/**
 * Listens to the caller of one call: puts what the level of the sound says together with what the transcriber recognises,
 * and tells when the caller begins, interrupts, and is done. Our own voice that comes back, the noise of the line and a
 * listener's "mhm" are none of these.
 *
 * Its owner goes by {@link CallEar}: the methods that begin with "on" are for the ear's own parts.
 */
export class Ear implements FrameListener, InterruptionListener, TurnListener {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #output: EarOutput;
  readonly #onEvent: EarOptions["onEvent"];
  readonly #needsFlush: EarOptions["needsFlush"];
  readonly #minWords: number;
  readonly #meter: FrameMeter;
  readonly #voice: SpeechDetector;
  readonly #echo: SpokenEcho;
  readonly #interruption: Interruption;
  readonly #turns: TurnAssembly;
  /** Whether what we say has begun and is not over, pauses between sentences included. */
  #playing = false;
  /** The last sign of a speech whose begin was told; nothing where none is under way. */
  #signAt: number | undefined;
  #eagerTold = false;
  #closed = false;

  /** Throws a {@link TelephonyError} `unsupported` for a format whose level cannot be measured. */
  constructor(options: EarOptions) {
    const { clock, settings, capabilities, output } = options;
    const partials = capabilities.partials ?? false;
    this.#clock = clock;
    this.#log = options.log;
    this.#output = output;
    this.#onEvent = options.onEvent;
    this.#needsFlush = options.needsFlush;
    this.#minWords = settings.bargeIn.minWords;
    // Taking words apart costs some 10 ms the first time in a process: better now than when the caller speaks.
    wordsOf("");
    this.#meter = new FrameMeter(options.formatIn, this);
    this.#voice = new SpeechDetector({ clock, ...settings.bargeIn, sustainedMs: settings.bargeIn.minSpeechMs });
    this.#echo = new SpokenEcho(clock, output, this.#voice);
    this.#interruption = new Interruption({
      clock,
      settings: settings.bargeIn,
      output,
      voice: this.#voice,
      signals: { speechStart: capabilities.speechStart ?? false, partials },
      listener: this,
    });
    this.#turns = new TurnAssembly({
      clock,
      endOfTurn: capabilities.endOfTurn,
      partials,
      silenceMs: settings.silenceTimeoutMs,
      voice: this.#voice,
      listener: this,
    });
  }

  /** The caller's sound, every frame of it, in `formatIn` and in chunks of any size. Allocates nothing for a frame. */
  audio(payload: Uint8Array): void {
    if (!this.#closed) this.#meter.push(payload);
  }

  /** What the transcriber tells. Its end (`failed`) is the owner's to handle. */
  transcript(event: TranscriberEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case "speechStarted":
        return this.#started(event.itemId, event.timeMs);
      case "partial":
        return void this.#partial(event.itemId, event.text);
      case "eagerEnd":
        if (this.#partial(event.itemId, event.text)) this.#turns.eagerEnd(event.itemId, event.text);
        return;
      case "resumed":
        return this.#turns.resumed(event.itemId);
      case "final":
        return this.#final(event);
      case "itemFailed":
        this.#echo.settled();
        return this.#turns.failed(event.itemId, event.error);
      case "ready":
      case "failed":
    }
  }

  /** The caller begins to hear something of ours. To be called for each utterance, or for several that follow each other. */
  playbackStarted(): void {
    this.#playing = true;
    this.#interruption.playbackStarted();
  }

  /** The caller has heard everything of ours, or it was dropped. */
  playbackEnded(): void {
    this.#playing = false;
    this.#echo.playbackEnded();
  }

  /** Nothing is told any more, and no timer runs. */
  close(): void {
    this.#closed = true;
    this.#interruption.close();
    this.#turns.close();
  }

  onFrame(level: Level): void {
    const change = this.#voice.frame(level, this.#output);
    if (change !== undefined) this.#voiceChanged(change);
    this.#interruption.frame();
  }

  #voiceChanged(change: "began" | "ended"): void {
    if (change === "began") {
      this.#sign(this.#voice.onsetAt);
      this.#echo.voiceBegan();
      this.#interruption.voiceBegan();
      this.#turns.voiceBegan();
    } else {
      if (this.#signAt !== undefined) this.#signAt = Math.max(this.#signAt, this.#voice.lastHeardAt);
      this.#echo.voiceEnded();
      this.#interruption.voiceEnded();
      this.#turns.voiceEnded();
    }
  }

  #started(itemId: string | undefined, timeMs: number | undefined): void {
    if (itemId !== undefined && this.#turns.isLate(itemId)) return;
    // While we speak it may be our own voice that the transcriber hears.
    if (!this.#playing || this.#voice.speaking) this.#sign(this.#clock.monotonic());
    if (itemId !== undefined) this.#turns.started(itemId, timeMs);
    this.#interruption.speechSignalled();
  }

  /** Returns whether the text is the caller's. */
  #partial(itemId: string, text: string): boolean {
    if (this.#turns.isLate(itemId)) return false;
    const words = wordsOf(text);
    const ours = this.#echo.has(words);
    if (!ours) this.#recognised(words);
    this.#turns.partial(itemId, ours ? "" : text);
    return !ours && words.length > 0;
  }

  #final({ itemId, text, confidence, timeMs }: Extract<TranscriberEvent, { type: "final" }>): void {
    const words = wordsOf(text);
    const ours = this.#echo.has(words);
    if (ours) this.#leftOut("our own words came back and were left out", words);
    if (ours && this.#interruption.active) this.#voice.echo.mistaken();
    if (!ours && !this.#turns.isLate(itemId)) this.#recognised(words);
    this.#echo.settled();
    this.#turns.final(itemId, ours || words.length === 0 ? "" : text, {
      ...(confidence !== undefined && { confidence }),
      ...(timeMs !== undefined && { timeMs }),
    });
  }

  #recognised(words: readonly string[]): void {
    if (words.length === 0) return;
    this.#sign(this.#clock.monotonic());
    this.#interruption.recognised(words.length);
  }

  onInterrupted(): void {
    this.#tell({ type: "interrupted", at: this.#clock.now() });
  }

  onResumed(): void {
    this.#tell({ type: "resumed", at: this.#clock.now() });
  }

  onFlushNeeded(): void {
    this.#needsFlush?.();
  }

  onTurn(turn: AssembledTurn): void {
    const words = wordsOf(turn.text);
    if (this.#isBackchannel(words)) {
      this.#leftOut("a word or two while we spoke were left out", words);
      return this.onNothing();
    }
    this.#signAt = undefined;
    this.#eagerTold = false;
    this.#interruption.settled();
    this.#tell({ type: "turn", ...turn, speechEndedAt: this.#wallTime(turn.speechEndedAt), finalAt: this.#wallTime(turn.finalAt) });
  }

  /** People say "mhm" and "okay" to show that they listen: while we speak on, that is no turn. */
  #isBackchannel(words: readonly string[]): boolean {
    const speaking = this.#playing || this.#output.audible !== undefined;
    return speaking && !this.#interruption.active && words.length < this.#minWords;
  }

  onNothing(): void {
    this.#signAt = undefined;
    this.onEagerRevoked();
    this.#interruption.nothingRecognised();
  }

  onEager(text: string): void {
    if (this.#isBackchannel(wordsOf(text))) return;
    this.#eagerTold = true;
    this.#tell({ type: "eager", text });
  }

  onEagerRevoked(): void {
    if (!this.#eagerTold) return;
    this.#eagerTold = false;
    this.#tell({ type: "eagerRevoked" });
  }

  onLost(error: TelephonyError): void {
    this.#signAt = undefined;
    this.#interruption.settled();
    this.#tell({ type: "lost", error });
  }

  /** Inside, time is measured by the monotonic clock; what is told has the time of the day. */
  #wallTime(at: number): number {
    return Math.round(this.#clock.now() - (this.#clock.monotonic() - at));
  }

  /** Tells that the caller began to speak, unless that is known. `at`: by the monotonic clock. */
  #sign(at: number): void {
    const { onsetAt, speaking } = this.#voice;
    const last = this.#signAt;
    const known = last !== undefined && (this.#turns.hasText || (speaking && last >= onsetAt) || at - last < NEW_BEGIN_MS);
    this.#signAt = this.#clock.monotonic();
    if (!known) this.#tell({ type: "speechStarted", at: this.#wallTime(at) });
  }

  #leftOut(message: string, words: readonly string[]): void {
    this.#log.debug(message, { words: words.length });
  }

  #tell(event: EarEvent): void {
    if (!this.#closed) this.#onEvent(event);
  }
}
