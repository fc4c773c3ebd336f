import type { CallRecord } from "../record.ts";
import type { CallState, Effect, Line, MediaState, TimerName } from "./state.ts";

/** What a transition may use besides its arguments: it is pure as long as these are. */
export interface TransitionEnvironment {
  readonly now: number;
  nonce(): string;
  /** URL of the media socket for a token. */
  mediaUrl(token: string): string;
}

/**
 * A state in the making. Transitions read as a sequence of changes and effects, and stay pure from outside: the draft
 * is made from one state and ends as another.
 */
export class Draft {
  readonly effects: Effect[] = [];
  readonly now: number;
  readonly #environment: TransitionEnvironment;
  #state: CallState;

  constructor(state: CallState, environment: TransitionEnvironment) {
    this.#state = state;
    this.#environment = environment;
    this.now = environment.now;
  }

  get state(): CallState {
    return this.#state;
  }

  get record(): CallRecord {
    return this.#state.record;
  }

  get line(): Line {
    return this.#state.line;
  }

  get pull(): boolean {
    return this.#state.capabilities.flow === "pull";
  }

  get ended(): boolean {
    return this.#state.record.lifecycle === "ended";
  }

  nonce(): string {
    return this.#environment.nonce();
  }

  mediaUrl(token: string): string {
    return this.#environment.mediaUrl(token);
  }

  set(change: Partial<CallState>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** Takes members away: with exact optional properties, absent and `undefined` are not the same. */
  clear(...members: ("waiter" | "transfer" | "detection")[]): void {
    const next = { ...this.#state };
    for (const member of members) delete next[member];
    this.#state = next;
  }

  write(change: Partial<CallRecord>): void {
    this.set({ record: { ...this.#state.record, ...change } });
  }

  setLine(change: Partial<Line>): void {
    this.set({ line: { ...this.#state.line, ...change } });
  }

  /** Of no effect on a call without live audio. */
  setMedia(change: Partial<MediaState>): void {
    const { media } = this.#state;
    if (media) this.set({ media: { ...media, ...change } });
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  startTimer(name: TimerName, delayMs: number): void {
    this.effect({ type: "startTimer", name, delayMs: Math.max(0, delayMs) });
  }

  cancelTimer(name: TimerName): void {
    this.effect({ type: "cancelTimer", name });
  }

  log(level: "debug" | "info" | "warn" | "error", message: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>): void {
    this.effect({ type: "log", level, message, ...(fields && { fields }) });
  }
}
