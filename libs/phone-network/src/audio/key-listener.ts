import { PairAnalysis } from "../tones/analysis.ts";

/** Tones of keys, low and high (ITU-T Q.23), and the keys by their rows. */
const LOW_HZ = [697, 770, 852, 941];
const HIGH_HZ = [1209, 1336, 1477, 1633];
const KEYS = ["123A", "456B", "789C", "*0#D"];
/** Frames in a row that have to say the same: a key sounds for at least 40 ms (ITU-T Q.24). */
const FRAMES = 2;

/** Hears keys that are pressed as tones, in frames of 20 ms. */
export class KeyListener {
  readonly #analysis: PairAnalysis;
  #key: string | undefined;
  #frames = 0;

  constructor(sampleRate: number) {
    this.#analysis = new PairAnalysis(LOW_HZ, HIGH_HZ, sampleRate);
  }

  /** The next frame. The key that is pressed since now, if one is. */
  hear(frame: Int16Array): string | undefined {
    const pair = this.#analysis.of(frame);
    const key = pair && KEYS[pair.low]?.[pair.high];
    this.#frames = key === this.#key ? this.#frames + 1 : 1;
    this.#key = key;
    return this.#frames === FRAMES ? key : undefined;
  }
}
