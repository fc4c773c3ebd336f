import { Analysis } from "./analysis.ts";
import { BYTE_MS, LEAD_MS, samplesOf } from "./signal.ts";
import { TextCollector } from "./text-collector.ts";

/** What is heard in a stream of samples. Times are milliseconds since its first sample. */
export type ToneEvent =
  /** A text has begun. Followed by its end: `text` or `damaged`. */
  | { readonly type: "started"; readonly atMs: number }
  /** What is understood so far: whole words, more with every event of the same text. */
  | { readonly type: "progress"; readonly text: string }
  /** A text was heard from its beginning to its end, without a fault. */
  | { readonly type: "text"; readonly text: string; readonly startMs: number; readonly endMs: number }
  /** Something that was a text is not whole: audio was lost, doubled, cut off or interrupted by silence. */
  | {
      readonly type: "damaged";
      readonly startMs: number;
      readonly endMs: number;
      /** Whether its beginning was not heard either. */
      readonly headless: boolean;
    };

/** Mean square of a sample above which it is no background: -18 dBFS, ten below the tones. */
const LOUD = (32_768 * 0.126) ** 2;
/** Milliseconds after a text's begin at which it has swelled to that. */
const SWELL_MS = 2;
/** Milliseconds without sound that end a piece. Between two texts without a pause there are four. */
const QUIET_MS = 3;
/** Milliseconds at both ends of a byte that are not looked at, so that its begin need not be known exactly. */
const MARGIN_MS = 5;
/** The same for the leading tone, which swells. */
const LEAD_MARGIN_MS = 8;
/** Milliseconds of the pieces in which a sound without a begin is looked through. */
const STRAY_MS = 30;
/** Milliseconds after a text's end in which it has to fall silent. */
const FADED_MS = 4;

/** What is looked at next: a slot of the stream, and the part of it that tells. In samples. */
interface Slot {
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** Where a listener is. */
type State =
  /** Nothing is to be heard. */
  | "idle"
  /** A sound began: is it a text? */
  | "lead"
  /** Byte after byte, until the tone that ends. */
  | "bytes"
  /** The text has ended, and has to fall silent. */
  | "ending"
  /** A sound without a begin, which may be a part of a text. */
  | "stray"
  /** A text that is damaged, until it falls silent. */
  | "torn";

/** Hears the texts of `speakTones` in a stream of samples, however it is cut. */
export class ToneListener {
  readonly #analysis: Analysis;
  readonly #msPerSample: number;
  /** Samples of a millisecond, by which loudness is measured. */
  readonly #blockSize: number;
  readonly #slots: { readonly lead: Slot; readonly byte: Slot; readonly stray: Slot };
  readonly #window: Int16Array;
  readonly #collector = new TextCollector();
  #state: State = "idle";
  #position = 0;
  #blockEnergy = 0;
  #blockFilled = 0;
  /** Blocks without sound in a row, and blocks since the text ended. */
  #quiet = 0;
  #ended = 0;
  #slot: Slot;
  #offset = 0;
  /** Where the sound under way began, in samples. */
  #start = 0;
  /** Whether `started` was told, and the end was not; and whether it began in the middle. */
  #told = false;
  #headless = false;
  readonly #onEvent: (event: ToneEvent) => void;

  /** `sampleRate` in Hz: 8000 or more. */
  constructor(sampleRate: number, onEvent: (event: ToneEvent) => void) {
    this.#onEvent = onEvent;
    const slot = (ms: number, margin: number): Slot => {
      const [length, from] = [samplesOf(ms, sampleRate), samplesOf(margin, sampleRate)];
      return { length, from, to: length - from };
    };
    this.#analysis = new Analysis(sampleRate);
    this.#msPerSample = 1000 / sampleRate;
    this.#blockSize = samplesOf(1, sampleRate);
    this.#slots = { lead: slot(LEAD_MS, LEAD_MARGIN_MS), byte: slot(BYTE_MS, MARGIN_MS), stray: slot(STRAY_MS, 0) };
    this.#slot = this.#slots.lead;
    this.#window = new Int16Array(this.#slot.length);
  }

  /** Whether something is to be heard at the moment. */
  get hearing(): boolean {
    return this.#state !== "idle";
  }

