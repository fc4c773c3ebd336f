import type { CarrierCapabilities, DialResult, Plan, StepKind, StepSupport, TelephonyError } from "@openclaw/telephony-contract";
import type { CallRecord } from "../record.ts";
import type { TelephoneSettings } from "../settings.ts";

/** Something that waits to be put on the line, in order. */
export type AgendaItem =
  | {
      readonly kind: "say";
      readonly text: string;
      /** The opening is heard out; what follows may be talked over. */
      readonly interruptible: boolean;
      /** The reply that it belongs to, for the transcript and its latency. */
      readonly turn?: number;
    }
  | { readonly kind: "digits"; readonly digits: string }
  /** The call goes to whom {@link Transfer} names. */
  | { readonly kind: "transfer" };

/**
 * Where the line is.
 *
 * - `waiting`: the plan in force has not reached the carrier yet, and may still grow.
 * - `running`: it has, and its steps are being carried out.
 * - `free`: it is through; the line holds.
 */
export type LinePhase = "waiting" | "running" | "free";

/** The plan in force, and how far it got. */
export interface Line {
  readonly plan: Plan;
  readonly phase: LinePhase;
  /** Push carriers: the step that is being carried out. */
  readonly index: number;
  /** When the carrier began to listen for this plan's answer. */
  readonly listeningSince?: number;
  /** What the carrier's own clock had said last by then. */
  readonly listeningAfter?: number;
  /**
   * When what is said is over by the length of its text: of the whole plan on a pull carrier, of the step on a push
   * carrier. Where no carrier says so itself, nothing is cut off before.
   */
  readonly speechEndsAt: number;
  /** The plan's question was answered, or given up: nothing satisfies it any more. */
  readonly settled: boolean;
  /** A nudge is on its way. */
  readonly nudged: boolean;
  /** How many items at the head of the agenda this plan brings. */
  readonly takes: number;
}

/** The agent's answer to what the caller said last. */
export interface Reply {
  /** Grows with every question to the agent; fences whatever comes late. */
  readonly turn: number;
  /** The agent is still at it. */
  readonly open: boolean;
  /** When the caller's words ended. */
  readonly heardAt: number;
  /** Index of its entry in the transcript, once something of it was on the line. */
  readonly entry?: number;
}

/** Someone who waits for the caller's next words. */
export interface Waiter {
  readonly id: number;
}

/** Why and how we are ending the call. */
export interface Hangup {
  readonly reason: string;
  readonly detail?: string;
  readonly attempts: number;
}

/** The call ends as soon as everything that waits to be said was heard. */
export interface Farewell {
  readonly reason: string;
  readonly detail?: string;
  /** At the latest, in milliseconds since the epoch; absent where only the length of what is said decides. */
  readonly until?: number;
}

/** The call is being handed to somebody else. */
export interface Transfer {
  readonly to: string;
  /** Who wants to know how it went. */
  readonly waiter: number;
}

/** Everything about one live call. Only {@link CallRecord} outlives the process. */
export interface CallState {
  readonly record: CallRecord;
  /** As they were when the call began, with its route applied. */
  readonly settings: TelephoneSettings;
  readonly capabilities: CarrierCapabilities;
  readonly line: Line;
  readonly agenda: readonly AgendaItem[];
  readonly reply: Reply;
  readonly waiter?: Waiter;
  /** After an answer to `continue`: who asked has the floor until then, in milliseconds since the epoch. */
  readonly floorUntil: number;
  readonly farewell?: Farewell;
  readonly hangup?: Hangup;
  readonly transfer?: Transfer;
  /** What the call said first: an answering machine may get it once more. */
  readonly opening?: string;
  /** What is still awaited of machine detection: who answered, or the end of the machine's greeting. */
  readonly detection?: "verdict" | "greeting";
  /** Last sign of life from the carrier or either party. */
  readonly lastActivityAt: number;
  /** The latest time that an event bore, by the carrier's clock. */
  readonly carrierTime?: number;
  /** Keys to press as soon as it is answered. */
  readonly dialDigits?: string;
  /** How the first plan of an outbound call gets to the line. Unknown until the carrier took the call. */
  readonly delivery?: DialResult["delivery"];
}

/** Whether the carrier takes a step on this call once it is up. */
export function stepSupport({ capabilities, record }: CallState, kind: StepKind): StepSupport {
  return capabilities.steps[kind]?.[record.audioMode === "native" ? "native" : "media"] ?? "no";
}

/** Names of a call's timers. */
export type TimerName =
  | "ring"
  | "end"
  | "transcript"
  | "response"
  | "hangup"
  | "pause"
  | "nudge"
  | "floor"
  | "retry"
  | "drain"
  | "machine"
  | "transfer";

/** What a transition asks the supervisor to do, in order. */
export type Effect =
  | { readonly type: "dial" }
  | { readonly type: "find" }
  | { readonly type: "perform"; readonly stepIndex: number; readonly plan: Plan }
  /** Stops what a push carrier is saying. */
  | { readonly type: "hush" }
  | { readonly type: "press"; readonly digits: string; readonly waiter: number }
  | { readonly type: "nudge"; readonly revision: number; readonly nonce: string }
  | { readonly type: "hangup" }
  | { readonly type: "status" }
  | { readonly type: "ask"; readonly turn: number; readonly text: string }
  | { readonly type: "abortAsk" }
  | { readonly type: "prewarm" }
  | { readonly type: "remember"; readonly text: string }
  | { readonly type: "startTimer"; readonly name: TimerName; readonly delayMs: number }
  | { readonly type: "cancelTimer"; readonly name: TimerName }
  | { readonly type: "settle"; readonly waiter: number; readonly outcome: Outcome }
  | { readonly type: "ended" }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn";
      readonly message: string;
      readonly fields?: Readonly<Record<string, string | number | boolean | undefined>>;
    };

/** What someone who waited gets. */
export type Outcome =
  | { readonly ok: true; readonly text?: string; readonly turnLatencyMs?: number }
  | { readonly ok: false; readonly error: TelephonyError };
