import { dtmfTones } from "@openclaw/telephony-audio";
import { sameFormat, toTelephonyError, type AudioFormat, type Clock, type Logger, type MediaLink } from "@openclaw/telephony-contract";
import type { Held } from "../carriers/instances.ts";
import { Playback, type PlaybackCapabilities, type PlaybackOutcome, type Ticker, type Utterance } from "../playback/index.ts";
import { Voice, type SpeechCache, type SpeechSink, type VoiceSource } from "../voice/index.ts";

/** What speaking needs of its call. */
export interface SpeakingOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly ticker: Ticker;
  /** Audio to keep ahead of the caller's ear at this moment, in milliseconds. */
  readonly leadMs: () => number;
  readonly cache: SpeechCache;
  readonly language?: string;
  /** Format that the carrier will most likely take. */
  readonly expected: AudioFormat;
  /** Whether the carrier presses keys by messages in the stream. */
  readonly pressesInStream: boolean;
  readonly sources: () => Promise<readonly Held<VoiceSource>[]>;
  readonly events: SpeakingEvents;
}

/** What is told of what is said. Times in milliseconds since the epoch. */
export interface SpeakingEvents {
  started(id: string, at: number, firstAudioAt: number): void;
  heard(id: string, at: number): void;
  ended(id: string, outcome: PlaybackOutcome): void;
  idle(): void;
  /** Which of the providers behind a voice really speaks: told at first, and when it is another one than before. */
  spokenBy(provider: string, voice: string | undefined): void;
}

/** What `w` among keys stands for. */
const PAUSE_MS = 500;

/** What is being said, until it is over. */
interface Saying {
  readonly text: string;
  firstAudioAt?: number;
}

/** The mouth of a call: texts become audio in the caller's ear, in order. */
export class Speaking {
  readonly #options: SpeakingOptions;
  readonly #saying = new Map<string, Saying>();
  #sources: Promise<readonly Held<VoiceSource>[]> | undefined;
  #voice: Voice | undefined;
  #voiceFormat: AudioFormat | undefined;
  #playback: Playback | undefined;
  #format: AudioFormat;
  #link: MediaLink | undefined;
  #cancelPause = () => {};
  #closed = false;

  constructor(options: SpeakingOptions) {
    this.#options = options;
    this.#format = options.expected;
  }

  /** Makes the voice ready, and what it says first. */
  prepare(greeting: string | undefined): void {
    this.#voiceFor(this.#format).prepare(greeting ?? "");
  }

