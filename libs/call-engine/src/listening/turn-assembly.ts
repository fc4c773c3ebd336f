import type { Clock, TelephonyError } from "@openclaw/telephony-contract";
import { endByFinals, endBySilence, wasHeard, type TurnEvidence, type TurnProgress } from "./turn-end.ts";
import { TurnItems, joined, type TurnItem } from "./turn-items.ts";
import { sameWords } from "./words.ts";

/** Of speech that nothing announced: a voice that began so shortly before the final text is another one. In milliseconds. */
const UNANNOUNCED_MS = 400;

/** A finished turn. Times are those of the monotonic clock. */
export interface AssembledTurn {
  readonly text: string;
  /** When the caller was heard last, or else when the text last grew. */
  readonly speechEndedAt: number;
  readonly finalAt: number;
  /** That of the least certain item. */
  readonly confidence?: number;
}

/** Whom the assembly of turns tells. */
export interface TurnListener {
  onTurn(turn: AssembledTurn): void;
  /** What was heard came to nothing. */
  onNothing(): void;
  onEager(text: string): void;
  onEagerRevoked(): void;
  onLost(error: TelephonyError): void;
  /** The turn seems to be over, and its final text has not come: the transcriber should be asked for it. */
  onFlushNeeded(): void;
}

/** What the assembly of turns goes by, and whom it tells. */
export interface TurnAssemblyOptions extends Pick<TurnEvidence, "voice" | "partials" | "silenceMs"> {
  readonly clock: Clock;
  /** Who finds the end of a turn. */
  readonly endOfTurn: "provider" | "engine";
  readonly listener: TurnListener;
}

/**
 * Makes turns of a transcriber's items. Items are told apart by their id, so that "yes" and "yes" are two, and one that
 * comes twice is one; they are joined in the order in which they were spoken. No text is lost because something that was
 * promised never came.
 */
