import type { Call, Heard, Leg } from "@openclaw/phone-network";
import { Gather, type GatherStatus } from "./gather.ts";
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
  readonly gathered: (digits: string, status: GatherStatus) => void;
}

/** How long nothing has to be said for an utterance to be over, where the engine was not told. Milliseconds. */
const END_SILENCE_MS = 300;
const DAY_MS = 86_400_000;

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
  #gather: Gather | undefined;
  /** Grows with every listening, so that what is left of the one before is dropped. */
  #round = 0;
  #listening = false;

  readonly #call: Call;

  constructor(
    private readonly leg: Leg,
    private readonly events: VoiceEvents,
  ) {
    this.#call = leg.call;
  }

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
    this.#call.stopSpeech();
    this.#cut = "cancelled";
  }

  transcribe(parameters: Body | undefined): void {
    this.#transcription = parameters;
    this.#earsChanged();
  }

  gather(parameters: Body): void {
    this.stopGathering();
    const later = (ms: number, callback: () => void) => this.leg.timers.after(ms, callback);
    this.#gather = new Gather(parameters, later, (digits, status) => {
      this.#gather = undefined;
      this.events.gathered(digits, status);
      if (status !== "call_hangup") this.#earsChanged();
    });
    this.#earsChanged();
  }

  stopGathering(): void {
    this.#gather?.end("cancelled");
  }

  /** The party pressed a key. */
  key(digit: string): void {
    this.#gather?.key(digit);
  }

  /** The party heard something: only now it was said. */
  overhear(heard: Heard): void {
    if (heard.kind === "started" || !this.#playing) return;
    this.#ended(heard.complete ? "completed" : this.#cut);
    if (this.#queue.length > 0) this.#next();
    else this.#earsChanged();
  }

  /** The line is ours again. */
  resume(): void {
    this.#earsChanged();
  }

  /** The call is over. */
  over(): void {
    this.#queue = [];
    this.#round++;
    if (this.#playing) this.#ended("call_hangup");
    this.#gather?.end("call_hangup");
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
    if (audio.kind === "playback") void this.#deaf(this.#call.play(audio.content));
    else if (this.#transcription || this.#gather) void this.#listen(audio.content);
    else void this.#deaf(this.#call.say(audio.content));
  }

  /** Audio that was begun without open ears takes the line for itself. */
  async #deaf(audio: Promise<unknown>): Promise<void> {
    this.#round++;
    this.#listening = false;
    await audio;
  }

  #earsChanged(): void {
    const open = this.#transcription !== undefined || this.#gather !== undefined;
    // Ears that are open stay so, and hear an utterance to its end.
    if (this.#playing || open === this.#listening) return;
    if (open) return void this.#listen();
    this.#round++;
    this.#listening = false;
    this.#call.cancelActivity();
  }

  async #listen(prompt?: string): Promise<void> {
    const round = ++this.#round;
    this.#listening = true;
    const result = await this.#call.listen(this.#listenFor(prompt));
    if (round !== this.#round) return;
    this.#listening = false;
    if (result.kind === "cancelled") return;
    if (result.kind === "speech" && this.#transcription) {
      const [first = ""] = result.text.split(" ");
      if (this.#settings.interim_results === true) this.events.transcribed(first, true);
      this.events.transcribed(result.text, false);
    }
    if (round === this.#round) this.#earsChanged();
  }

  get #settings(): Body {
    return (this.#transcription?.transcription_engine_config ?? {}) as Body;
  }

  /** Keys are gathered beside it, so that each is told when it is pressed. */
  #listenFor(prompt: string | undefined): Parameters<Call["listen"]>[0] {
    return {
      input: "speech",
      noInputMs: DAY_MS,
      endSilenceMs: Number(this.#settings.utterance_end_ms ?? END_SILENCE_MS),
      ...(prompt !== undefined && { prompt: { text: prompt, interruptible: true } }),
    };
  }
}
