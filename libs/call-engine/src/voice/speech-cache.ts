import type { AudioFormat, Clock, SpeechSynthesizer } from "@openclaw/telephony-contract";
import type { VoiceSource } from "./types.ts";

/** Bytes that are kept by default: four minutes at 8 kHz and one byte a sample, so some fifty greetings. */
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * Milliseconds that speech is kept. A synthesizer may read what its voice sounds like anew for every text, and then
 * only time tells that an old recording is no longer what would be said.
 */
const MAX_AGE_MS = 15 * 60_000;

/** Everything that decides how a text sounds. */
export interface SpeechKey {
  readonly source: VoiceSource;
  readonly text: string;
  readonly format: AudioFormat;
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
}

interface Entry {
  readonly audio: Uint8Array;
  readonly at: number;
}

/** Speech that is said again and again: greetings, phrases that fill a silence. Drops what was not used for longest. */
export class SpeechCache {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  /** By key; the one that was used last is last. */
  readonly #entries = new Map<string, Entry>();
  /** Another instance is another configuration, and so another voice. */
  readonly #instances = new WeakMap<SpeechSynthesizer, number>();
  #serial = 0;
  #bytes = 0;

  constructor(clock: Clock, maxBytes: number = MAX_BYTES) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /** Bytes of audio that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Texts that are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** The audio of a text, in the key's format; not to be changed. */
  get(key: SpeechKey): Uint8Array | undefined {
    const name = this.#name(key);
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    this.#entries.delete(name);
    if (this.#clock.monotonic() - entry.at > MAX_AGE_MS) {
      this.#bytes -= entry.audio.length;
      return undefined;
    }
    this.#entries.set(name, entry);
    return entry.audio;
  }

  /** Keeps audio, and takes it over. What is larger than the whole cache is not kept. */
  set(key: SpeechKey, audio: Uint8Array): void {
    if (audio.length === 0 || audio.length > this.#maxBytes) return;
    const name = this.#name(key);
    this.#remove(name);
    this.#entries.set(name, { audio, at: this.#clock.monotonic() });
    this.#bytes += audio.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    this.#bytes -= this.#entries.get(name)?.audio.length ?? 0;
    this.#entries.delete(name);
  }

  #name({ source, text, format, voice = "", language = "" }: SpeechKey): string {
    const { id, synthesizer } = source;
    let instance = this.#instances.get(synthesizer);
    if (instance === undefined) this.#instances.set(synthesizer, (instance = ++this.#serial));
    return [id, instance, voice, language, format.encoding, format.sampleRate, text].join("\0");
  }
}
