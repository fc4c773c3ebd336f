import type { Call, Heard } from "@openclaw/phone-network";
import type { Body } from "./parameters.ts";

/** Something that is said or played. */
export interface Audio {
  readonly kind: "speak" | "playback";
  /** Text or URL. */
  readonly content: string;
}

/** How audio ended, in the carrier's words. */
export type AudioStatus = "completed" | "cancelled" | "cancelled_amd" | "call_hangup";

/** Told of what the carrier would send webhooks about. */
export interface VoiceEvents {
  readonly started: (audio: Audio) => void;
  readonly ended: (audio: Audio, status: AudioStatus) => void;
  readonly transcribed: (text: string, interim: boolean) => void;
  readonly gathered: (digits: string, status: "valid" | "timeout" | "cancelled" | "call_hangup") => void;
}

/** How long nothing has to be said for an utterance to be over, where the engine was not told. Milliseconds. */
const END_SILENCE_MS = 300;
const DAY_MS = 86_400_000;
/** What a `gather` does that was not told otherwise. */
const GATHER = { initial_timeout_millis: 5_000, inter_digit_timeout_millis: 5_000, maximum_digits: 128, terminating_digit: "#" };

/**
 * Mouth and ears of a leg: a queue of audio, transcription, and gathering of keys, side by side. The line is half-duplex in
 * one respect: whoever talks over audio that was begun with open ears cuts it short, as the `playback_stop` that follows would.
 */
export class Voice {
  #queue: Audio[] = [];
  #playing: Audio | undefined;
  /** Why audio ends that is about to be cut. */
  #cut: AudioStatus = "cancelled";
  #transcription: Body | undefined;
  #gather: Body | undefined;
  /** Grows with every listening, so that what is left of the one before is dropped. */
  #round = 0;

  constructor(
    private readonly call: Call,
    private readonly events: VoiceEvents,
  ) {}

  get transcribes(): boolean {
    return this.#transcription !== undefined;
  }

  /** Puts audio at the end of the queue. With `stop`, what is on the line or also what waits makes way. */
  play(audio: Audio, stop?: unknown): void {
    if (stop !== undefined) this.silence(stop);
    this.#queue.push(audio);
    if (!this.#playing) this.#next();
  }

  /** Stops audio: all of it, or the current one and goes on with the next. */
  silence(which: unknown = "all", because: AudioStatus = "cancelled"): void {
    if (which === "all") this.#queue = [];
    if (!this.#playing) return;
    this.#cut = because;
    this.call.stopSpeech();
    this.#cut = "cancelled";
  }

  transcribe(parameters: Body | undefined): void {
    this.#transcription = parameters;
    this.#earsChanged();
  }

  gather(parameters: Body): void {
    this.#gather = { ...GATHER, ...parameters };
    this.#earsChanged();
  }

  stopGathering(): void {
    if (this.#endGather()) this.events.gathered("", "cancelled");
    this.#earsChanged();
  }

  /** The party heard something: only now it was said. */
  overhear(heard: Heard): void {
    if (heard.kind === "started" || !this.#playing) return;
    this.#ended(heard.complete ? "completed" : this.#cut);
    if (this.#queue.length > 0) this.#next();
    // Who cut it short is talking, to ears that are open already.
    else if (heard.complete) this.#earsChanged();
  }

  /** The call is over. */
  over(): void {
    this.#queue = [];
    this.#round++;
    if (this.#playing) this.#ended("call_hangup");
    if (this.#endGather()) this.events.gathered("", "call_hangup");
  }

  #ended(status: AudioStatus): void {
    const audio = this.#playing;
    this.#playing = undefined;
    if (audio) this.events.ended(audio, status);
  }

  #next(): void {
    const audio = this.#queue.shift();
    if (!audio) return;
    this.#playing = audio;
    this.events.started(audio);
    if (audio.kind === "playback") void this.call.play(audio.content);
    else if (this.#transcription || this.#gather) void this.#listen(audio.content);
    else void this.call.say(audio.content);
  }

  #earsChanged(): void {
    if (this.#playing) return;
    if (this.#transcription || this.#gather) return void this.#listen();
    this.#round++;
    this.call.cancelActivity();
  }

  async #listen(prompt?: string): Promise<void> {
    const round = ++this.#round;
    const result = await this.call.listen(this.#listenFor(prompt));
    if (round !== this.#round || result.kind === "cancelled") return;
    if (result.kind === "speech" && this.#transcription) {
      const [first = ""] = result.text.split(" ");
      if (this.#settings.interim_results === true) this.events.transcribed(first, true);
      this.events.transcribed(result.text, false);
    }
    if (result.kind === "digits" && this.#endGather()) this.events.gathered(result.digits, "valid");
    if (result.kind === "no-input" && this.#endGather()) this.events.gathered("", "timeout");
    if (round === this.#round) this.#earsChanged();
  }

  get #settings(): Body {
    return (this.#transcription?.transcription_engine_config ?? {}) as Body;
  }

  #listenFor(prompt: string | undefined): Parameters<Call["listen"]>[0] {
    const gather = this.#gather;
    return {
      input: gather ? (this.#transcription ? "both" : "digits") : "speech",
      noInputMs: gather ? Number(gather.initial_timeout_millis) : DAY_MS,
      endSilenceMs: Number(this.#settings.utterance_end_ms ?? END_SILENCE_MS),
      ...(prompt !== undefined && { prompt: { text: prompt, interruptible: true } }),
      ...(gather && { digits: { max: Number(gather.maximum_digits), finishOn: String(gather.terminating_digit), interDigitMs: Number(gather.inter_digit_timeout_millis) } }),
    };
  }

  #endGather(): boolean {
    const gathering = this.#gather !== undefined;
    this.#gather = undefined;
    return gathering;
  }
}