  /** The next samples, 16 bit. */
  write(samples: Int16Array): void {
    for (let at = 0; at < samples.length; at++) {
      const sample = samples[at] as number;
      this.#position++;
      this.#blockEnergy += sample * sample;
      if (this.#state !== "idle") this.#collect(sample);
      if (++this.#blockFilled === this.#blockSize) this.#endBlock();
    }
  }

  /** The stream is over, or stops for a while: tells what became of a text under way. */
  flush(): void {
    if (this.#state === "ending") this.#complete();
    else if (this.#state !== "idle") this.#fallSilent(this.#position);
  }

  #collect(sample: number): void {
    const { length, from, to } = this.#slot;
    if (this.#offset >= from && this.#offset < to) this.#window[this.#offset - from] = sample;
    if (++this.#offset === length) this.#endSlot();
  }

  /** A millisecond is over: does sound begin or end? */
  #endBlock(): void {
    const loud = this.#blockEnergy > LOUD * this.#blockSize;
    this.#blockEnergy = 0;
    this.#blockFilled = 0;
    this.#quiet = loud ? 0 : this.#quiet + 1;
    if (this.#state === "idle") {
      if (loud) this.#begin();
    } else if (this.#state === "ending") {
      if (!loud) this.#complete();
      else if (++this.#ended >= FADED_MS) this.#state = "torn";
    } else if (this.#quiet >= QUIET_MS) this.#fallSilent(this.#position - this.#quiet * this.#blockSize);
  }

  #begin(): void {
    const behind = this.#blockSize + Math.round(SWELL_MS / this.#msPerSample);
    this.#start = Math.max(0, this.#position - behind);
    this.#enter("lead", this.#slots.lead);
    this.#offset = behind;
  }

  #enter(state: State, slot: Slot): void {
    this.#state = state;
    this.#slot = slot;
    this.#offset = 0;
  }

  #endSlot(): void {
    const { from, to } = this.#slot;
    const sound = this.#state === "torn" || this.#state === "ending" ? undefined : this.#analysis.of(this.#window.subarray(0, to - from));
    this.#offset = 0;
    switch (this.#state) {
      case "lead":
        if (sound !== "guide") return this.#enter("stray", this.#slots.stray);
        this.#tellStart(false);
        this.#collector.clear();
        return this.#enter("bytes", this.#slots.byte);
      case "bytes":
        if (sound === "guide") return this.#endText();
        if (typeof sound !== "number" || !this.#collector.add(sound)) return void (this.#state = "torn");
        return this.#tellProgress();
      case "stray":
        if (sound === "unclear") return;
        this.#tellStart(true);
        this.#state = "torn";
        return;
      default:
        return;
    }
  }

  #endText(): void {
    this.#ended = 0;
    if (this.#collector.text === undefined) this.#state = "torn";
    else if (this.#quiet > 0) this.#complete();
    else this.#state = "ending";
  }

  #complete(): void {
    const { text = "" } = this.#collector;
    this.#state = "idle";
    this.#told = false;
    this.#onEvent({ type: "text", text, startMs: this.#ms(this.#start), endMs: this.#ms(this.#position) });
  }

  /** Sound is over, `end` samples after the stream began. */
  #fallSilent(end: number): void {
    // The tone that ends a text may have been heard, a little before it was expected to be over.
    if (this.#state === "bytes" && this.#offset >= this.#slot.to) this.#endSlot();
    // A piece of a guiding tone alone belonged to a text, whose rest is lost or which has it twice.
    if (this.#state === "lead" && this.#analysis.of(this.#window.subarray(0, Math.max(0, this.#offset - this.#slot.from))) === "guide") this.#tellStart(false);
    if (this.#state === "ending") return this.#complete();
    this.#state = "idle";
    if (!this.#told) return;
    this.#told = false;
    this.#onEvent({ type: "damaged", startMs: this.#ms(this.#start), endMs: this.#ms(end), headless: this.#headless });
  }

  #tellStart(headless: boolean): void {
    this.#told = true;
    this.#headless = headless;
    this.#onEvent({ type: "started", atMs: this.#ms(this.#start) });
  }

  #tellProgress(): void {
    const text = this.#collector.newWords();
    if (text !== undefined) this.#onEvent({ type: "progress", text });
  }

  #ms(samples: number): number {
    return Math.round(samples * this.#msPerSample);
  }
}
