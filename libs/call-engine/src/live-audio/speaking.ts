import { dtmfTones } from "@openclaw/telephony-audio";
import { sameFormat, toTelephonyError, type AudioFormat, type Clock, type MediaLink } from "@openclaw/telephony-contract";
import type { Held } from "../carriers/instances.ts";
import { Playback, type PlaybackCapabilities, type PlaybackEvents, type PlaybackOutcome, type Utterance } from "../playback/index.ts";
import { Voice, type SpeechSink, type VoiceSource } from "../voice/index.ts";
import { expectedFormat, type AudioCall, type AudioGround } from "./ground.ts";

/** What is told of what is said. Times in milliseconds since the epoch. */
export interface SpeakingEvents {
  utteranceStarted(id: string, at: number, firstAudioAt: number): void;
  utteranceHeard(id: string, at: number): void;
  utteranceEnded(id: string, outcome: PlaybackOutcome): void;
  /** All of it was heard. */
  fellSilent(): void;
  /** Which of the providers behind a voice really speaks: told at first, and when it is another one than before. */
  spokenBy(provider: string, voice: string | undefined): void;
}

/** What `w` among keys stands for. */
const PAUSE_MS = 500;

/** An utterance of a text, that notes when its first audio comes. */
class Saying implements SpeechSink {
  firstAudioAt: number | undefined;

  constructor(
    readonly text: string,
    private readonly utterance: Utterance,
    private readonly clock: Clock,
  ) {}

  get id(): string {
    return this.utterance.id;
  }

  get signal(): AbortSignal {
    return this.utterance.signal;
  }

  write(audio: Uint8Array): boolean {
    this.firstAudioAt ??= this.clock.now();
    return this.utterance.write(audio);
  }

  writable(): Promise<void> {
    return this.utterance.writable();
  }

  end(): void {
    this.utterance.end();
  }

  fail(): void {
    this.utterance.fail();
  }
}

/** The mouth of a call: texts become audio in the caller's ear, in order. */
export class Speaking implements PlaybackEvents {
  readonly #ground: AudioGround;
  readonly #call: AudioCall;
  readonly #events: SpeakingEvents;
  /** What is being said, in order, until it is over. */
  #saying: readonly Saying[] = [];
  #sources: Promise<readonly Held<VoiceSource>[]> | undefined;
  #voice: Voice | undefined;
  #voiceFormat: AudioFormat | undefined;
  #playback: Playback | undefined;
  #format: AudioFormat;
  #link: MediaLink | undefined;
  #cancelPause: (() => void) | undefined;
  #closed = false;

  constructor(ground: AudioGround, call: AudioCall, events: SpeakingEvents) {
    this.#ground = ground;
    this.#call = call;
    this.#events = events;
    this.#format = expectedFormat(call.capabilities);
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
    const saying = this.#begin(id, text, interruptible);
    if (saying) this.#voiceFor(this.#format).speak(text, saying, { keep });
  }

  /** Presses keys: by the carrier's own means where the link has some, else by tones. */
  press(id: string, digits: string): void {
    if (this.#call.capabilities.dtmfOut?.media === "stream") return this.#pressInStream(id, digits);
    const saying = this.#begin(id, "", false);
    saying?.write(dtmfTones(digits, this.#format));
    saying?.end();
  }

  /** The carrier presses keys without pauses, so the pauses are ours. */
  #pressInStream(id: string, digits: string): void {
    const pieces = digits.split(/(?<=w)|(?=w)/i);
    const next = (): void => {
      const piece = pieces.shift();
      if (piece === undefined || this.#closed) return this.#events.utteranceEnded(id, { outcome: "heard", confirmed: false, heardMs: 0, totalMs: 0 });
      if (piece.toLowerCase() !== "w") {
        this.#link?.sendDigits?.(piece);
        return next();
      }
      this.#cancelPause = this.#ground.clock.schedule(PAUSE_MS, next);
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
    return (audible === undefined ? undefined : this.#sayingOf(audible)?.text) ?? "";
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelPause?.();
    this.#voice?.close();
    this.#playback?.close();
    this.#saying = [];
    void this.#sources?.then(
      (sources) => sources.forEach((source) => source.release()),
      () => {},
    );
  }

  firstFrameSent(id: string, at: number): void {
    this.#events.utteranceStarted(id, at, this.#sayingOf(id)?.firstAudioAt ?? at);
  }

  firstFrameHeard(id: string, at: number): void {
    this.#events.utteranceHeard(id, at);
  }

  idle(): void {
    this.#events.fellSilent();
  }

  #begin(id: string, text: string, interruptible: boolean): Saying | undefined {
    if (this.#closed || !this.#playback) {
      this.#events.utteranceEnded(id, { outcome: "skipped", confirmed: false, heardMs: 0, totalMs: 0 });
      return undefined;
    }
    const utterance = this.#playback.queue({ id, interruptible });
    const saying = new Saying(text, utterance, this.#ground.clock);
    // Not by spreading, which makes room for many more.
    this.#saying = this.#saying.concat(saying);
    void utterance.done.then((outcome) => {
      this.#saying = this.#saying.filter((one) => one !== saying);
      if (!this.#closed) this.#events.utteranceEnded(id, outcome);
    });
    return saying;
  }

  #sayingOf(id: string): Saying | undefined {
    return this.#saying.find((saying) => saying.id === id);
  }

  #newPlayback(formatOut: AudioFormat): Playback {
    const { clock, ticker } = this.#ground;
    return new Playback({ clock, ticker, leadMs: () => this.#ground.leadMs(this.#call.settings), formatOut, events: this });
  }

  /** One voice for each format; a carrier's is known only when it connects. */
  #voiceFor(preferred: AudioFormat): Voice {
    if (this.#voice && this.#voiceFormat && sameFormat(this.#voiceFormat, preferred)) return this.#voice;
    this.#voice?.close();
    this.#voiceFormat = preferred;
    const { clock, log, cache } = this.#ground;
    const { language } = this.#call.settings;
    this.#voice = new Voice({
      clock,
      log,
      cache,
      preferred,
      sources: () => this.#openSources(),
      onSpokenBy: ({ provider, voice }) => this.#events.spokenBy(provider, voice),
      ...(language !== undefined && { language }),
    });
    return this.#voice;
  }

  /** Those that can be had. Where none can, it is tried again for the next text. */
  async #openSources(): Promise<readonly VoiceSource[]> {
    this.#sources ??= this.#ground.services.voices(this.#call.settings);
    const held = await this.#sources.catch((error: unknown) => {
      this.#ground.log.error("no voice can be had", { code: toTelephonyError(error).code });
      return [];
    });
    if (held.length === 0) this.#sources = undefined;
    if (this.#closed) held.forEach((source) => source.release());
    return held.map(({ value }) => value);
  }
}
