import type { AudioFormat } from "@openclaw/telephony-contract";
import { measureAlaw, measureMulaw, measurePcm16, readPcm16, silentLevel } from "@openclaw/telephony-audio";

/** What is measured into: one for all calls, since it is read at once. */
const LEVEL = silentLevel();

/** Room for the samples of a chunk, by their number: as chunks are, for all calls, and as many as formats. */
const SAMPLES = new Map<number, Int16Array>();

/** RMS of a chunk in dBFS. Allocates nothing but room for samples, once for each length of chunks. */
export function frameLevel(chunk: Uint8Array, { encoding }: AudioFormat): number {
  if (encoding === "mulaw") return measureMulaw(chunk, LEVEL).rmsDbfs;
  if (encoding === "alaw") return measureAlaw(chunk, LEVEL).rmsDbfs;
  const samples = samplesOf(chunk.length >> 1);
  readPcm16(chunk, samples);
  return measurePcm16(samples, LEVEL).rmsDbfs;
}

function samplesOf(count: number): Int16Array {
  const known = SAMPLES.get(count);
  if (known) return known;
  const samples = new Int16Array(count);
  SAMPLES.set(count, samples);
  return samples;
}
