import type { AudioFormat } from "@openclaw/telephony-contract";
import { measureAlaw, measureMulaw, measurePcm16, readPcm16, silentLevel, type Level } from "@openclaw/telephony-audio";

/** Measures chunks of one format. */
export class FrameLevel {
  readonly #encoding: string;
  readonly #level: Level = silentLevel();
  #samples = new Int16Array(0);

  constructor(format: AudioFormat) {
    this.#encoding = format.encoding;
  }

  /** RMS of a chunk in dBFS. Allocates nothing while chunks are of equal length. */
  measure(chunk: Uint8Array): number {
    if (this.#encoding === "mulaw") return measureMulaw(chunk, this.#level).rmsDbfs;
    if (this.#encoding === "alaw") return measureAlaw(chunk, this.#level).rmsDbfs;
    if (this.#samples.length !== chunk.length >> 1) this.#samples = new Int16Array(chunk.length >> 1);
    readPcm16(chunk, this.#samples);
    return measurePcm16(this.#samples, this.#level).rmsDbfs;
  }
}
