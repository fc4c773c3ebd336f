import {
  AudioError,
  createFramer,
  frameSamples,
  measureAlaw,
  measureMulaw,
  measurePcm16,
  readPcm16,
  silentLevel,
  type Framer,
  type Level,
} from "@openclaw/telephony-audio";
import { TelephonyError, bytesPerSample, type AudioFormat } from "@openclaw/telephony-contract";

/**
 * Cuts a caller's audio into frames of 20 ms, however it arrives, and measures each. Allocates nothing for a frame.
 */
export class FrameMeter {
  /** Level of the frame for which `onFrame` is being called. */
  readonly level: Level = silentLevel();
  readonly #frameBytes: number;
  /** Nothing waits for the rest of its frame. */
  #between = true;
  /** Made when it is needed first: most carriers send whole frames. */
  #framer: Framer<Uint8Array> | undefined;
  readonly #measured: (frame: Uint8Array) => void;

  /** Throws a {@link TelephonyError} `unsupported` for audio that cannot be measured as it is. */
  constructor(format: AudioFormat, onFrame: () => void) {
    const samples = samplesOf(format);
    const measure = meterOf(format, samples);
    this.#frameBytes = samples * bytesPerSample(format);
    this.#measured = (frame) => {
      measure(frame, this.level);
      onFrame();
    };
  }

  /** The next bytes of the stream, of any number. */
  push(payload: Uint8Array): void {
    // What carriers send most: a whole frame, which need not be copied.
    if (this.#between && payload.length === this.#frameBytes) return this.#measured(payload);
    this.#framer ??= createFramer(new Uint8Array(this.#frameBytes));
    this.#framer.push(payload, this.#measured);
    this.#between = this.#framer.pending === 0;
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

function meterOf({ encoding }: AudioFormat, samples: number): (frame: Uint8Array, level: Level) => void {
  switch (encoding) {
    case "mulaw":
      return measureMulaw;
    case "alaw":
      return measureAlaw;
    case "pcm16": {
      const linear = new Int16Array(samples);
      return (frame, level) => {
        readPcm16(frame, linear);
        measurePcm16(linear, level);
      };
    }
    default:
      throw new TelephonyError("unsupported", `audio of encoding "${encoding}" cannot be listened to: use mulaw, alaw or pcm16`);
  }
}