  /** From now on it is said over this link. `false` where what was begun cannot go on in its format. */
  connect(link: MediaLink, capabilities: PlaybackCapabilities): boolean {
    if (this.#playback && !sameFormat(this.#format, link.formatOut)) return false;
    this.#format = link.formatOut;
    this.#link = link;
    this.#playback ??= this.#newPlayback(link.formatOut);
    this.#playback.attach(link, capabilities);
    return true;
  }

  disconnect(): void {
    this.#link = undefined;
    this.#playback?.detach();
  }

  say(id: string, text: string, { interruptible, keep }: { readonly interruptible: boolean; readonly keep: boolean }): void {
    const utterance = this.#begin(id, text, interruptible);
    if (utterance) this.#voiceFor(this.#format).speak(text, this.#timed(utterance), { keep });
  }

  /** Presses keys: by the carrier's own means where the link has some, else by tones. */
  press(id: string, digits: string): void {
    if (this.#options.pressesInStream) return this.#pressInStream(id, digits);
    const utterance = this.#begin(id, "", false);
    utterance?.write(dtmfTones(digits, this.#format));
    utterance?.end();
  }

  /** The carrier presses keys without pauses, so the pauses are ours. */
  #pressInStream(id: string, digits: string): void {
    const pieces = digits.split(/(?<=w)|(?=w)/i);
    const next = (): void => {
      const piece = pieces.shift();
      if (piece === undefined || this.#closed) return this.#options.events.ended(id, { outcome: "heard", confirmed: false, heardMs: 0, totalMs: 0 });
      if (piece.toLowerCase() !== "w") {
        this.#link?.sendDigits?.(piece);
        return next();
      }
      this.#cancelPause = this.#options.clock.schedule(PAUSE_MS, next);
    };
    next();
  }

  /** Falls silent at once; what was not heard can be resumed. */
  pause(): void {
    this.#playback?.pause();
  }

  resume(): void {
    this.#playback?.resume();
  }

  /** Falls silent for good: nothing of what was to be said is said any more. */
  hush(): void {
    this.#playback?.clear();
  }

  onMark(name: string): void {
    this.#playback?.onMark(name);
  }

  onCleared(): void {
    this.#playback?.onCleared();
  }

  get audible(): string | undefined {
    return this.#playback?.audible;
  }

  get interruptible(): boolean {
    return this.#playback?.interruptible ?? true;
  }

  get outputLevel(): number {
    return this.#playback?.outputLevel ?? Number.NEGATIVE_INFINITY;
  }

  /** The text that the caller hears at the moment. */
  spokenText(): string {
    const { audible } = this;
    return (audible === undefined ? undefined : this.#saying.get(audible)?.text) ?? "";
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelPause();
    this.#voice?.close();
    this.#playback?.close();
    this.#saying.clear();
    void this.#sources?.then(
      (sources) => sources.forEach((source) => source.release()),
      () => {},
    );
  }

  #begin(id: string, text: string, interruptible: boolean): Utterance | undefined {
    if (this.#closed || !this.#playback) {
      this.#options.events.ended(id, { outcome: "skipped", confirmed: false, heardMs: 0, totalMs: 0 });
      return undefined;
    }
    this.#saying.set(id, { text });
    const utterance = this.#playback.queue({ id, interruptible });
    void utterance.done.then((outcome) => {
      this.#saying.delete(id);
      if (!this.#closed) this.#options.events.ended(id, outcome);
    });
    return utterance;
  }

  /** The same utterance, with the time of its first audio noted. */
  #timed(utterance: Utterance): SpeechSink & { readonly id: string } {
    const { clock } = this.#options;
    const saying = this.#saying.get(utterance.id);
    return {
      id: utterance.id,
      signal: utterance.signal,
      write: (audio) => {
        if (saying) saying.firstAudioAt ??= clock.now();
        return utterance.write(audio);
      },
      writable: () => utterance.writable(),
      end: () => utterance.end(),
      fail: () => utterance.fail(),
    };
  }

  #newPlayback(formatOut: AudioFormat): Playback {
    const { clock, ticker, leadMs, events } = this.#options;
    return new Playback({
      clock,
      ticker,
      leadMs,
      formatOut,
      events: {
        firstFrameSent: (id, at) => events.started(id, at, this.#saying.get(id)?.firstAudioAt ?? at),
        firstFrameHeard: (id, at) => events.heard(id, at),
        idle: () => events.idle(),
      },
    });
  }

  /** One voice for each format; a carrier's is known only when it connects. */
  #voiceFor(preferred: AudioFormat): Voice {
    if (this.#voice && this.#voiceFormat && sameFormat(this.#voiceFormat, preferred)) return this.#voice;
    this.#voice?.close();
    this.#voiceFormat = preferred;
    const { clock, log, cache, language } = this.#options;
    this.#voice = new Voice({
      clock,
      log,
      cache,
      preferred,
      sources: () => this.#openSources(),
      onSpokenBy: ({ provider, voice }) => this.#options.events.spokenBy(provider, voice),
      ...(language !== undefined && { language }),
    });
    return this.#voice;
  }

  /** Those that can be had. Where none can, it is tried again for the next text. */
  async #openSources(): Promise<readonly VoiceSource[]> {
    this.#sources ??= this.#options.sources();
    const held = await this.#sources.catch((error: unknown) => {
      this.#options.log.error("no voice can be had", { code: toTelephonyError(error).code });
      return [];
    });
    if (held.length === 0) this.#sources = undefined;
    if (this.#closed) held.forEach((source) => source.release());
    return held.map(({ value }) => value);
  }
}
