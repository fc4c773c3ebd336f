/**
 * G.711 a second time, for tests: no tables and no bit tricks, but a search over the decision and output values that
 * Recommendation G.711 prints in Tables 1a/1b (A-law) and 2a/2b (µ-law). Linear input is cut to the law's width with
 * one's complement magnitudes, as the software of Recommendation G.191 does.
 */
interface Law {
  compress(sample: number): number;
  expand(code: number): number;
}

/** Decision values x(0)..x(128): segments of 16 equal intervals whose step doubles. */
function decisionValues(firstSteps: readonly number[]): number[] {
  const values = [0];
  for (const step of firstSteps) {
    for (let interval = 0; interval < 16; interval++) values.push((values.at(-1) as number) + step);
  }
  return values;
}

/** Index of the interval that holds a magnitude: the last decision value at or below it, at most the 128th interval. */
function intervalOf(magnitude: number, decisions: readonly number[]): number {
  let interval = 0;
  while (interval < 127 && magnitude >= (decisions[interval + 1] as number)) interval += 1;
  return interval;
}

function magnitudeOf(sample: number, unusedBits: number): number {
  const scale = 2 ** unusedBits;
  return sample >= 0 ? Math.floor(sample / scale) : Math.floor((-sample - 1) / scale);
}

function middle(decisions: readonly number[], interval: number): number {
  return ((decisions[interval] as number) + (decisions[interval + 1] as number)) / 2;
}

// µ-law, 14 bit: the first segment's first interval is one unit wide (half a step), since zero is an output value.
const mulawDecisions = decisionValues([2, 4, 8, 16, 32, 64, 128, 256]).map((value) => Math.max(0, value - 1));

/** µ-law: character signals count down from 0xff (positive) and 0x7f (negative). */
export const referenceMulaw: Law = {
  compress(sample) {
    const interval = intervalOf(magnitudeOf(sample, 2), mulawDecisions);
    return (sample >= 0 ? 0xff : 0x7f) - interval;
  },
  expand(code) {
    const interval = code >= 0x80 ? 0xff - code : 0x7f - code;
    const value = interval === 0 ? 0 : middle(mulawDecisions, interval) * 4;
    return code >= 0x80 || value === 0 ? value : -value;
  },
};

// A-law, 12 bit of magnitude in units of 16: two segments with the same step, then doubling.
const alawDecisions = decisionValues([1, 1, 2, 4, 8, 16, 32, 64]);

/** A-law: character signals count up from 0x80 (positive) and 0x00 (negative), even bits inverted. */
export const referenceAlaw: Law = {
  compress(sample) {
    const interval = intervalOf(magnitudeOf(sample, 4), alawDecisions);
    return ((sample >= 0 ? 0x80 : 0) + interval) ^ 0x55;
  },
  expand(code) {
    const plain = code ^ 0x55;
    const value = middle(alawDecisions, plain & 0x7f) * 16;
    return plain >= 0x80 ? value : -value;
  },
};
