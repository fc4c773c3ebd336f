import { MULAW_8K, type AudioFormat, type Logger, type Speech, type SpeechRequest, type SpeechSynthesizer } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { SpeechCache, Voice, type SpeechSink, type SpokenBy, type VoiceOptions, type VoiceSource } from "./index.ts";

/** A request to a synthesizer that a test answers by hand. */
export interface Asked extends SpeechRequest {
  /** Sends audio. The first one resolves the request. */
  send(...chunks: readonly Uint8Array[]): void;
  end(): void;
  reject(error: Error): void;
  /** Whether nobody reads any more. */
  readonly returned: boolean;
}

/** A synthesizer in the hands of a test: nothing comes by itself. */
export class HandSynthesizer implements SpeechSynthesizer {
  readonly asked: Asked[] = [];
  readonly format: AudioFormat;
  /** Answers by itself where it is set. */
  answer: ((asked: Asked) => void) | undefined;

  constructor(format: AudioFormat = MULAW_8K) {
    this.format = format;
  }

  get texts(): readonly string[] {
    return this.asked.map(({ text }) => text);
  }

  synthesize(request: SpeechRequest): Promise<Speech> {
    const chunks: Uint8Array[] = [];
    let over = false;
    let failure: Error | undefined;
    let returned = false;
    let wake = () => {};
    return new Promise<Speech>((resolve, reject) => {
      const audio: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => ({
          async next() {
            while (chunks.length === 0 && !over && failure === undefined) await new Promise<void>((woken) => (wake = woken));
            const value = chunks.shift();
            if (value) return { done: false, value };
            if (failure !== undefined) throw failure;
            return { done: true, value: undefined };
          },
          async return() {
            returned = true;
            return { done: true, value: undefined };
          },
        }),
      };
      const begin = () => resolve({ format: this.format, audio, spokenBy: { provider: "hand" } });
      const asked: Asked = {
        ...request,
        send: (...more) => {
          chunks.push(...more);
          begin();
          wake();
        },
        end: () => {
          over = true;
          begin();
          wake();
        },
        reject: (error) => {
          failure = error;
          reject(error);
          wake();
        },
        get returned() {
          return returned;
        },
      };
      this.asked.push(asked);
      this.answer?.(asked);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Where a test sees what was written, and how it ended. */
export class NotedSink implements SpeechSink {
  readonly #skip = new AbortController();
  readonly chunks: Uint8Array[] = [];
  ended: "no" | "ended" | "failed" = "no";
  /** Set to make it say that it is full. */
  full = false;
  #room = () => {};

  constructor(readonly id: string = "utterance") {}

  get signal(): AbortSignal {
    return this.#skip.signal;
  }

  /** Everything that was written, as characters. */
  get heard(): string {
    return Buffer.concat(this.chunks).toString("latin1");
  }

  get bytes(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }

  write(audio: Uint8Array): boolean {
    if (this.ended !== "no") throw new Error(`${this.id} is written to after its end`);
    this.chunks.push(audio.slice());
    return !this.full;
  }

  writable(): Promise<void> {
    return this.full ? new Promise((resolve) => (this.#room = resolve)) : Promise.resolve();
  }

  makeRoom(): void {
    this.full = false;
    this.#room();
  }

  end(): void {
    if (this.ended === "no") this.ended = "ended";
  }

  fail(): void {
    if (this.ended === "no") this.ended = "failed";
  }

  /** The caller took the floor. */
  skip(): void {
    this.#skip.abort();
    this.makeRoom();
  }
}

/** A call's voice on a virtual clock. */
export function createBooth(...synthesizers: readonly HandSynthesizer[]) {
  const clock = createVirtualClock();
  const log = createLogRecorder();
  const failures: { readonly id: string; readonly code: string; readonly message: string }[] = [];
  const speakers: SpokenBy[] = [];
  const cache = new SpeechCache(clock);
  const sources = synthesizers.map((synthesizer, index): VoiceSource => ({ id: NAMES[index] ?? "another", synthesizer, capabilities: { formats: [synthesizer.format] } }));
  const open = (options: Partial<VoiceOptions> & { readonly log?: Logger } = {}) =>
    new Voice({
      clock,
      log,
      cache,
      preferred: MULAW_8K,
      sources: () => Promise.resolve(sources),
      onFailed: (id, { code, message }) => failures.push({ id, code, message }),
      onSpokenBy: (by) => speakers.push(by),
      ...options,
    });
  return { clock, log, failures, speakers, cache, sources, open, voice: open() };
}

const NAMES = ["first", "second", "third"];

/** Bytes that read as text. */
export function audio(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
