import type { StepOutcome } from "./plan.ts";

/** Members that every event of a call carries. */
export interface CallEventBase {
  /** When it happened at the carrier, in milliseconds since the epoch; the time of receipt where the carrier does not say. */
  readonly occurredAt: number;
  /** The carrier's own order within the call, where it has one: lower is earlier. */
  readonly order?: number;
  /**
   * Same for every delivery of the same happening, different for every other. Built from fields that the carrier's
   * signature covers. The engine adds the carrier's id and, for webhooks, the unique path of the URL.
   */
  readonly dedupeKey: string;
  /** Our id of the call, where the carrier echoed it. */
  readonly callId?: string;
  /** Every id by which the carrier knows the call in this event. Each becomes an alias of the call. */
  readonly carrierIds: readonly string[];
  /** Replaces what the engine keeps for the carrier with this call: JSON of at most 4 KB, opaque to the engine. */
  readonly carrierState?: JsonValue;
}

/** Anything that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Shows which turn an answer belongs to.
 *
 * - `echoed`: the carrier brought back the nonce that it was given with the question.
 * - `leg-state`: the carrier returned the last state that the leg was given, which may be newer than the question. The
 *   engine then also requires `occurredAt` to lie within the time in which it listened.
 */
export interface TurnProof {
  readonly nonce: string;
  readonly proof: "echoed" | "leg-state";
}

/**
 * STIR/SHAKEN: how far a carrier vouches for the caller's number. `failed`: it was signed, and the signature does not
 * hold; `none`: nobody signed it.
 */
export type Attestation = "A" | "B" | "C" | "failed" | "none";

/** A call reached us. Policy decides before it is answered and before it takes a slot. */
export interface IncomingEvent extends CallEventBase {
  readonly type: "incoming";
  /** E.164 with `+`, or an empty string where the caller hides the number. */
  readonly from: string;
  /** The number that was dialled, E.164 with `+`. */
  readonly to: string;
  readonly callerName?: string;
  /** STIR/SHAKEN attestation of the caller's number, as far as the carrier validated it. */
  readonly attestation?: Attestation;
}

/** The far end rings. */
export interface RingingEvent extends CallEventBase {
  readonly type: "ringing";
  /** How our own number was attested, where the carrier says so. */
  readonly attestation?: Attestation;
}

/** The call is up: audio flows. */
export interface AnsweredEvent extends CallEventBase {
  readonly type: "answered";
  /** How our own number was attested, where the carrier says so only now. */
  readonly attestation?: Attestation;
}

/** Why a call ended, in the telephone's words. */
export type EndReason =
  | "completed"
  | "busy"
  | "no-answer"
  | "rejected"
  | "canceled"
  | "failed"
  | "voicemail"
  | (string & {});

/** The call is over at the carrier. Terminal: nothing that comes later has an effect. */
export interface EndedEvent extends CallEventBase {
  readonly type: "ended";
  readonly reason: EndReason;
  /** Who hung up, where the carrier says so. */
  readonly by?: "caller" | "callee" | "us" | "carrier";
  /** The carrier's own cause, for the record. */
  readonly cause?: string;
}

/**
 * A push carrier finished, gave up or dropped a step. An `answer` step is over with `answered` as well, a `listen` with
 * `answer` or `listenEnded`, a `transfer` with `transfer`: for these it says nothing more unless they failed.
 */
export interface StepEndedEvent extends CallEventBase {
  readonly type: "stepEnded";
  readonly stepId: string;
  readonly outcome: StepOutcome;
  /** Why it failed, for the record. */
  readonly detail?: string;
}

/** The caller answered while we listened. Without the current nonce it is stale and satisfies nothing. */
export interface AnswerEvent extends CallEventBase {
  readonly type: "answer";
  readonly turn: TurnProof;
  readonly input:
    | { readonly kind: "speech"; readonly text: string; /** 0 to 1. */ readonly confidence?: number }
    | { readonly kind: "digits"; readonly digits: string };
}

/** Listening ended without an answer. Carries its turn like an answer does. */
export interface ListenEndedEvent extends CallEventBase {
  readonly type: "listenEnded";
  readonly turn: TurnProof;
  readonly outcome: "no-input" | "failed";
}

/** What the caller seems to be saying; replaced by the next one. Never stored. */
export interface PartialSpeechEvent extends CallEventBase {
  readonly type: "partialSpeech";
  readonly turn: TurnProof;
  readonly text: string;
}

/** A key was pressed outside of listening. Carries no turn. */
export interface DigitsEvent extends CallEventBase {
  readonly type: "digits";
  readonly digits: string;
}

/** Who answered: a verdict of answering-machine detection. Late and repeated ones are ignored. */
export interface MachineEvent extends CallEventBase {
  readonly type: "machine";
  /** `unsure` counts as human. */
  readonly verdict: "human" | "machine" | "fax" | "unsure";
  /** For a machine: whether its greeting is over, so that a message is recorded from its start. */
  readonly greetingEnded?: boolean;
}

/** The carrier's report about the audio connection. Audio itself never travels as an event. */
export interface MediaEvent extends CallEventBase {
  readonly type: "media";
  readonly state: "started" | "stopped" | "failed";
  readonly detail?: string;
}

/** How a transfer went. After `transferred` the call is no longer ours; `back` runs the step's failure plan. */
export interface TransferEvent extends CallEventBase {
  readonly type: "transfer";
  readonly stepId: string;
  readonly state: "transferred" | "back";
  readonly detail?: string;
}

/** A recording began, can be fetched, or failed. */
export interface RecordingEvent extends CallEventBase {
  readonly type: "recording";
  readonly state: "started" | "saved" | "failed";
  readonly recordingId?: string;
  readonly url?: string;
  readonly durationMs?: number;
}

/**
 * What happened to a call. Webhooks, sockets and emitters all become these and meet in the call's one mailbox. Open
 * outside this module: the engine logs and ignores a type that it does not know.
 */
export type CallEvent =
  | IncomingEvent
  | RingingEvent
  | AnsweredEvent
  | EndedEvent
  | StepEndedEvent
  | AnswerEvent
  | ListenEndedEvent
  | PartialSpeechEvent
  | DigitsEvent
  | MachineEvent
  | MediaEvent
  | TransferEvent
  | RecordingEvent;
