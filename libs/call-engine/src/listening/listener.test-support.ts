import type { TranscriberCapabilities, TranscriberEvent } from "@openclaw/telephony-contract";
import { MULAW_8K } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { Ear } from "./ear.ts";
import type { EarEvent } from "./events.ts";
import { DEFAULT_BARGE_IN, type BargeInSettings } from "./settings.ts";
import { FRAME, encode, levelOf, mixInto, type Sound } from "./sounds.test-support.ts";

/** A transcriber that tells everything while somebody speaks. */
export const TELLING: TranscriberCapabilities = { formats: [MULAW_8K], partials: true, speechStart: true, endOfTurn: "provider" };
/** One that says nothing until the engine asks for the text. */
export const MUTE: TranscriberCapabilities = { formats: [MULAW_8K], endOfTurn: "engine" };

/** A sound on the line's time, in samples. */
interface PlayedSound {
  readonly sound: Sound;
  readonly from: number;
}

interface ListenerOptions {
  readonly capabilities?: TranscriberCapabilities;
  readonly bargeIn?: Partial<BargeInSettings>;
  readonly silenceTimeoutMs?: number;
  /** How much of our voice comes back, in decibels, and after how many milliseconds. Default: nothing. */
  readonly echo?: { readonly lossDb: number; readonly delayMs: number };
}

/**
 * A call's ear on a line that a test plays on: sounds of the caller, of the room, of our own voice and its echo, and a
 * transcriber that says what the test says.
 */
export class Listener {
  readonly clock = createVirtualClock();
  readonly log = createLogRecorder();
  readonly events: EarEvent[] = [];
  readonly ear: Ear;
  flushes = 0;
  /** Milliseconds of the line's life, a multiple of 20. */
  time = 0;
  spoken = "";
  /** What the owner of the ear does about an event, beside keeping it. */
  react: (event: EarEvent) => void = () => {};
  #audible: string | undefined;
  #interruptible = true;
  #outputLevel = -Infinity;
  readonly #theirs: PlayedSound[] = [];
  readonly #ours: PlayedSound[] = [];
  readonly #echo: ListenerOptions["echo"];
  readonly #epoch = this.clock.now();

  constructor(options: ListenerOptions = {}) {
    this.#echo = options.echo;
    const audible = () => this.#audible;
    const interruptible = () => this.#interruptible;
    const outputLevel = () => this.#outputLevel;
    const spokenText = () => this.spoken;
    this.ear = new Ear({
      clock: this.clock,
      settings: { silenceTimeoutMs: options.silenceTimeoutMs ?? 800, bargeIn: { ...DEFAULT_BARGE_IN, ...options.bargeIn } },
      capabilities: options.capabilities ?? TELLING,
      formatIn: MULAW_8K,
      output: {
        get audible() {
          return audible();
        },
        get interruptible() {
          return interruptible();
        },
        get outputLevel() {
          return outputLevel();
        },
        spokenText,
      },
      onEvent: (event) => {
        this.events.push(event);
        this.react(event);
      },
      needsFlush: () => void (this.flushes += 1),
      log: this.log,
    });
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  get turns(): string[] {
    return this.events.flatMap((event) => (event.type === "turn" ? event.text : []));
  }

  /** Events of one kind. */
  of<Type extends EarEvent["type"]>(type: Type): Extract<EarEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<EarEvent, { type: Type }> => event.type === type);
  }

  /** When something happened, in milliseconds of the line. */
  since(at: number): number {
    return at - this.#epoch;
  }

  /** A sound of the caller's side, from now on. */
  hear(sound: Sound): void {
    this.#theirs.push({ sound, from: this.time * 8 });
  }

  /** We begin to speak. */
  speak(text: string, sound: Sound, options: { interruptible?: boolean } = {}): void {
    this.spoken = text;
    this.#audible = "utterance";
    this.#interruptible = options.interruptible ?? true;
    this.#ours.push({ sound, from: this.time * 8 });
    this.ear.playbackStarted();
  }

  /** What we say stops at once, with its echo still to come. Returns what was not played. */
  pause(): Sound {
    this.#audible = undefined;
    const last = this.#ours.pop();
    if (!last) return new Float64Array();
    const played = Math.max(0, this.time * 8 - last.from);
    this.#ours.push({ sound: last.sound.subarray(0, played), from: last.from });
    return last.sound.subarray(played);
  }

  /** What we say is over, or was dropped. */
  fallSilent(): void {
    this.pause();
    this.ear.playbackEnded();
  }

  /** Does what a telephone does: pauses when it is interrupted, goes on after a false alarm, and drops the rest for a turn. */
  behave(): void {
    let rest: Sound | undefined;
    this.react = ({ type }) => {
      if (type === "interrupted") rest = this.pause();
      else if (type === "resumed" && rest) this.speak(this.spoken, rest);
      else if ((type === "turn" || type === "lost") && rest) this.ear.playbackEnded();
      if (type !== "interrupted") rest = undefined;
    };
  }

  tell(...events: readonly TranscriberEvent[]): void {
    for (const event of events) this.ear.transcript(event);
  }

  final(itemId: string, text: string): void {
    this.tell({ type: "final", itemId, text });
  }

  partial(itemId: string, text: string): void {
    this.tell({ type: "partial", itemId, text });
  }

  /** Lets the line run, frame by frame, in real time of its clock. */
  async run(ms: number): Promise<void> {
    for (const end = this.time + ms; this.time < end; ) {
      this.#outputLevel = levelOf(this.#frame(this.#ours));
      const inbound = this.#frame(this.#theirs);
      if (this.#echo) mixInto(inbound, this.#frame(this.#ours, this.#echo.delayMs), 0, 10 ** (-this.#echo.lossDb / 20));
      this.ear.audio(encode(inbound));
      this.time += 20;
      await this.clock.advance(20);
    }
  }

  #frame(sounds: readonly PlayedSound[], delayMs = 0): Sound {
    const frame = new Float64Array(FRAME);
    for (const { sound, from } of sounds) mixInto(frame, sound, from + (delayMs - this.time) * 8);
    return frame;
  }
}
