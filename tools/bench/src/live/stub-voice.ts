import { encodeMulaw, writePcm16 } from "@openclaw/telephony-audio";
import { CONTRACT, bytesPerSample, type AudioFormat, type SpeechSynthesizerDefinition } from "@openclaw/telephony-contract";
import { speechFrame } from "../audio/subjects.ts";
import { until } from "./reply.ts";
import { anySection, type EarListener, type StubEar } from "./stub-ear.ts";

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
  const { format, pieceFrames = 1 } = manners;
  const sound = new Sound(format);
  const rooms = new Rooms(pieceFrames * (format.sampleRate / 50) * bytesPerSample(format));
  return {
    contract: CONTRACT,
    kind: "speech-synthesizer",
    id: "stub-voice",
    label: "Voice of the benchmark",
    capabilities: { formats: [format], streaming: true },
    config: anySection,
    create: () =>
      Promise.resolve({
        async synthesize({ text, signal }) {
          const number = /^Echo of (\d+)\.$/.exec(text)?.[1];
          const ear = number === undefined ? undefined : ears[Number(number)];
          const audio = ear ? new Echo(ear, pieceFrames, rooms, signal) : await speak(text, manners, sound);
          return { format, audio, spokenBy: { provider: "bench" } };
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

/** Streams whose pieces find room in what was made at first: as many as are measured. */
const ROOMS = 1024;

/** Where echoes put their pieces together: made before there is a call, so that it is no part of what calls cost. */
class Rooms {
  readonly #free: Uint8Array[] = [];

  /** @param bytes of a piece */
  constructor(readonly bytes: number) {
    // Filled, since the system gives memory only when it is written to.
    const all = new Uint8Array(ROOMS * bytes).fill(0xff);
    for (let room = 0; room < ROOMS; room++) this.#free.push(all.subarray(room * bytes, (room + 1) * bytes));
  }

  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.bytes);
  }

  giveBack(room: Uint8Array): void {
    if (this.#free.length < ROOMS) this.#free.push(room);
  }
}

/**
 * Gives a caller's audio back in pieces, each as soon as it was heard. Copies it, since it is the engine's, into pieces that are
 * used again once the next is asked for, so that a voice that costs nothing leaves no garbage either.
 */
class Echo implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array>, EarListener {
  readonly #pieceFrames: number;
  readonly #rooms: Rooms;
  readonly #signal: AbortSignal;
  /** Where the next piece is put together. */
  #room: Uint8Array | undefined;
  #frames = 0;
  #bytes = 0;
  #whole: Uint8Array[] | undefined;
  /** The piece that the engine has. */
  #lent: Uint8Array | undefined;
  #next: ((result: IteratorResult<Uint8Array>) => void) | undefined;
  #over = false;

  constructor(ear: StubEar, pieceFrames: number, rooms: Rooms, signal: AbortSignal) {
    this.#pieceFrames = pieceFrames;
    this.#rooms = rooms;
    this.#signal = signal;
    ear.echo(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    this.#takeBack();
    this.#lent = this.#whole?.shift();
    if (this.#lent) return Promise.resolve({ value: this.#lent });
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => (this.#next = resolve));
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#over = true;
    this.#next?.({ done: true, value: undefined });
    this.#next = undefined;
    this.#takeBack();
    return Promise.resolve({ done: true, value: undefined });
  }

  heard(audio: Uint8Array): void {
    if (this.#over || this.#signal.aborted) return;
    const room = (this.#room ??= this.#rooms.take());
    room.set(audio, this.#bytes);
    this.#bytes += audio.length;
    if (++this.#frames < this.#pieceFrames) return;
    // Converters give less than a frame for the first one.
    const value = this.#bytes === this.#rooms.bytes ? room : room.subarray(0, this.#bytes);
    this.#room = undefined;
    this.#frames = this.#bytes = 0;
    const next = this.#next;
    this.#next = undefined;
    if (!next) return void (this.#whole ??= []).push(value);
    this.#lent = value;
    next({ value });
  }

  /** What was lent is done with once the next piece is asked for. */
  #takeBack(): void {
    if (this.#lent?.length === this.#rooms.bytes) this.#rooms.giveBack(this.#lent);
    this.#lent = undefined;
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
