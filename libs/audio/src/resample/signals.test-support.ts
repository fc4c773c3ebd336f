/** Amplitude of the test tones: 3 dB below full scale, so that no filter ripple clips. */
export const AMPLITUDE = 23_000;

/** A sine of so many samples. */
export function tone(frequency: number, rate: number, length: number, amplitude: number = AMPLITUDE): Int16Array {
  const step = (2 * Math.PI * frequency) / rate;
  return Int16Array.from({ length }, (_, index) => Math.round(amplitude * Math.sin(step * index)));
}

/** Repeatable noise over the whole range of 16 bits, with runs at both ends of it. */
export function noise(length: number, seed = 1): Int16Array {
  let state = seed;
  return Int16Array.from({ length }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const value = state >> 16;
    return index % 997 < 300 ? (value < 0 ? -32_768 : 32_767) : value;
  });
}

/** What a signal holds of one frequency, by least squares, and what is left of it. Levels are RMS. */
export interface ToneFit {
  readonly tone: number;
  readonly rest: number;
}

/** Fits a sine of the given frequency, of any phase, and a constant. */
export function fitTone(samples: Int16Array, frequency: number, rate: number): ToneFit {
  const step = (2 * Math.PI * frequency) / rate;
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  let [ss, sc, cc, ys, yc] = [0, 0, 0, 0, 0];
  samples.forEach((sample, index) => {
    const [s, c] = [Math.sin(step * index), Math.cos(step * index)];
    ss += s * s;
    sc += s * c;
    cc += c * c;
    ys += (sample - mean) * s;
    yc += (sample - mean) * c;
  });
  const determinant = ss * cc - sc * sc;
  const [a, b] = [(ys * cc - yc * sc) / determinant, (yc * ss - ys * sc) / determinant];
  let rest = 0;
  samples.forEach((sample, index) => {
    rest += (sample - a * Math.sin(step * index) - b * Math.cos(step * index)) ** 2;
  });
  return { tone: Math.hypot(a, b) / Math.SQRT2, rest: Math.sqrt(rest / samples.length) };
}

export function rms(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}
