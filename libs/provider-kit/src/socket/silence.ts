import { bytesPerSample, type AudioFormat } from "@openclaw/telephony-contract";

/** The byte of no sound. */
const SILENT: Readonly<Record<string, number>> = { mulaw: 0xff, alaw: 0xd5, pcm16: 0 };

/** So many milliseconds of silence. Throws `RangeError` for an encoding whose samples have no fixed size. */
export function silence(format: AudioFormat, ms: number): Uint8Array {
  const samples = Math.round((ms * format.sampleRate) / 1000);
  return new Uint8Array(samples * bytesPerSample(format)).fill(SILENT[format.encoding] ?? 0);
}
