import { requireFormat, type SampleFormat } from "./encodings.ts";
import { AudioError } from "./errors.ts";

/** The keypad, whose rows and columns have a frequency each. */
const KEYPAD = ["123A", "456B", "789C", "*0#D"];
const ROWS_HZ = [697, 770, 852, 941];
const COLUMNS_HZ = [1209, 1336, 1477, 1633];

/** How long a key sounds and the silence after it: twice what ITU-T Q.24 asks a receiver to notice. */
const TONE_MS = 100;
const GAP_MS = 60;

/** Silence instead of a key. */
const PAUSES_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 };

/**
 * Peaks of the two tones, 8 and 6 dB below full scale: together they do not clip, and the higher one is the louder, as
 * telephones make it, since lines take more of it.
 */
const ROW_PEAK = 32_767 * 10 ** (-8 / 20);
const COLUMN_PEAK = 32_767 * 10 ** (-6 / 20);

/** Rise and fall of a tone, so that it begins and ends without a click. */
const EDGE_MS = 3;

/**
 * Keys as the tones of a telephone (ITU-T Q.23), for where they can only be pressed in the audio itself: 100 ms of sound
 * and 60 ms of silence for each.
 *
 * @param digits `0-9 A-D * #`; `w` is 500 ms of silence, `W` a second
 * @param format of the bytes
 * @throws AudioError `invalid-digits`, `unsupported-encoding`, `unsupported-rate`
 */
export function dtmfTones(digits: string, format: SampleFormat): Uint8Array {
  const { encoding, sampleRate } = requireFormat(format);
  const samplesOf = (milliseconds: number) => Math.round((milliseconds * sampleRate) / 1000);
  const lengths = Array.from(digits, (digit) => samplesOf(PAUSES_MS[digit] ?? TONE_MS + GAP_MS));
  const samples = new Int16Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  Array.from(digits).forEach((digit, index) => {
    if (!(digit in PAUSES_MS)) writeTone(samples.subarray(at, at + samplesOf(TONE_MS)), digit, sampleRate);
    at += lengths[index] as number;
  });
  const bytes = new Uint8Array(samples.length * encoding.bytesPerSample);
  encoding.encode(samples, bytes);
  return bytes;
}

function writeTone(samples: Int16Array, digit: string, sampleRate: number): void {
  const row = KEYPAD.findIndex((keys) => keys.includes(digit));
  if (row < 0) throw new AudioError("invalid-digits", "keys are 0-9, A-D, * and #, with w and W as pauses");
  const radians = (2 * Math.PI) / sampleRate;
  const low = radians * (ROWS_HZ[row] as number);
  const high = radians * (COLUMNS_HZ[(KEYPAD[row] as string).indexOf(digit)] as number);
  const edge = (EDGE_MS * sampleRate) / 1000;
  for (let i = 0; i < samples.length; i++) {
    const envelope = Math.min(1, i / edge, (samples.length - i) / edge);
    samples[i] = Math.round(envelope * (ROW_PEAK * Math.sin(low * i) + COLUMN_PEAK * Math.sin(high * i)));
  }
}
