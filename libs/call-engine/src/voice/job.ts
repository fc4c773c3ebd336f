import type { SpeechWriter } from "./delivery.ts";
import type { SpeechCache, SpeechKey } from "./speech-cache.ts";
import { splitText } from "./spoken-form.ts";
import type { Synthesis } from "./synthesis.ts";
import type { SpeechSink } from "./types.ts";

/** What a job is made of. */
export interface JobOptions {
  /** What is to be spoken. */
  readonly text: string;
  readonly sink: SpeechSink;
  /** Whether it goes into the cache. */
  readonly keep: boolean;
  /** Names the utterance to whoever is told that it failed; where there is none, nobody is. */
  readonly id?: string;
}

/** A text on its way into a sink, and how much of it is there. */
export class Job implements SpeechWriter {
  readonly text: string;
  readonly sink: SpeechSink;
  readonly id: string | undefined;
  /** What speaks it at the moment. */
  synthesis: Synthesis | undefined;
  #rest: string;
  #partBytes = 0;
  #kept: Uint8Array[] | undefined;

  constructor({ text, sink, keep, id }: JobOptions) {
    this.text = text;
    this.sink = sink;
    this.id = id;
    this.#rest = text;
    if (keep) this.#kept = [];
  }

  /** Whether all of it was spoken. */
  get done(): boolean {
    return this.#rest === "";
  }

  /** Whether a part was begun and is not spoken yet. */
  get inPart(): boolean {
    return this.#partBytes > 0;
  }

  /** Begins with the part that is next: as much as a source takes at once. */
  nextPart(maxChars: number | undefined): string {
    this.#partBytes = 0;
    return splitText(this.#rest, maxChars)[0] ?? this.#rest;
  }

  /** Resolves when more can be written; nothing where that is at once. */
  write(audio: Uint8Array): Promise<void> | undefined {
    this.#partBytes += audio.length;
    // Not by `slice`, which makes no copy of a Buffer.
    this.#kept?.push(new Uint8Array(audio));
    return this.sink.write(audio) ? undefined : this.sink.writable();
  }

  /** Writes audio that is kept already. */
  async again(audio: Uint8Array): Promise<void> {
    await this.write(audio);
    this.#kept = undefined;
  }

  /** That was all of the part. */
  spoke(part: string): void {
    this.#rest = this.#rest.slice(part.length).trimStart();
  }

  /** Another source goes on. What two of them spoke together is nobody's voice. */
  changeSource(): void {
    if (this.#rest !== this.text) this.#kept = undefined;
  }

  keepIn(cache: SpeechCache, key: SpeechKey): void {
    if (this.#kept) cache.set(key, Buffer.concat(this.#kept));
  }

  /** Lets go of what speaks it. */
  endSynthesis(): void {
    const { synthesis } = this;
    this.synthesis = undefined;
    synthesis?.end();
  }
}
