/**
 * How audio samples are written as bytes. Open: a provider may name another encoding that both ends know.
 *
 * - `mulaw`, `alaw`: ITU-T G.711, one byte a sample.
 * - `pcm16`: signed 16-bit linear, **little-endian**. A provider whose wire is big-endian swaps at its door.
 */
export type AudioEncoding = "mulaw" | "alaw" | "pcm16" | (string & {});

/** Format of mono audio. Every audio value carries one; nothing has a default and nothing is guessed. */
export interface AudioFormat {
  readonly encoding: AudioEncoding;
  /** Samples a second, for example 8000 or 24000. */
  readonly sampleRate: number;
}

/** G.711 µ-law at 8 kHz: what every telephone carrier understands. */
export const MULAW_8K: AudioFormat = Object.freeze({ encoding: "mulaw", sampleRate: 8000 });

/** G.711 A-law at 8 kHz. */
export const ALAW_8K: AudioFormat = Object.freeze({ encoding: "alaw", sampleRate: 8000 });

/** Linear PCM, 16 bit little-endian, at the given rate in Hz. */
export function pcm16(sampleRate: number): AudioFormat {
  return Object.freeze({ encoding: "pcm16", sampleRate });
}

/** Whether two formats are the same bytes. */
export function sameFormat(a: AudioFormat, b: AudioFormat): boolean {
  return a.encoding === b.encoding && a.sampleRate === b.sampleRate;
}

/** Duration in milliseconds of so many bytes. Throws `RangeError` for an encoding whose frame size is not fixed. */
export function durationMs(format: AudioFormat, byteLength: number): number {
  return (byteLength / (bytesPerSample(format) * format.sampleRate)) * 1000;
}

/** Bytes that one sample takes. Throws `RangeError` for an encoding whose size is not fixed. */
export function bytesPerSample(format: AudioFormat): number {
  switch (format.encoding) {
    case "mulaw":
    case "alaw":
      return 1;
    case "pcm16":
      return 2;
    default:
      throw new RangeError(`audio encoding "${format.encoding}" has no fixed sample size`);
  }
}