export class TurnAssembly {
  readonly #clock: Clock;
  readonly #voice: TurnEvidence["voice"];
  readonly #listener: TurnListener;
  readonly #bySilence: boolean;
  readonly #silenceMs: number;
  readonly #partials: boolean;
  readonly #items = new TurnItems();
  readonly #progress: TurnProgress = {
    beganAt: undefined,
    textAt: 0,
    firstFinalAt: 0,
    finalAt: 0,
    otherVoiceAfter: 0,
    heardAtFinal: 0,
    heardAtTurn: 0,
    flushedAt: undefined,
  };
  #eager: string | undefined;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor({ clock, voice, listener, endOfTurn, silenceMs, partials }: TurnAssemblyOptions) {
    this.#clock = clock;
    this.#voice = voice;
    this.#listener = listener;
    this.#bySilence = endOfTurn === "engine";
    this.#silenceMs = silenceMs;
    this.#partials = partials;
  }

  /** Whether anything is recognised of a turn under way. */
  get hasText(): boolean {
    return this.#items.hasText;
  }

  /** Whether this item is over, and only late news of it come. */
  isLate(itemId: string): boolean {
    return this.#items.isSettled(itemId);
  }

  voiceBegan(): void {
    this.#progress.beganAt ??= this.#clock.monotonic();
    if (this.#bySilence && !this.#cancelTimer) this.#arm(this.#silenceMs);
  }

  voiceEnded(): void {
    this.#review();
  }

  /** An item is announced, without text yet. `timeMs`: where it begins, by the transcriber's clock. */
  started(itemId: string, timeMs?: number): void {
    if (!this.isLate(itemId)) place(this.#open(itemId), timeMs);
  }

  /** The text of an item so far, in place of what it was. */
  partial(itemId: string, text: string): void {
    if (this.isLate(itemId)) return;
    const item = this.#open(itemId);
    if (item.final || item.text === text) return;
    item.text = text;
    this.#progress.textAt = this.#clock.monotonic();
    if (this.#eager !== undefined && !sameWords(this.#eager, this.#items.text)) this.#revokeEager();
    this.#review();
  }

  /** The turn seems to be over with this text of an item. */
  eagerEnd(itemId: string, text: string): void {
    if (this.isLate(itemId)) return;
    this.partial(itemId, text);
    const whole = this.#items.text;
    if (whole === "" || whole === this.#eager) return;
    this.#revokeEager();
    this.#eager = whole;
    this.#listener.onEager(whole);
  }

  /** It was not over. */
  resumed(itemId: string): void {
    if (!this.isLate(itemId)) this.#revokeEager();
  }

  /** The text of an item, for good; empty where there was nothing in it. */
  final(itemId: string, text: string, more: { readonly confidence?: number; readonly timeMs?: number } = {}): void {
    if (this.isLate(itemId) && !this.#items.isNews(itemId, text)) return;
    const announced = this.#items.get(itemId);
    if (announced?.final) return;
    const item = this.#open(itemId);
    item.text = text.trim();
    if (more.confidence !== undefined) item.confidence = more.confidence;
    place(item, more.timeMs);
    this.#makeFinal(item, announced ? item.signAt : item.signAt - UNANNOUNCED_MS);
  }

  /** An item is lost. What was recognised of it is taken instead. */
  failed(itemId: string, error: TelephonyError): void {
    const item = this.#items.get(itemId);
    if (this.isLate(itemId) || item?.final) return;
    if (item && item.text !== "") return this.#makeFinal(item, item.signAt);
    this.#items.settle(itemId);
    this.#progress.heardAtFinal = this.#voice.heardMs;
    this.#listener.onLost(error);
    this.#review();
  }

  close(): void {
    this.#closed = true;
    this.#rest();
  }

  #open(itemId: string): TurnItem {
    if (!this.#items.get(itemId) && !this.#items.makeRoom()) this.#finish(true);
    this.#progress.beganAt ??= this.#clock.monotonic();
    return this.#items.open(itemId, this.#clock.monotonic());
  }

  #makeFinal(item: TurnItem, otherVoiceAfter: number): void {
    const progress = this.#progress;
    const now = this.#clock.monotonic();
    if (!this.#items.some(({ final }) => final)) progress.firstFinalAt = now;
    item.final = true;
    progress.finalAt = now;
    progress.otherVoiceAfter = otherVoiceAfter;
    progress.heardAtFinal = this.#voice.heardMs;
    if (item.text === "") return this.#leaveOut(item);
    progress.textAt = now;
    // Items of one piece of speech often become final together: they are joined in the next tick.
    this.#arm(0);
  }

  #leaveOut(item: TurnItem): void {
    this.#items.settle(item.id);
    if (this.hasText) return this.#review();
    this.#revokeEager();
    this.#forgetTurn();
    this.#listener.onNothing();
  }

  /** Finds out whether the turn is over, or when to look again. */
  #review(): void {
    this.#rest();
    const now = this.#clock.monotonic();
    const verdict = this.#bySilence ? endBySilence(this.#evidence(now)) : endByFinals(this.#evidence(now));
    if (verdict.type === "over") return this.#finish(verdict.all);
    if (verdict.type === "nothing") return;
    this.#arm(verdict.until - now);
    if (verdict.type === "speaking") this.#progress.flushedAt = undefined;
    if (verdict.type !== "flush") return;
    this.#progress.flushedAt = now;
    this.#listener.onFlushNeeded();
  }

  #evidence(now: number): TurnEvidence {
    return { now, progress: this.#progress, items: this.#items, voice: this.#voice, partials: this.#partials, silenceMs: this.#silenceMs };
  }

  #finish(all: boolean): void {
    this.#rest();
    const voice = this.#voice;
    const items = this.#items.inOrder().filter(({ final, text }) => text !== "" && (final || all));
    const text = joined(items);
    const finalAt = items.every(({ final }) => final) ? this.#progress.finalAt : this.#clock.monotonic();
    const heard = wasHeard({ voice, progress: this.#progress });
    const speechEndedAt = heard ? Math.min(voice.lastHeardAt, finalAt) : this.#progress.textAt;
    const confidences = items.flatMap(({ confidence }) => confidence ?? []);
    for (const item of items) this.#items.settle(item.id, item.final ? undefined : item.text);
    this.#forgetTurn();
    if (this.#eager !== undefined && !sameWords(this.#eager, text)) this.#revokeEager();
    this.#eager = undefined;
    if (this.hasText) this.#arm(0);
    if (text === "") return this.#listener.onNothing();
    this.#listener.onTurn({ text, speechEndedAt, finalAt, ...(confidences.length > 0 && { confidence: Math.min(...confidences) }) });
  }

  #forgetTurn(): void {
    this.#progress.beganAt = undefined;
    this.#progress.flushedAt = undefined;
    this.#progress.heardAtTurn = this.#progress.heardAtFinal = this.#voice.heardMs;
  }

  #revokeEager(): void {
    if (this.#eager === undefined) return;
    this.#eager = undefined;
    this.#listener.onEagerRevoked();
  }

  #arm(delayMs: number): void {
    this.#rest();
    if (this.#closed) return;
    this.#cancelTimer = this.#clock.schedule(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#review();
    });
  }

  #rest(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

function place(item: TurnItem, timeMs: number | undefined): void {
  if (timeMs !== undefined) item.timeMs ??= timeMs;
}
