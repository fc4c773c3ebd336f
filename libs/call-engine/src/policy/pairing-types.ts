import type { Attestation } from "@openclaw/telephony-contract";

/** The owner's word on a number. */
export type PairingDecision = "approved" | "refused";

/** A caller on whom the owner has decided. */
export interface PairedCaller {
  /** E.164. */
  readonly number: string;
  readonly decision: PairingDecision;
  /** Milliseconds since the epoch. */
  readonly decidedAt: number;
}

/** A caller on whom the owner has not decided yet. */
export interface PairingRequest {
  /** What the owner names it by: eight letters and digits that are not mixed up when read aloud. Good for one decision. */
  readonly code: string;
  /** E.164. */
  readonly number: string;
  /** The number that was dialled. */
  readonly dialled: string;
  /** How far the carrier vouches for the caller's number. */
  readonly attestation?: Attestation;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  /** Milliseconds since the epoch. Afterwards the caller may ask anew. */
  readonly expiresAt: number;
}

/** Everybody whom pairing knows. */
export interface PairingList {
  /** Oldest first. */
  readonly requests: readonly PairingRequest[];
  /** Newest decision first. */
  readonly callers: readonly PairedCaller[];
}

/** How the owner decides who gets through. A caller is named by the code of a request or by a number in E.164. */
export interface PairingCommands {
  list(): PairingList;
  /**
   * Lets a caller in, from the next call on. Throws `invalid-request`, `pairing-unknown` for a code that nobody waits
   * under, and `capacity` when too many are known.
   */
  approve(caller: string): PairedCaller;
  /** Turns a caller away, who is not told anything any more. Throws as `approve` does. */
  refuse(caller: string): PairedCaller;
  /** Forgets what was decided on a number, as if it had never called. Throws `pairing-unknown` if nothing was. */
  revoke(number: string): void;
}

/**
 * Where pairing is kept. Synchronous, like the store that it is a part of; every method throws `store-unavailable` when
 * the disk refuses.
 */
export interface PairingStore {
  decisionOn(number: string): PairingDecision | undefined;
  /** Newest first. */
  decisions(): readonly PairedCaller[];
  /** Keeps a decision in place of an earlier one, and drops the request of that number. */
  decide(caller: PairedCaller): void;
  /** Drops the decision on a number. Whether there was one. */
  forget(number: string): boolean;
  /** Requests that have not expired, oldest first. */
  requests(): readonly PairingRequest[];
  /** Keeps a request in place of an earlier one of that number. */
  request(request: PairingRequest): void;
}

/** Tells the owner that somebody wants to be let in. */
export interface OwnerNotice {
  /**
   * Resolves when the host has taken the notice. Rejects when nobody could be told; the request waits all the same. The
   * notice may show the full number, for without it the owner could not decide. `signal` is aborted at the deadline.
   */
  pairingRequested(request: PairingRequest, owner: { readonly agentId?: string }, signal: AbortSignal): Promise<void>;
}
