/**
 * A text as tones that a `ToneListener` understands, also behind G.711 and resampling: 16-bit samples at `sampleRate` Hz
 * (8000 or more), at -8 dBFS, 40 ms a byte of UTF-8 and 180 ms around them. An empty text is no samples.
 */
export function speakTones(text: string, sampleRate: number): Int16Array {
  void text;
  void sampleRate;
  throw new Error("not built yet");
}
