import type * as TelephonyAudio from "@openclaw/telephony-audio";

/** The package under test. */
export type Ours = typeof TelephonyAudio;

/** What the host offers to plugins for the same work. Written out, since its package carries no types. */
export interface Host {
  mulawToPcm(mulaw: Buffer): Buffer;
  pcmToMulaw(pcm: Buffer): Buffer;
  resamplePcm(pcm: Buffer, from: number, to: number): Buffer;
  createStreamingPcmResampler(from: number, to: number): { process(pcm: Buffer): Buffer };
}

/** Its sources: Node strips the types, so nothing has to be built before. */
export async function loadOurs(): Promise<Ours> {
  const sources = new URL("../../../../libs/audio/src/index.ts", import.meta.url);
  return (await import(sources.href)) as Ours;
}

/** Imported by a name that the compiler does not follow, because there are no types to be found. */
export async function loadHost(): Promise<Host> {
  const name: string = "openclaw/plugin-sdk/realtime-voice";
  return (await import(name)) as Host;
}

/** One frame of something like speech: two tones and noise, at the given rate. */
export function speechFrame(rate: number): Int16Array {
  let noise = 1;
  return Int16Array.from({ length: rate / 50 }, (_, index) => {
    noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) | 0;
    const seconds = index / rate;
    const voice = Math.sin(2 * Math.PI * 210 * seconds) + 0.4 * Math.sin(2 * Math.PI * 1730 * seconds);
    return Math.round(7000 * voice + (noise >> 20));
  });
}

/** The same memory as bytes; PCM16 of a little-endian machine. */
export function bytesOf(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}
