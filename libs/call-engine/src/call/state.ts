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
      /** Said to pass the time: it answers nothing and stands in no transcript. */
      readonly filler?: boolean;
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
  /** What the agent was asked. */
  readonly asked?: string;
  /** The caller's turn only seems to be over: nothing of the answer is said before it is sure. */
  readonly speculative?: boolean;
  /** Such an answer is whole, and wants the call to end with it. */
  readonly endsCall?: boolean;
  /** When what happened, in milliseconds since the epoch: for {@link TurnLatency}. */
  readonly times?: ReplyTimes;
}

/** Stations of an answer over live audio. */
export interface ReplyTimes {
  readonly finalAt: number;
  readonly firstTokenAt?: number;
  readonly firstSentenceAt?: number;
}

/** Something that the voice was given to say. */
export interface Spoken {
  readonly id: string;
  readonly item: Extract<AgendaItem, { kind: "say" | "digits" }>;
  /** When its first frame went to the carrier. */
  readonly startedAt?: number;
}

/** The call's audio, where it flows through us. */
export interface MediaState {
  /**
   * - `awaited`: the carrier was told to connect, or will be.
   * - `up`: it has.
   * - `lost`: the connection is gone, and may come back.
   * - `over`: it will not: what is left to say is said by the carrier's own voice.
   */
  readonly phase: "awaited" | "up" | "lost" | "over";
  /** The single-use token in the URL below. */
  readonly token: string;
  /** Where the carrier connects next. */
  readonly url: string;
  /** Connections that did not come about, one after another. */
  readonly failures: number;
  /** When the connection came about, in milliseconds since the epoch. */
  readonly upSince?: number;
  /** Connections that broke soon after that, one after another. */
  readonly drops?: number;
  /** What the voice has and the caller has not heard to its end, in order. */
  readonly speaking: readonly Spoken[];
  /** Number of the next thing that the voice is given. */
  readonly next: number;
  /** When we last fell silent, in milliseconds since the epoch. */
  readonly quietSince: number;
  /** The transcriber is gone for good. */
  readonly deaf?: boolean;
  /** The caller was asked whether they are still there. */
  readonly prompted?: boolean;
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
  /** Present where the audio mode of the call is not `native`. */
  readonly media?: MediaState;
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
export function stepSupport(state: CallState, kind: StepKind): StepSupport {
  return state.capabilities.steps[kind]?.[hasMedia(state) ? "media" : "native"] ?? "no";
}

/** Whether the call's audio flows through us, or is about to. */
export function hasMedia({ media }: CallState): boolean {
  return media !== undefined && media.phase !== "over";
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
  | "transfer"
  | "media"
  | "thinking"
  | "inactivity";

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
  /** Makes ear and voice ready. */
  | { readonly type: "openAudio"; readonly greeting?: string }
  /** From now on the carrier may connect with this token. */
  | { readonly type: "expectMedia"; readonly token: string }
  /** Gives the voice something to say. */
  | { readonly type: "utter"; readonly id: string; readonly text: string; readonly interruptible: boolean; readonly keep: boolean }
  /** Presses keys by tones or messages in the stream. */
  | { readonly type: "pressInStream"; readonly id: string; readonly digits: string }
  /** The caller pressed keys, which the carrier reports apart from the audio. */
  | { readonly type: "keys"; readonly digits: string }
  /** Stops whatever the voice says, and what the carrier still has of it. */
  | { readonly type: "hushVoice" }
  /** What was paused goes on. */
  | { readonly type: "resumeVoice" }
  /** Ends a media link on which nothing comes any more. `doubted`: the carrier says that it is over, so that a moment of silence is enough. */
  | { readonly type: "checkMedia"; readonly doubted?: boolean }
  | { readonly type: "remember"; readonly text: string }
  | { readonly type: "startTimer"; readonly name: TimerName; readonly delayMs: number }
  | { readonly type: "cancelTimer"; readonly name: TimerName }
  | { readonly type: "settle"; readonly waiter: number; readonly outcome: Outcome }
  | { readonly type: "ended" }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
      readonly fields?: Readonly<Record<string, string | number | boolean | undefined>>;
    };

/** Effects that are the business of a call's live audio. */
export type AudioEffect = Extract<Effect, { readonly type: "openAudio" | "expectMedia" | "utter" | "pressInStream" | "keys" | "hushVoice" | "resumeVoice" | "checkMedia" }>;

/** What someone who waited gets. */
export type Outcome =
  | { readonly ok: true; readonly text?: string; readonly turnLatencyMs?: number }
  | { readonly ok: false; readonly error: TelephonyError };
