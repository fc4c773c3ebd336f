import { encodeMulaw, writePcm16 } from "@openclaw/telephony-audio";
import { CONTRACT, bytesPerSample, type AudioFormat, type SpeechSynthesizerDefinition } from "@openclaw/telephony-contract";
import { speechFrame } from "../audio/subjects.ts";
import { until } from "./reply.ts";
import { anySection, type StubEar } from "./stub-ear.ts";

/** How long a text takes to speak: people say some fifteen characters a second. */
export const MS_PER_CHARACTER = 66;
/** Audio in one piece of a voice that makes it while it is heard. */
const PIECE_MS = 100;

/** How a voice of the benchmark speaks. */
export interface VoiceManners {
  readonly format: AudioFormat;
  /** Time to the first audio, and time that a second of audio takes, in seconds. Both 0: all of a text at once. */
  readonly firstMs: number;
  readonly realTimeFactor: number;
  /** The whole reply, where it is made in one piece: nothing of it is there before all of it is. */
  readonly whole?: string;
  /** Frames of an echo that are given at a time. Default 1. */
  readonly pieceFrames?: number;
}

/** The audio of a text, in milliseconds. */
export function spokenMs(text: string): number {
  return text.length * MS_PER_CHARACTER;
}

/** A voice that costs nothing: it says any text as the same sound, or gives a caller back what was heard of them. */
export function stubVoice(ears: readonly StubEar[], manners: VoiceManners): SpeechSynthesizerDefinition {
  const sound = new Sound(manners.format);
  return {
    contract: CONTRACT,
    kind: "speech-synthesizer",
    id: "stub-voice",
    label: "Voice of the benchmark",
    capabilities: { formats: [manners.format], streaming: true },
    config: anySection,
    create: () =>
      Promise.resolve({
        async synthesize({ text, signal }) {
          const number = /^Echo of (\d+)\.$/.exec(text)?.[1];
          const ear = number === undefined ? undefined : ears[Number(number)];
          const audio = ear ? new Echo(ear, manners, signal) : await speak(text, manners, sound);
          return { format: manners.format, audio, spokenBy: { provider: "bench" } };
        },
        close: () => Promise.resolve(),
      }),
  };
}

/** Speaks in the time that it is set to: resolves when the first audio is there. */
async function speak(text: string, { firstMs, realTimeFactor, whole }: VoiceManners, sound: Sound): Promise<AsyncIterable<Uint8Array>> {
  const begun = performance.now();
  if (whole !== undefined) {
    // The other sentences are made when the first one is, since all of them are one text to such a voice.
    if (whole.startsWith(text)) await until(begun + firstMs + spokenMs(whole) * realTimeFactor);
    return pieces(text, 0, 0, sound);
  }
  await until(begun + firstMs);
  return pieces(text, begun + firstMs, realTimeFactor, sound);
}

async function* pieces(text: string, from: number, realTimeFactor: number, sound: Sound): AsyncIterable<Uint8Array> {
  const ms = spokenMs(text);
  if (realTimeFactor === 0) {
    yield sound.ofMs(ms);
    return;
  }
  for (let made = 0; made < ms; made += PIECE_MS) {
    await until(from + made * realTimeFactor);
    yield sound.ofMs(Math.min(PIECE_MS, ms - made));
  }
}

/**
 * Gives a caller's audio back in pieces, each as soon as it was heard. Copies it, since it is the engine's, into pieces that are
 * used again once the next is asked for, so that a voice that costs nothing leaves no garbage either.
 */
class Echo implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #pieceFrames: number;
  readonly #pieceBytes: number;
  /** Where the next piece is put together. */
  #room: Uint8Array | undefined;
  #frames = 0;
  #bytes = 0;
  readonly #whole: Uint8Array[] = [];
  /** The piece that the engine has, and the one before, which it is done with. */
  #lent: Uint8Array | undefined;
  #free: Uint8Array | undefined;
  #next: ((result: IteratorResult<Uint8Array>) => void) | undefined;
  #over = false;

  constructor(ear: StubEar, { format, pieceFrames = 1 }: VoiceManners, signal: AbortSignal) {
    this.#pieceFrames = pieceFrames;
    this.#pieceBytes = pieceFrames * (format.sampleRate / 50) * bytesPerSample(format);
    ear.echo((audio) => this.#take(audio));
    signal.addEventListener("abort", () => void this.return());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#lent?.length === this.#pieceBytes) this.#free = this.#lent;
    this.#lent = this.#whole.shift();
    if (this.#lent) return Promise.resolve({ value: this.#lent });
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    return new Promise(this.#keep);
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#over = true;
    this.#next?.({ done: true, value: undefined });
    this.#next = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }

  readonly #keep = (resolve: (result: IteratorResult<Uint8Array>) => void): void => {
    this.#next = resolve;
  };

  #take(audio: Uint8Array): void {
    if (this.#over) return;
    this.#room ??= this.#free ?? new Uint8Array(this.#pieceBytes);
    this.#free = undefined;
    this.#room.set(audio, this.#bytes);
    this.#bytes += audio.length;
    if (++this.#frames < this.#pieceFrames) return;
    // Converters give less than a frame for the first one.
    const value = this.#bytes === this.#pieceBytes ? this.#room : this.#room.subarray(0, this.#bytes);
    this.#room = undefined;
    this.#frames = this.#bytes = 0;
    const next = this.#next;
    this.#next = undefined;
    if (!next) return void this.#whole.push(value);
    this.#lent = value;
    next({ value });
  }
}

/** Audio of any length, of which nothing has to be made. */
class Sound {
  readonly #frame: Uint8Array;
  readonly #bytesPerMs: number;

  constructor(format: AudioFormat) {
    const samples = speechFrame(format.sampleRate);
    this.#frame = new Uint8Array(samples.length * bytesPerSample(format));
    if (format.encoding === "mulaw") encodeMulaw(samples, this.#frame);
    else writePcm16(samples, this.#frame);
    this.#bytesPerMs = this.#frame.length / 20;
  }

  ofMs(ms: number): Uint8Array {
    const sound = new Uint8Array(Math.round(ms / 20) * 20 * this.#bytesPerMs);
    for (let at = 0; at < sound.length; at += this.#frame.length) sound.set(this.#frame, at);
    return sound;
  }
}
