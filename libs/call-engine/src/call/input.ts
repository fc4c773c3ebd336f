import type { CallEvent, CarrierCallStatus, DialResult, MintedUrl, TelephonyError } from "@openclaw/telephony-contract";
import type { TimerName } from "./state.ts";

/** What the live audio of a call reports. None of it is stored as such. */
export type AudioInput =
  | { readonly type: "mediaUp" }
  | { readonly type: "mediaDown"; readonly by: "us" | "carrier" | "network"; readonly reason: string }
  | { readonly type: "callerSpeaks" }
  /** The caller took the floor: the voice pauses, until it is known whether there were words. */
  | { readonly type: "interrupted" }
  /** There were none: the voice went on. */
  | { readonly type: "resumed" }
  /** The caller's turn seems to be over. */
  | { readonly type: "eagerTurn"; readonly text: string }
  | { readonly type: "eagerRevoked" }
  /** The caller's turn is over. Times in milliseconds since the epoch. */
  | { readonly type: "callerTurn"; readonly text: string; readonly speechEndedAt: number; readonly finalAt: number; readonly digits?: boolean }
  /** The first frame of something went to the carrier. */
  | { readonly type: "utteranceStarted"; readonly id: string; readonly at: number; readonly firstAudioAt?: number }
  /** The caller hears it now. */
  | { readonly type: "utteranceHeard"; readonly id: string; readonly at: number }
  | { readonly type: "utteranceEnded"; readonly id: string; readonly outcome: "heard" | "skipped" | "failed"; readonly heardMs: number; readonly totalMs: number }
  /** Who really speaks, as provider or provider/voice. */
  | { readonly type: "spokenBy"; readonly voice: string }
  /** Something that the caller said is lost. */
  | { readonly type: "wordsLost" }
  /** The transcriber is gone for good. */
  | { readonly type: "hearingFailed"; readonly error: TelephonyError };

/** Everything that can reach a call's mailbox. */
export type Input =
  | AudioInput
  /** The first one of every call. */
  | { readonly type: "begin"; readonly message?: string }
  /** The first one of a call that was live when the process ended. */
  | { readonly type: "restore"; readonly status: CarrierCallStatus }
  | { readonly type: "event"; readonly event: CallEvent }
  /** A pull carrier asks for the call's document. */
  | { readonly type: "fetch"; readonly minted: MintedUrl }
  | { readonly type: "dialed"; readonly result: DialResult }
  | { readonly type: "dialFailed"; readonly error: TelephonyError }
  | { readonly type: "found"; readonly result: DialResult | undefined }
  | { readonly type: "performFailed"; readonly stepId: string; readonly error: TelephonyError }
  | { readonly type: "nudgeFailed"; readonly revision: number; readonly error: TelephonyError }
  | { readonly type: "hungUp" }
  | { readonly type: "hangupFailed"; readonly error: TelephonyError }
  | { readonly type: "status"; readonly status: CarrierCallStatus }
  /** A sentence of the agent's reply is complete. */
  | { readonly type: "sentence"; readonly turn: number; readonly text: string; readonly firstTokenAt?: number }
  /** The agent's reply is whole; `endCall`: it wants the call to end with it. */
  | { readonly type: "replied"; readonly turn: number; readonly endCall?: boolean }
  | { readonly type: "replyFailed"; readonly turn: number; readonly reason: string }
  | { readonly type: "timer"; readonly name: TimerName }
  | { readonly type: "speak"; readonly text: string; readonly waiter: number }
  | { readonly type: "continue"; readonly text: string; readonly waiter: number }
  | { readonly type: "cancelWaiter"; readonly waiter: number; readonly error: TelephonyError }
  | { readonly type: "press"; readonly digits: string; readonly waiter: number }
  | { readonly type: "transfer"; readonly to: string; readonly waiter: number }
  /** With a reason at once, without one politely. */
  | { readonly type: "end"; readonly reason?: string; readonly detail?: string }
  /** Every thirty seconds. */
  | { readonly type: "reap" }
  /** The store refused: the call cannot go on. */
  | { readonly type: "storeFailed" };

/** Where a call takes what happens. Never throws. */
export interface Mailbox {
  post(input: Input): void;
}
