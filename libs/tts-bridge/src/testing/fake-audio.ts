import { speakTones } from "@openclaw/phone-network/tones";
import { MULAW_8K, ALAW_8K, pcm16 } from "@openclaw/telephony-contract";
import type { SpeechFault, SpokenAudio } from "@openclaw/telephony-contract/testing";

/** Bytes of a chunk of a stream: odd, so that chunks end in the middle of a sample. */
const CHUNK_BYTES = 1601;
/** Bytes of one character in G.711. */
const BYTES_A_CHARACTER = 160;

/**
 * A text as a provider speaks it: in PCM as tones that a `ToneListener` hears, in G.711 as bytes that tell texts apart, and
 * in any other format as something that is no audio.
 */
export function audioOf(text: string, outputFormat: string, sampleRate?: number): SpokenAudio {
  if (outputFormat.includes("ulaw")) return { format: MULAW_8K, audio: spelled(text) };
  if (outputFormat.includes("alaw")) return { format: ALAW_8K, audio: spelled(text) };
  const rate = sampleRate ?? Number(/_(\d+)$/.exec(outputFormat)?.[1] ?? 24_000);
  const samples = speakTones(text, rate);
  return { format: pcm16(rate), audio: new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength) };
}

function spelled(text: string): Uint8Array {
  return new Uint8Array(Buffer.concat([...Buffer.from(text)].map((code) => Buffer.alloc(BYTES_A_CHARACTER, code))));
}

/** Audio in chunks, as a stream brings them. */
export function streamOf(audio: Uint8Array, fault: SpeechFault | undefined): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (fault === "stall-in-speech" && at > 0) return new Promise(() => {});
        if (fault === "empty" || at >= audio.length) return controller.close();
        controller.enqueue(audio.slice(at, at + CHUNK_BYTES));
        at += CHUNK_BYTES;
        return undefined;
      },
    },
    { highWaterMark: 0 },
  );
}
