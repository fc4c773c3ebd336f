import { FRAME_MS, createFramer, frameSamples, measureAlaw, measureMulaw, measurePcm16, readPcm16, silentLevel, type Framer, type Level } from "@openclaw/telephony-audio";
import { bytesPerSample, type AudioFormat } from "@openclaw/telephony-contract";

/** Sound that counts as speech rather than a click, in milliseconds. */
const SPEECH_MS = 100;
/** Speech is so much louder than the line when nobody speaks, and never quieter than this. In dB and dBFS. */
const MARGIN_DB = 10;
const QUIETEST_DBFS = -50;
/** How fast what is always there comes to count as the line's own noise: a fan, in some ten seconds. In dB a frame. */
const RISE_DB = 0.06;
/** What a line's own noise may be, and what it is taken for before it was heard. In dBFS. */
const NOISE_DBFS = { start: -45, least: -70, most: -25 };

/**
 * Hears in a caller's audio where speech begins and where a pause ends it, for models that do not. Allocates nothing once it
 * is made.
 */
export class PauseDetector {
  readonly #level = silentLevel();
  readonly #framer: Framer<Uint8Array>;
  readonly #measured: (frame: Uint8Array) => void;
  #noiseDbfs = NOISE_DBFS.start;
  #loudMs = 0;
  #quietMs = 0;
  #speaking = false;
  #began = false;
  #over = false;

  /** @param silenceMs Milliseconds of silence that end a piece of speech. */
  constructor(
    format: AudioFormat,
    private readonly silenceMs: number,
  ) {
    const samples = frameSamples(format.sampleRate);
    const measure = meterOf(format, samples);
    this.#framer = createFramer(new Uint8Array(samples * bytesPerSample(format)));
    this.#measured = (frame) => this.#frame(measure(frame, this.#level).rmsDbfs);
  }

  /** Whether somebody speaks, or has just paused. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** Whether a piece of speech has ended, and no other one has begun. Until `reset`. */
  get over(): boolean {
    return this.#over;
  }

  /** Takes the next audio. Whether speech began in it. */
  push(audio: Uint8Array): boolean {
    this.#began = false;
    this.#framer.push(audio, this.#measured);
    return this.#began;
  }

  /** What was heard so far is dealt with. */
  reset(): void {
    this.#speaking = this.#over = false;
    this.#loudMs = this.#quietMs = 0;
  }

  #frame(dbfs: number): void {
    const loud = dbfs > Math.max(this.#noiseDbfs + MARGIN_DB, QUIETEST_DBFS);
    this.#noiseDbfs = Math.min(NOISE_DBFS.most, Math.max(NOISE_DBFS.least, Math.min(dbfs, this.#noiseDbfs + RISE_DB)));
    this.#quietMs = loud ? 0 : this.#quietMs + FRAME_MS;
    if (this.#speaking) return this.#pause();
    this.#loudMs = loud ? this.#loudMs + FRAME_MS : Math.max(0, this.#loudMs - FRAME_MS);
    if (this.#loudMs < SPEECH_MS) return;
    this.#speaking = this.#began = true;
    this.#over = false;
  }

  #pause(): void {
    if (this.#quietMs < this.silenceMs) return;
    this.#speaking = false;
    this.#over = true;
    this.#loudMs = 0;
  }
}

function meterOf({ encoding }: AudioFormat, samples: number): (frame: Uint8Array, level: Level) => Level {
  if (encoding === "mulaw") return measureMulaw;
  if (encoding === "alaw") return measureAlaw;
  const linear = new Int16Array(samples);
  return (frame, level) => {
    readPcm16(frame, linear);
    return measurePcm16(linear, level);
  };
}
