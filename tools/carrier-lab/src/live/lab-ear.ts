import { ToneListener } from "@openclaw/phone-network/tones";
import {
  CONTRACT,
  MULAW_8K,
  type StandardSchema,
  type TranscriberCapabilities,
  type TranscriberDefinition,
  type TranscriberEvent,
  type TranscriberRequest,
  type TranscriberSession,
} from "@openclaw/telephony-contract";
import { decodeMulaw } from "@openclaw/telephony-audio";

/** A transcription that a test looks at, and may spoil. */
export interface EarSession {
  readonly request: TranscriberRequest;
  /** Texts that it recognised, in order. */
  readonly heard: readonly string[];
  readonly closed: boolean;
  /** It understands nothing by itself any more. */
  deaf: boolean;
  /** Tells the telephone something that nobody said. */
  tell(...events: readonly TranscriberEvent[]): void;
}

/** How an ear comes to be. */
export interface EarScript {
  /** Before it can be used at all. */
  readonly create?: () => Promise<void>;
  /** Before it hears a call; what it throws is the ear's fault. */
  readonly open?: () => void;
}

/** Sections of providers that take whatever they are given. */
export const anySection: StandardSchema<object> = {
  "~standard": { version: 1, vendor: "carrier-lab", validate: (value) => ({ value: value ?? {} }) },
};

/** What stands for a text of which a part is lost. */
export const INAUDIBLE = "(inaudible)";

/** A transcriber inside the process, which understands the tones by which far ends speak. */
export function labEar(sessions: EarSession[], capabilities: Partial<TranscriberCapabilities>, script: () => EarScript): TranscriberDefinition {
  return {
    contract: CONTRACT,
    kind: "transcriber",
    id: "lab-ear",
    label: "Ear of the lab",
    capabilities: { formats: [MULAW_8K], partials: true, speechStart: true, endOfTurn: "provider", ...capabilities },
    config: anySection,
    create: async () => {
      await script().create?.();
      return {
        open(request) {
          script().open?.();
          const session = new ToneSession(request);
          sessions.push(session);
          return session;
        },
        close: () => Promise.resolve(),
      };
    },
  };
}

/** Hears one caller. A turn ends by the silence in the audio itself, so that it needs no clock. */
class ToneSession implements TranscriberSession, EarSession {
  readonly heard: string[] = [];
  closed = false;
  deaf = false;
  readonly #listener: ToneListener;
  #samples = new Int16Array(8000);
  #position = 0;
  #endMs = 0;
  #speaking = false;
  #texts: string[] = [];
  #item = 1;

  constructor(readonly request: TranscriberRequest) {
    this.#listener = new ToneListener(MULAW_8K.sampleRate, (event) => {
      switch (event.type) {
        case "started":
          this.#speaking = true;
          return this.#begin();
        case "progress":
          return this.#partial(event.text);
        default:
          this.#speaking = false;
          this.#endMs = event.endMs;
          this.#texts.push(event.type === "text" ? event.text : INAUDIBLE);
      }
    });
  }

  write(audio: Uint8Array): void {
    if (this.closed || this.deaf) return;
    if (this.#samples.length < audio.length) this.#samples = new Int16Array(audio.length);
    decodeMulaw(audio, this.#samples);
    this.#position += audio.length / 8;
    this.#listener.write(this.#samples.subarray(0, audio.length));
    if (!this.#speaking && this.#texts.length > 0 && this.#position - this.#endMs >= this.request.endSilenceMs) this.#final();
  }

  flush(): Promise<void> {
    this.#final();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  tell(...events: readonly TranscriberEvent[]): void {
    for (const event of events) this.request.onEvent(event);
  }

  get #itemId(): string {
    return `tones-${this.#item}`;
  }

  #begin(): void {
    if (this.#texts.length === 0) this.request.onEvent({ type: "speechStarted", itemId: this.#itemId });
  }

  #partial(text: string): void {
    this.request.onEvent({ type: "partial", itemId: this.#itemId, text: [...this.#texts, text].join(" ") });
  }

  #final(): void {
    if (this.#texts.length === 0) return;
    const text = this.#texts.join(" ");
    this.#texts = [];
    this.heard.push(text);
    this.request.onEvent({ type: "final", itemId: this.#itemId, text });
    this.#item++;
  }
}
