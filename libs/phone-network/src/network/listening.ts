import type { ListenStep } from "@openclaw/telephony-contract";
import type { Timers } from "@openclaw/telephony-kit";

/** What is to be listened for. */
export type ListenFor = Pick<ListenStep, "input" | "noInputMs" | "endSilenceMs" | "prompt" | "digits">;

/** How listening ended. */
export type ListenResult =
  | { readonly kind: "speech"; readonly text: string }
  | { readonly kind: "digits"; readonly digits: string }
  | { readonly kind: "no-input" }
  | { readonly kind: "cancelled" };

/** Silence between keys that ends their input, where the step does not say. */
const INTER_DIGIT_MS = 2_000;

/** What listening needs of its call. */
export interface ListeningLine {
  readonly timers: Timers;
  /** Speaks the prompt. Gives the way to cut it short. */
  speak(text: string, done: () => void): () => void;
  /** Tells the party that it is its turn. */
  giveTurn(): void;
}

/** One listening: first its prompt, then open ears until speech, keys or silence end it. */
export class Listening {
  /** Whether the prompt is over, or what the party does cuts it short. */
  #open: boolean;
  #stopPrompt: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  #utterance = "";
  #digits = "";
  /** Utterances under way: two may overlap where the party does not wait for itself. */
  #speaking = 0;

  constructor(
    private readonly what: ListenFor,
    private readonly line: ListeningLine,
    private readonly settle: (result: ListenResult) => void,
  ) {
    this.#open = what.prompt?.interruptible ?? true;
  }

  begin(): void {
    if (!this.what.prompt) return this.#promptEnded();
    this.#stopPrompt = this.line.speak(this.what.prompt.text, () => {
      this.#stopPrompt = undefined;
      this.#promptEnded();
    });
  }

  /** Cuts the prompt short and goes on listening. */
  skipPrompt(): void {
    if (!this.#stopPrompt) return;
    this.#interruptPrompt();
    this.#promptEnded();
  }

  /** Whether it is the party's turn: the prompt is over and nothing came yet. */
  get waiting(): boolean {
    return this.#open && !this.#stopPrompt && this.#speaking === 0 && this.#utterance === "" && this.#digits === "";
  }

  /** The party begins to speak. Gives what is to be called when it has finished, or nothing where nobody hears it. */
  hearSpeech(): ((text: string) => void) | undefined {
    if (!this.#open || this.what.input === "digits") return undefined;
    this.#interruptPrompt();
    this.#wait();
    this.#speaking++;
    return (text) => {
      this.#speaking--;
      if (!this.#open) return;
      this.#utterance = `${this.#utterance} ${text}`.trim();
      if (this.#speaking === 0 && this.#digits === "")
        this.#wait(this.what.endSilenceMs, () => this.settle({ kind: "speech", text: this.#utterance }));
    };
  }

  /** The party presses a key. Whether it was taken. */
  hearKey(key: string): boolean {
    if (!this.#open || this.what.input === "speech") return false;
    this.#interruptPrompt();
    const { max, finishOn, interDigitMs = INTER_DIGIT_MS } = this.what.digits ?? {};
    if (finishOn !== undefined && finishOn !== "" && finishOn.includes(key)) this.#settleDigits();
    else {
      this.#digits += key;
      if (max !== undefined && this.#digits.length >= max) this.#settleDigits();
      else this.#wait(interDigitMs, () => this.#settleDigits());
    }
    return true;
  }

  /** Stops everything; nothing is settled. */
  stop(): void {
    this.#interruptPrompt();
    this.#wait();
    this.#open = false;
  }

  #promptEnded(): void {
    this.#open = true;
    this.#wait(this.what.noInputMs, () => this.settle({ kind: "no-input" }));
    this.line.giveTurn();
  }

  #settleDigits(): void {
    this.settle(this.#digits === "" ? { kind: "no-input" } : { kind: "digits", digits: this.#digits });
  }

  #interruptPrompt(): void {
    this.#stopPrompt?.();
    this.#stopPrompt = undefined;
  }

  /** Replaces the timer under way, if any. */
  #wait(ms?: number, callback?: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = ms === undefined || !callback ? undefined : this.line.timers.after(ms, callback);
  }
}
