import type { Attestation, AudioMode, JsonValue, MachineEvent } from "@openclaw/telephony-contract";

/**
 * Where a call is in its life. The order is the rank: a call only moves forward. `ended` is terminal; why it ended is in
 * {@link CallRecord.endReason}.
 */
export type CallLifecycle = "initiated" | "ringing" | "active" | "transferring" | "ended";

/** Rank of each lifecycle state. */
export const LIFECYCLE_RANK: Readonly<Record<CallLifecycle, number>> = {
  initiated: 0,
  ringing: 1,
  active: 2,
  transferring: 3,
  ended: 4,
};

/**
 * What an answer waited for: milliseconds from the end of the caller's words until each of these was there. Absent where
 * nobody can tell.
 */
export interface TurnLatency {
  /** The transcriber was sure of the words. */
  readonly finalTranscriptMs?: number;
  /** The agent's answer began. */
  readonly firstTokenMs?: number;
  /** Its first sentence was complete. */
  readonly firstSentenceMs?: number;
  /** The voice gave the first audio of it. */
  readonly firstAudioMs?: number;
  /** The first frame went to the carrier. */
  readonly firstFrameSentMs?: number;
  /** The caller heard it: the carrier said so, or the clock. */
  readonly firstFrameHeardMs?: number;
}

/** One thing that was said. */
export interface TranscriptTurn {
  /** Who spoke. */
  readonly speaker: "caller" | "agent";
  readonly text: string;
  /** When it was said, in milliseconds since the epoch. */
  readonly at: number;
  /** Agent: milliseconds from the end of the caller's words to our first word on the line. */
  readonly turnLatencyMs?: number;
  /** Agent, over live audio: where that time went. */
  readonly latency?: TurnLatency;
  /** Caller: milliseconds from the begin of listening to the answer. */
  readonly listenWaitMs?: number;
  /** Pressed, not spoken. */
  readonly digits?: boolean;
  /** Agent: the caller did not hear all of it. */
  readonly interrupted?: boolean;
}

/**
 * How a caller got through: `listed` in `allowFrom`, `approved` by the owner, or because the telephone is `open` to
 * all. `asked` did not: such a caller hears that the owner is asked, takes no line, and never reaches an agent.
 */
export type InboundAdmission = "listed" | "approved" | "open" | "asked";

/**
 * What is kept of a call, and survives the process. Everything in it is JSON. The store holds one row for each, and
 * every change is appended to `calls.jsonl`.
 */
export interface CallRecord {
  /** Ours, minted before dialling. */
  readonly callId: string;
  readonly direction: "outbound" | "inbound";
  readonly lifecycle: CallLifecycle;
  /** Id of the carrier that carries the call. */
  readonly carrier: string;
  readonly mode: "notify" | "conversation";
  readonly audioMode: AudioMode;
  /** E.164. */
  readonly from: string;
  /** E.164. */
  readonly to: string;
  /** How the caller got through. Inbound only. Fixed when the call begins, whatever the policy says later. */
  readonly admission?: InboundAdmission;
  /** The dialled number whose route applies. Inbound only. */
  readonly route?: string;
  readonly agentId?: string;
  /** The agent's session that this call talks in. */
  readonly sessionKey?: string;
  /** The session that asked for this call. */
  readonly requesterSessionKey?: string;
  /** Every id by which the carrier has called it. */
  readonly carrierIds: readonly string[];
  readonly carrierState?: JsonValue;
  /** The dial's outcome is not known: it may ring, and is never dialled again. */
  readonly dialUnknown?: boolean;
  readonly createdAt: number;
  readonly ringingAt?: number;
  readonly answeredAt?: number;
  /** For a call that was handed on: when it was over for everybody, where the carrier said so. */
  readonly endedAt?: number;
  /**
   * `completed`, `busy`, `no-answer`, `rejected`, `canceled`, `failed`, `voicemail`, `transferred`, `max-duration`, and
   * others.
   */
  readonly endReason?: string;
  readonly endedBy?: string;
  /** For the operator: what failed, or the carrier's cause. Never content, numbers or secrets. */
  readonly endDetail?: string;
  readonly history: readonly { readonly state: CallLifecycle; readonly at: number }[];
  readonly transcript: readonly TranscriptTurn[];
  /** Times at which the call ends whatever happens, in milliseconds since the epoch. */
  readonly deadlines: { readonly ringBy: number; readonly endBy: number };
  /** Plan in force: a restart goes on counting from here, so that nothing older is ever accepted. */
  readonly revision: number;
  /** How far the carriers vouch for the number that the call comes from: the caller's, or ours on an outbound call. */
  readonly attestation?: Attestation;
  /** Over live audio: who spoke last for the agent, as `provider` or `provider/voice`. */
  readonly voice?: string;
  /** What the carrier takes the other side for, where it was asked. */
  readonly machine?: MachineEvent["verdict"];
  /** Who the call was handed to. */
  readonly transferredTo?: string;
}

/** Whether a call is over. */
export function isEnded(record: Pick<CallRecord, "lifecycle">): boolean {
  return record.lifecycle === "ended";
}
