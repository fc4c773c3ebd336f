import type { AudioFormat } from "@openclaw/telephony-contract";
import { measureAlaw, measureMulaw, measurePcm16Bytes, silentLevel } from "@openclaw/telephony-audio";

/** What is measured into: one for all calls, since it is read at once. */
const LEVEL = silentLevel();

/** RMS of a chunk in dBFS. Allocates nothing. */
export function frameLevel(chunk: Uint8Array, { encoding }: AudioFormat): number {
  if (encoding === "mulaw") return measureMulaw(chunk, LEVEL).rmsDbfs;
  if (encoding === "alaw") return measureAlaw(chunk, LEVEL).rmsDbfs;
  return measurePcm16Bytes(chunk, LEVEL).rmsDbfs;
}
