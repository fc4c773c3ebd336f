import { GUIDE_HZ, HIGH_HZ, LOW_HZ } from "./signal.ts";

/** What a piece of sound is: a byte as it was sent, the guiding tone, or neither. */
export type Sound = number | "guide" | "unclear";

/** Share of a piece's energy that its tones have to have. Two tones that share a piece evenly have a quarter each. */
const CLEAR = 0.6;
/** Share that each of two tones has to have. */
const AUDIBLE = 0.2;

/** Says what pieces of sound are, at one sample rate in Hz. */
export class Analysis {
  readonly #pairs: PairAnalysis;
  readonly #guide: number;

  constructor(sampleRate: number) {
    this.#pairs = new PairAnalysis(LOW_HZ, HIGH_HZ, sampleRate);
    this.#guide = coefficient(GUIDE_HZ, sampleRate);
  }

  /** What a piece of some 30 ms is. */
  of(piece: Int16Array): Sound {
    const energy = energyOf(piece);
    if (energy === 0) return "unclear";
    if (share(piece, this.#guide, energy) >= CLEAR) return "guide";
    const pair = this.#pairs.of(piece);
    return pair ? pair.low | (pair.high << 4) : "unclear";
  }
}

/** A low tone and a high one, by their places in their groups. */
export interface Pair {
  readonly low: number;
  readonly high: number;
}

/** Finds two tones that sound together, one out of each group, at one sample rate in Hz. */
export class PairAnalysis {
  readonly #low: readonly number[];
  readonly #high: readonly number[];

  constructor(lowHz: readonly number[], highHz: readonly number[], sampleRate: number) {
    this.#low = lowHz.map((hz) => coefficient(hz, sampleRate));
    this.#high = highHz.map((hz) => coefficient(hz, sampleRate));
  }

  /** The two tones of which a piece consists; nothing where it is anything else, or silent. */
  of(piece: Int16Array): Pair | undefined {
    const energy = energyOf(piece);
    if (energy === 0) return undefined;
    const low = loudest(piece, this.#low, energy);
    const high = loudest(piece, this.#high, energy);
    if (low.share < AUDIBLE || high.share < AUDIBLE || low.share + high.share < CLEAR) return undefined;
    return { low: low.index, high: high.index };
  }
}

function coefficient(hz: number, sampleRate: number): number {
  return 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
}

/** Sum of the squares of samples. */
function energyOf(piece: Int16Array): number {
  let energy = 0;
  for (let at = 0; at < piece.length; at++) energy += (piece[at] as number) ** 2;
  return energy;
}

function loudest(piece: Int16Array, coefficients: readonly number[], energy: number): { readonly index: number; readonly share: number } {
  const shares = coefficients.map((coefficient) => share(piece, coefficient, energy));
  const most = Math.max(...shares);
  return { index: shares.indexOf(most), share: most };
}

/** Share of a piece's energy that is one tone: Goertzel's filter, which needs one multiplication for each sample. */
function share(piece: Int16Array, coefficient: number, energy: number): number {
  let [last, before] = [0, 0];
  for (let at = 0; at < piece.length; at++) {
    const next = (piece[at] as number) + coefficient * last - before;
    before = last;
    last = next;
  }
  const power = last * last + before * before - coefficient * last * before;
  return (2 * power) / (piece.length * energy);
}
