import { BYTE_MS, END_MS, FADE_MS, GUIDE_HZ, HIGH_HZ, LEAD_MS, LEVEL, LOW_HZ, checksum, samplesOf, whiten } from "./signal.ts";

/**
 * A text as tones that a `ToneListener` understands, also behind G.711 and resampling: 16-bit samples at `sampleRate` Hz
 * (8000 or more), at -8 dBFS, 40 ms a byte of UTF-8 and 180 ms around them. An empty text is no samples.
 */
export function speakTones(text: string, sampleRate: number): Int16Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length === 0) return new Int16Array();
  const check = checksum(bytes);
  const sent = [...bytes, check >> 8, check & 0xff].map(whiten);
  const [lead, each, end] = [LEAD_MS, BYTE_MS, END_MS].map((ms) => samplesOf(ms, sampleRate)) as [number, number, number];
  const samples = new Int16Array(lead + each * sent.length + end);
  const guide = (from: number, to: number) => sound(samples.subarray(from, to), sampleRate, [GUIDE_HZ]);
  guide(0, lead);
  for (const [place, symbol] of sent.entries()) {
    const from = lead + each * place;
    sound(samples.subarray(from, from + each), sampleRate, [LOW_HZ[symbol & 15] ?? 0, HIGH_HZ[symbol >> 4] ?? 0]);
  }
  guide(samples.length - end, samples.length);
  fade(samples, samplesOf(FADE_MS, sampleRate));
  return samples;
}

/** Fills a piece with tones that are equally loud, and as loud together as any other piece. */
function sound(piece: Int16Array, sampleRate: number, frequencies: readonly number[]): void {
  const amplitude = 32_767 * LEVEL * Math.sqrt(2 / frequencies.length);
  const steps = frequencies.map((hz) => (2 * Math.PI * hz) / sampleRate);
  for (let at = 0; at < piece.length; at++) {
    let sum = 0;
    for (const step of steps) sum += Math.sin(step * at);
    piece[at] = Math.round(amplitude * sum);
  }
}

/** Swells and fades in the shape of a raised cosine, so that nothing clicks. */
function fade(samples: Int16Array, length: number): void {
  for (let at = 0; at < length; at++) {
    const share = (1 - Math.cos((Math.PI * (at + 0.5)) / length)) / 2;
    const mirror = samples.length - 1 - at;
    samples[at] = Math.round((samples[at] ?? 0) * share);
    samples[mirror] = Math.round((samples[mirror] ?? 0) * share);
  }
}
