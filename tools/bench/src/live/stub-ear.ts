import { CONTRACT, type AudioFormat, type StandardSchema, type TranscriberDefinition, type TranscriberEvent, type TranscriberRequest, type TranscriberSession } from "@openclaw/telephony-contract";

/** Sections of providers that take whatever they are given. */
export const anySection: StandardSchema<object> = {
  "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value: value ?? {} }) },
};

/** Begin of a frame in which the caller's end tells the transcriber what it is to hear; the byte behind it says what. */
export const CUE = Uint8Array.of(1, 2, 3, 4);
/** The caller has said something, and is done. */
export const CUE_TURN = 1;
/** The caller says words, and goes on. */
export const CUE_WORDS = 2;

/** How a transcriber of the benchmark hears. */
export interface EarManners {
  /** What it takes. */
  readonly format: AudioFormat;
  /** The first frame that is echoed. Then it takes the very first for a question; absent, it goes by cues. */
  readonly echoFrom?: number;
  /** Told just before an interruption is reported. */
  readonly onWords?: () => void;
}

/** Who wants the caller's audio. */
export interface EarListener {
  heard(audio: Uint8Array): void;
}

/** One caller's transcription. */
export class StubEar implements TranscriberSession {
  readonly #request: TranscriberRequest;
  readonly #manners: EarManners;
  #item = 0;
  #frames = 0;
  #listener: EarListener | undefined;
  /** What was heard before anybody wanted it. */
  #early: Uint8Array[] | undefined;

  constructor(
    private readonly number: number,
    request: TranscriberRequest,
    manners: EarManners,
  ) {
    this.#request = request;
    this.#manners = manners;
  }

  write(audio: Uint8Array): void {
    const frame = this.#frames++;
    const { echoFrom } = this.#manners;
    if (echoFrom === undefined) return isCue(audio) ? this.#follow(audio[CUE.length]) : undefined;
    if (frame === 0) this.#ask();
    if (frame < echoFrom) return;
    if (this.#listener) this.#listener.heard(audio);
    else (this.#early ??= []).push(new Uint8Array(audio));
  }

  /** Gives the caller's audio from a certain frame on, also where that is over already. */
  echo(listener: EarListener): void {
    this.#listener = listener;
    for (const audio of this.#early ?? []) listener.heard(audio);
    this.#early = undefined;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#listener = undefined;
    return Promise.resolve();
  }

  #follow(cue: number | undefined): void {
    if (cue === CUE_TURN) return this.#ask();
    if (cue !== CUE_WORDS) return;
    this.#manners.onWords?.();
    this.#tell({ type: "partial", itemId: this.#itemId, text: "wait a moment please" });
  }

  /** Not with the number at the end: behind one the engine waits a little, since people read them out in pieces. */
  #ask(): void {
    this.#tell({ type: "final", itemId: this.#itemId, text: `This is caller ${this.number}, what do you know?` });
    this.#item += 1;
  }

  get #itemId(): string {
    return `item-${this.#item}`;
  }

  #tell(event: TranscriberEvent): void {
    this.#request.onEvent(event);
  }
}

/** A transcriber that costs nothing: it hears what it is told to. */
export function stubTranscriber(ears: StubEar[], manners: EarManners): TranscriberDefinition {
  return {
    contract: CONTRACT,
    kind: "transcriber",
    id: "stub-ear",
    label: "Ear of the benchmark",
    capabilities: { formats: [manners.format], partials: true, speechStart: true, endOfTurn: "provider" },
    config: anySection,
    create: () =>
      Promise.resolve({
        open(request) {
          const ear = new StubEar(ears.length, request, manners);
          ears.push(ear);
          return ear;
        },
        close: () => Promise.resolve(),
      }),
  };
}

function isCue(audio: Uint8Array): boolean {
  for (let at = 0; at < CUE.length; at++) if (audio[at] !== CUE[at]) return false;
  return true;
}
