/** What went wrong, stable across versions. Every one of them is a defect of the caller, so a retry never helps. */
export type AudioErrorCode =
  /** A sample rate outside {@link SAMPLE_RATES}. */
  | "unsupported-rate"
  /** An encoding that is none of µ-law, A-law and PCM16. */
  | "unsupported-encoding"
  /** The caller's output buffer cannot hold what the call would write. Nothing was read or written. */
  | "output-too-small"
  /** A frame length that is not a whole, positive number of samples. */
  | "invalid-frame"
  /** Something that is no key of a telephone. */
  | "invalid-digits";

/** The one error of this package. Told apart by `code`, since several copies of a module may live in one process. */
export class AudioError extends Error {
  override readonly name = "AudioError";
  readonly code: AudioErrorCode;
  /** Always `false`: the same call fails again until its arguments change. */
  readonly retryable = false;

  constructor(code: AudioErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Throws {@link AudioError} `output-too-small` unless `capacity` elements can take `needed`. */
export function requireCapacity(what: string, capacity: number, needed: number): void {
  if (capacity < needed) {
    throw new AudioError("output-too-small", `${what} writes ${needed} elements, but the output holds ${capacity}`);
  }
}
