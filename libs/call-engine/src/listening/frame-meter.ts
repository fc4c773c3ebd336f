import {
  AudioError,
  createFramer,
  frameSamples,
  measureAlaw,
  measureMulaw,
  measurePcm16Bytes,
  silentLevel,
  type Level,
} from "@openclaw/telephony-audio";
import { TelephonyError, bytesPerSample, type AudioFormat } from "@openclaw/telephony-contract";

/** Whom a meter tells. */
export interface FrameListener {
  /** A frame is complete. `level` says how loud it is until this returns: all meters have the same object for theirs. */
  onFrame(level: Level): void;
}

type Measure = (frame: Uint8Array, level: Level) => void;

/** Of the frame that is being told. One for all calls, since each is done with it before the next frame is measured. */
const LEVEL: Level = silentLevel();

/**
 * Cuts a caller's audio into frames of 20 ms, however it arrives, and measures each. Allocates nothing for a frame.
 */
export class FrameMeter {
  readonly #listener: FrameListener;
  readonly #measure: Measure;
  readonly #frameBytes: number;
  /** Nothing waits for the rest of its frame. */
  #between = true;
  /** Puts frames together. Made when it is needed first: most carriers send whole frames. */
  #join: ((payload: Uint8Array) => void) | undefined;

  /** Throws a {@link TelephonyError} `unsupported` for audio that cannot be measured as it is. */
  constructor(format: AudioFormat, listener: FrameListener) {
    const samples = samplesOf(format);
    this.#listener = listener;
    this.#measure = measureOf(format);
    this.#frameBytes = samples * bytesPerSample(format);
  }

  /** The next bytes of the stream, of any number. */
  push(payload: Uint8Array): void {
    // What carriers send most: a whole frame, which need not be copied.
    if (this.#between && payload.length === this.#frameBytes) return this.#tell(payload);
    this.#join ??= this.#joiner();
    this.#join(payload);
  }

  #joiner(): (payload: Uint8Array) => void {
    const framer = createFramer<Uint8Array>(new Uint8Array(this.#frameBytes));
    const tell = (frame: Uint8Array) => this.#tell(frame);
    return (payload) => {
      framer.push(payload, tell);
      this.#between = framer.pending === 0;
    };
  }

  #tell(frame: Uint8Array): void {
    this.#measure(frame, LEVEL);
    this.#listener.onFrame(LEVEL);
  }
}

function samplesOf({ sampleRate }: AudioFormat): number {
  try {
    return frameSamples(sampleRate);
  } catch (error) {
    if (!(error instanceof AudioError)) throw error;
    throw new TelephonyError("unsupported", `audio at ${sampleRate} Hz cannot be listened to: ${error.message}`, { cause: error });
  }
}

function measureOf({ encoding }: AudioFormat): Measure {
  switch (encoding) {
    case "mulaw":
      return measureMulaw;
    case "alaw":
      return measureAlaw;
    case "pcm16":
      return measurePcm16Bytes;
    default:
      throw new TelephonyError("unsupported", `audio of encoding "${encoding}" cannot be listened to: use mulaw, alaw or pcm16`);
  }
}
