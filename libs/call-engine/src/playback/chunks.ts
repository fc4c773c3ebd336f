import { ALAW_SILENCE, MULAW_SILENCE } from "@openclaw/telephony-audio";
import type { AudioFormat } from "@openclaw/telephony-contract";

/** Chunks by the size of a frame and their number: there are as many as formats. */
const CHUNKS = new Map<string, readonly Buffer[]>();

/** Buffers for one frame of so many bytes, for two and so on: all are the same memory, for all calls. */
export function chunksOf(bytes: number, most: number): readonly Buffer[] {
  const key = `${bytes}x${most}`;
  const known = CHUNKS.get(key);
  if (known) return known;
  const memory = Buffer.alloc(most * bytes);
  const chunks = Array.from({ length: most }, (_, index) => memory.subarray(0, (index + 1) * bytes));
  CHUNKS.set(key, chunks);
  return chunks;
}

/** The byte that fills a chunk without sound. */
export function silenceOf({ encoding }: AudioFormat): number {
  if (encoding === "mulaw") return MULAW_SILENCE;
  return encoding === "alaw" ? ALAW_SILENCE : 0;
}
