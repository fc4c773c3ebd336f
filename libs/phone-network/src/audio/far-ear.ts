import type { Heard } from "../party/party.ts";
import { ToneListener, type ToneEvent } from "../tones/tone-listener.ts";
import type { AudioReport, HeardText, Span } from "./audio-report.ts";
import { KeyListener } from "./key-listener.ts";

/** Entries of each kind that are kept. */
const MAX_KEPT = 1_000;

/** Who is told of what is heard. */
export interface EarEvents {
  heard(what: Heard): void;
  key(key: string): void;
}

/** The ear at the far end: understands what we play, and writes down when and how whole it was. */
export class FarEar {
  readonly #tones: ToneListener;
  readonly #keys: KeyListener;
  readonly #texts: HeardText[] = [];
  readonly #damaged: Span[] = [];
  readonly #resumed: Span[] = [];
  readonly #gaps: Span[] = [];
  readonly #underruns: Span[] = [];
  #pressed = "";
  #clears = 0;
  #progress = "";
  /** When the last sound ended, and since when a text waits for audio that is late. */
  #soundEndedAt: number | undefined;
  #starvedAt: number | undefined;
  /** Whether what ends now is cut short by us. */
  #cutting = false;
  /** Whether the last text was cut short, and nothing else was heard since. */
  #interrupted = false;
  /** Whether there was less to play than time has passed. */
  #dry = false;

  constructor(
    sampleRate: number,
    private readonly events: EarEvents,
  ) {
    this.#tones = new ToneListener(sampleRate, (event) => this.#take(event));
    this.#keys = new KeyListener(sampleRate);
  }

  /** Whether something is to be heard at the moment. */
  get hearing(): boolean {
    return this.#tones.hearing;
  }

  /** What was heard so far. */
  get report(): Omit<AudioReport, "bufferedMs" | "maxBufferedMs"> {
    return {
      texts: [...this.#texts],
      damaged: [...this.#damaged],
      resumed: [...this.#resumed],
      gaps: [...this.#gaps],
      underruns: [...this.#underruns],
      keys: this.#pressed,
      clears: this.#clears,
    };
  }

  /** The next 20 ms. `dry`: there was less to play than that. */
  hear(frame: Int16Array, dry: boolean): void {
    this.#dry = dry;
    this.#tones.write(frame);
    const key = this.#keys.hear(frame);
    if (key === undefined) return;
    this.#pressed = (this.#pressed + key).slice(-MAX_KEPT);
    this.events.key(key);
  }

  /** What was to be played is dropped. */
  clear(): void {
    this.#clears++;
    this.end();
  }

  /** Nothing follows on what was heard so far. */
  end(): void {
    this.#cutting = true;
    this.#tones.flush();
    this.#cutting = false;
  }

  #take(event: ToneEvent): void {
    switch (event.type) {
      case "started":
        return this.#begin(event.atMs);
      case "progress":
        this.#progress = event.text;
        return;
      case "text":
        this.#interrupted = false;
        this.#soundEndedAt = event.endMs;
        keep(this.#texts, { text: event.text, startMs: event.startMs, endMs: event.endMs, complete: true });
        return this.events.heard({ kind: "speech", text: event.text, complete: true });
      case "damaged":
        this.#soundEndedAt = event.endMs;
        return this.#tear(event, event.headless);
    }
  }

  #begin(atMs: number): void {
    if (this.#soundEndedAt !== undefined && atMs > this.#soundEndedAt) keep(this.#gaps, { startMs: this.#soundEndedAt, endMs: atMs });
    if (this.#starvedAt !== undefined) keep(this.#underruns, { startMs: this.#starvedAt, endMs: atMs });
    this.#starvedAt = undefined;
    this.#progress = "";
    this.events.heard({ kind: "started" });
  }

  /** A text that is not whole: we cut it short, or it is the rest of one that we had cut short, or something went wrong. */
  #tear({ startMs, endMs }: Span, headless: boolean): void {
    const cut = this.#cutting;
    const rest = headless && this.#interrupted;
    this.#interrupted = cut;
    if (!cut && this.#dry) this.#starvedAt = endMs;
    if (rest) keep(this.#resumed, { startMs, endMs });
    else if (cut) keep(this.#texts, { text: this.#progress, startMs, endMs, complete: false });
    else keep(this.#damaged, { startMs, endMs });
    this.events.heard({ kind: "speech", text: this.#progress, complete: false });
  }
}

function keep<Entry>(entries: Entry[], entry: Entry): void {
  if (entries.push(entry) > MAX_KEPT) entries.shift();
}
