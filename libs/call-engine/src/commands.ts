import type { PairingCommands } from "./policy/pairing-types.ts";
import type { CallLifecycle, CallRecord, InboundAdmission, TranscriptTurn } from "./record.ts";

/** A call to place. */
export interface InitiateRequest {
  /** E.164. Default: the configured `toNumber`. */
  readonly to?: string;
  /** Spoken first. Without one a conversation begins by listening. */
  readonly message?: string;
  readonly mode?: "notify" | "conversation";
  /** Keys to press as soon as it is answered; `w` pauses half a second. Only with `conversation`. */
  readonly dialDigits?: string;
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly requesterSessionKey?: string;
}

/** What the caller answered to `continue`. */
export interface ContinueResult {
  readonly text: string;
  readonly turnLatencyMs?: number;
}

/**
 * A call as people and programs see it: chosen fields only, so that nothing internal leaks by accident. Full numbers and
 * the transcript are in it; who may see them is decided where it is served.
 */
export interface CallView {
  readonly callId: string;
  readonly carrier: string;
  readonly carrierCallId?: string;
  readonly direction: "outbound" | "inbound";
  readonly mode: "notify" | "conversation";
  /** `initiated`, `ringing`, `active`, `transferring`; once over, how it ended: `completed`, `busy`, `no-answer` … */
  readonly state: Exclude<CallLifecycle, "ended"> | (string & {});
  /** What a live call is doing. */
  readonly activity?: "idle" | "speaking" | "listening" | "thinking";
  readonly from: string;
  readonly to: string;
  /** How a caller got through. */
  readonly admission?: InboundAdmission;
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly endReason?: string;
  readonly endDetail?: string;
  /** How far the carriers vouch for the number that the call comes from. */
  readonly attestation?: NonNullable<CallRecord["attestation"]>;
  /** Over live audio: who spoke last for the agent, as `provider` or `provider/voice`. */
  readonly voice?: string;
  /** What the carrier takes the other side for, where it was asked. */
  readonly machine?: NonNullable<CallRecord["machine"]>;
  /** Who the call was handed to. */
  readonly transferredTo?: string;
  readonly transcript: readonly TranscriptTurn[];
  /** Of the latest turn that has one. */
  readonly turnLatencyMs?: number;
  readonly listenWaitMs?: number;
}

/** The telephone, as the host's tool, RPC and CLI use it. Every method rejects with a TelephonyError. */
export interface TelephoneCommands {
  initiate(request: InitiateRequest): Promise<CallView>;
  /** Says something and waits for the caller's answer. */
  continue(callId: string, message: string, signal?: AbortSignal): Promise<ContinueResult>;
  /** Says something. Resolves when it is queued for the line. */
  speak(callId: string, message: string): Promise<void>;
  sendDigits(callId: string, digits: string): Promise<void>;
  /**
   * Hands the call to another number, and resolves when that took it; the call is then no longer ours. Rejects with
   * `transfer-failed` when nobody did and the caller is back, `timeout` when the carrier does not say, `unsupported`
   * where the carrier cannot, and with what the policy refuses.
   */
  transfer(callId: string, to: string): Promise<void>;
  /**
   * Ends a call, as soon as what was to be said on it was heard; a second time, at once. A call that is over is a
   * success.
   */
  end(callId: string): Promise<void>;
  get(callId: string): CallView | undefined;
  active(): readonly CallView[];
  /** Who gets through under the inbound policy `pairing`. */
  readonly pairing: PairingCommands;
}
