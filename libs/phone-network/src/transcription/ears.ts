import { sampleCodec, type SampleCodec } from "../audio/sample-codec.ts";
import { ToneListener, type ToneEvent } from "../tones/index.ts";
import type { Hearing } from "./dialect.ts";
import type { ItemScript } from "./item-script.ts";

/** What stands in a transcript for a text that is not whole. */
export const INAUDIBLE = "(inaudible)";

/** Hears texts in a connection's audio, and ends the turn after the silence that the client asked for. */
export class Ears {
  readonly #codec: SampleCodec;
  readonly #listener: ToneListener;
  readonly #samplesPerMs: number;
  #samples = new Int16Array(1024);
  #position = 0;
  /** Whole texts of the turn, and the one that is being heard. */
  #texts: string[] = [];
  #current = "";
  #speaking = false;
  #endMs = 0;

  constructor(
    private readonly hearing: Hearing,
    private readonly items: ItemScript,
  ) {
    this.#codec = sampleCodec(hearing.format);
    this.#samplesPerMs = hearing.format.sampleRate / 1000;
    this.#listener = new ToneListener(hearing.format.sampleRate, (event) => this.#hear(event));
  }

  /** Whole samples in the format that was agreed. */
  audio(bytes: Uint8Array): void {
    const count = Math.floor(bytes.length / this.#codec.bytesPerSample);
    if (this.#samples.length < count) this.#samples = new Int16Array(count);
    const samples = this.#samples.subarray(0, count);
    this.#codec.decode(bytes.subarray(0, count * this.#codec.bytesPerSample), samples);
    // In pieces, so that a turn ends where it ended also when a minute of audio comes at once.
    const piece = Math.round(this.#samplesPerMs * 20);
    for (let at = 0; at < count; at += piece) {
      const part = samples.subarray(at, at + piece);
      this.#position += part.length;
      this.#listener.write(part);
      this.#consider();
    }
  }

  /** Ends the turn with what was heard so far, where something was. */
  flush(): void {
    const text = this.#texts.join(" ");
    this.#texts = [];
    if (text !== "") this.items.final(text, this.#endMs);
  }

  #hear(event: ToneEvent): void {
    switch (event.type) {
      case "started":
        this.#speaking = true;
        this.#current = "";
        this.items.resumed();
        return this.items.begin(event.atMs);
      case "progress":
        this.#current = event.text;
        return this.items.partial([...this.#texts, this.#current].join(" "));
      default:
        this.#speaking = false;
        this.#endMs = event.endMs;
        this.#texts.push(event.type === "text" ? event.text : INAUDIBLE);
        this.items.partial(this.#texts.join(" "));
    }
  }

  #consider(): void {
    const { endSilenceMs } = this.hearing;
    if (this.#speaking || this.#texts.length === 0 || endSilenceMs === undefined) return;
    const silentMs = this.#position / this.#samplesPerMs - this.#endMs;
    if (silentMs >= endSilenceMs) this.flush();
    else if (silentMs >= endSilenceMs / 2) this.items.eager(this.#texts.join(" "));
  }
}
