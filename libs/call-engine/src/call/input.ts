import type { CallEvent, CarrierCallStatus, DialResult, MintedUrl, TelephonyError } from "@openclaw/telephony-contract";
import type { TimerName } from "./state.ts";

/** Everything that can reach a call's mailbox. */
export type Input =
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
  | { readonly type: "sentence"; readonly turn: number; readonly text: string }
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
