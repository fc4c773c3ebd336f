/**
 * What a call does next. The engine decides; a pull carrier renders the whole plan into the document that it was asked
 * for, a push carrier gets its steps one at a time and reports the end of each.
 */
export interface Plan {
  /** Our id of the call. */
  readonly callId: string;
  /** Grows by one with every new plan of the call. A fetch that names an older one gets the current plan. */
  readonly revision: number;
  /** Names the turn. Every answer has to bring it back. Alphanumeric, at most 32 characters. */
  readonly nonce: string;
  readonly steps: readonly Step[];
  /**
   * After the last step: stay on the line and ask again (`hold`), or end the call. A pull carrier asks again at once after
   * a plan with steps; after one without any it holds the line in silence for some seconds first, and can be nudged.
   */
  readonly then: "hold" | "hangup";
}

/** A voice by the carrier's own means. Each member that is absent is the carrier's default. */
export interface CarrierVoice {
  /** Name as the carrier knows it. */
  readonly name?: string;
  /** BCP 47 tag, for example `en-US`. */
  readonly language?: string;
}

interface StepBase {
  /** Unique within the call. */
  readonly id: string;
}

/** Takes an inbound call off the hook. On a pull carrier it renders to nothing; on a push carrier it runs first, once. */
export interface AnswerStep extends StepBase {
  readonly kind: "answer";
}

/** Refuses an inbound call that was not answered. Only ever the first and only step. */
export interface RejectStep extends StepBase {
  readonly kind: "reject";
  readonly reason: "rejected" | "busy";
}

/** Speaks text in the carrier's voice. The text is plain: the carrier escapes it. */
export interface SayStep extends StepBase {
  readonly kind: "say";
  readonly text: string;
  readonly voice?: CarrierVoice;
}

/** Plays recorded audio that the carrier fetches. */
export interface PlayStep extends StepBase {
  readonly kind: "play";
  readonly url: string;
}

/** Listens for the caller: speech, digits or both. Its answer carries the plan's nonce. */
export interface ListenStep extends StepBase {
  readonly kind: "listen";
  readonly input: "speech" | "digits" | "both";
  /** Spoken before and while listening. */
  readonly prompt?: { readonly text: string; readonly voice?: CarrierVoice; readonly interruptible: boolean };
  /** BCP 47 tag of the speech that is expected. */
  readonly language?: string;
  /** Milliseconds without input until the step ends as `no-input`. */
  readonly noInputMs: number;
  /** Milliseconds of silence that end an utterance. */
  readonly endSilenceMs: number;
  readonly digits?: { readonly max?: number; readonly finishOn?: string; readonly interDigitMs?: number };
  /** Words that are likely, in the order of weight. */
  readonly hints?: readonly string[];
}

/** Connects the call's audio with the engine. Always followed by a continuation, so that a lost stream comes back here. */
export interface ConnectMediaStep extends StepBase {
  readonly kind: "connectMedia";
  /** Where a carrier with a frame codec connects to: a `wss:` URL with its single-use token in the path. */
  readonly url: string;
}

/** Ends the audio connection and leaves the call up. */
export interface DisconnectMediaStep extends StepBase {
  readonly kind: "disconnectMedia";
}

/** Presses keys towards the far end: `0-9 A-D * #`, `w` pauses 500 ms, `W` one second. */
export interface SendDigitsStep extends StepBase {
  readonly kind: "sendDigits";
  readonly digits: string;
}

/** Waits in silence. */
export interface PauseStep extends StepBase {
  readonly kind: "pause";
  readonly durationMs: number;
}

/** Stops what the carrier is saying or playing. */
export interface StopSpeechStep extends StepBase {
  readonly kind: "stopSpeech";
}

/** Starts or stops a recording of the call. */
export interface RecordStep extends StepBase {
  readonly kind: "record";
  readonly action: "start" | "stop";
  readonly channels?: "mono" | "dual";
}

/** Hands the call to another party. Has an end: `transferred`, or `back` with the plan that follows a failure. */
export interface TransferStep extends StepBase {
  readonly kind: "transfer";
  /** E.164 number or SIP URI. Policy has been asked already. */
  readonly to: string;
  readonly callerId?: string;
  readonly ringTimeoutMs: number;
  /** Steps that run when the other party was not reached. */
  readonly onFailure: readonly Step[];
}

/** One step of a plan. Open outside this module: later contracts add kinds, and the engine sends only declared ones. */
export type Step =
  | AnswerStep
  | RejectStep
  | SayStep
  | PlayStep
  | ListenStep
  | ConnectMediaStep
  | DisconnectMediaStep
  | SendDigitsStep
  | PauseStep
  | StopSpeechStep
  | RecordStep
  | TransferStep;

/** Name of a kind of step. */
export type StepKind = Step["kind"];

/** All kinds of contract 1.0, in the order of this page. */
export const STEP_KINDS: readonly StepKind[] = Object.freeze([
  "answer",
  "reject",
  "say",
  "play",
  "listen",
  "connectMedia",
  "disconnectMedia",
  "sendDigits",
  "pause",
  "stopSpeech",
  "record",
  "transfer",
]);

/** How a step ended. `skipped`: it was never begun because the call or the plan had moved on. */
export type StepOutcome = "completed" | "cancelled" | "failed" | "skipped";
