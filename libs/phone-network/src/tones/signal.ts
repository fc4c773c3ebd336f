/**
 * The signal by which texts travel as sound. Every byte is one of sixteen low tones together with one of sixteen high ones,
 * all within what a telephone carries (300 to 3400 Hz). A tone that stands for no byte leads in, and ends the text; a
 * checksum goes before that end.
 */

/** Milliseconds of the tone that leads in, of each byte, and of the tone that ends a text. */
export const LEAD_MS = 60;
export const BYTE_MS = 40;
export const END_MS = 40;
/** Milliseconds in which a text swells at its begin and fades at its end. */
export const FADE_MS = 6;
/** Bytes of the checksum. */
export const CHECK_BYTES = 2;

/** Loudness of everything, as a share of full scale: -8 dBFS. */
export const LEVEL = 0.398;
/** Hz of the tone that leads in and ends: between the low tones and the high ones, apart from both. */
export const GUIDE_HZ = 1875;
/** Hz of the low tones and the high tones, which are so far apart that two of them never beat slowly. */
export const LOW_HZ = tones(600);
export const HIGH_HZ = tones(2025);

function tones(first: number): readonly number[] {
  return Array.from({ length: 16 }, (_, index) => first + 75 * index);
}

/** Samples of so many milliseconds. */
export function samplesOf(ms: number, sampleRate: number): number {
  return Math.round((sampleRate * ms) / 1000);
}

/** What a byte at this place of its text is sent as, and back: equal bytes in a row sound different, so that a lost one shows. */
export function whiten(byte: number, place: number): number {
  return byte ^ ((place * 167 + 13) & 0xff);
}

/** CRC-16 with the polynomial of CCITT (ITU-T V.41), from all ones. */
export function checksum(bytes: Iterable<number>): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc & 0xffff;
}
