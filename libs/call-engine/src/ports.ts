import type { AnyProviderDefinition, Clock, Logger, RegistrationMode, Registry, TelephonyError, TranscriberDefinition } from "@openclaw/telephony-contract";
import type { OwnerNotice, PairingStore } from "./policy/pairing-types.ts";
import type { CallRecord } from "./record.ts";
import type { TelephoneSettings } from "./settings.ts";

/** What the agent is asked. */
export interface ResponseRequest {
  readonly call: CallRecord;
  /** Settings of this call, with its route applied. */
  readonly settings: TelephoneSettings;
  /** What the caller said, or the keys that were pressed. */
  readonly text: string;
  readonly signal: AbortSignal;
  /** The text so far, from its beginning, as often as there is more. */
  readonly onText: (cumulative: string) => void;
}

/** What the agent said, in parts. Parts that are no speech are told apart, so that they are never spoken. */
export interface ResponsePart {
  readonly text: string;
  readonly kind: "speech" | "reasoning" | "error";
}

/** Who a new call belongs to. */
export interface CallOwner {
  readonly agentId?: string;
  readonly sessionKey?: string;
}

/** The mind behind the voice: asks the host's agent. */
export interface Responder {
  /**
   * Finds the agent and session of a new call, once; they stay with it. Throws `agent-ambiguous` where several agents
   * could be meant. What the request names goes first.
   */
  identify(
    call: Pick<CallRecord, "callId" | "direction" | "from" | "to"> & CallOwner,
    settings: TelephoneSettings,
  ): CallOwner;
  /** Resolves with everything that was said. Rejects with `AbortError` when aborted, else with what went wrong. */
  respond(request: ResponseRequest): Promise<readonly ResponsePart[]>;
  /** Makes the first answer fast. Called while the phone rings; failures do not matter. */
  prewarm?(call: CallRecord, settings: TelephoneSettings): Promise<void>;
  /** Keeps in the agent's session what was said without it: a greeting, an interrupted reply. */
  remember?(call: CallRecord, settings: TelephoneSettings, text: string): Promise<void>;
}

/** Unguessable identifiers. */
export interface Ids {
  /** A new call id. */
  callId(): string;
  /** A turn's nonce: alphanumeric, at least 128 bits, at most 32 characters. */
  nonce(): string;
}

/** One finished change of a call, to be stored as a whole or not at all. */
export interface StoreChange {
  readonly record: CallRecord;
  /** Deduplication keys of the events that led to it. */
  readonly eventKeys?: readonly string[];
}

/** An answer to a webhook that was seen before. */
export interface StoredReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Where calls are kept. Synchronous: a change outlives this process before its effects begin. Every method throws a
 * `store-unavailable` error when the disk refuses.
 */
export interface CallStore {
  /** One transaction, or a part of {@link together}. */
  commit(change: StoreChange): void;
  /** Makes one transaction of everything that the work writes. */
  together<Result>(work: () => Result): Result;
  /**
   * Calls back when everything that was written until now is stored, or with what kept it from being: at once,
   * unless it is being written {@link together}.
   */
  whenSettled(settled: (failure?: TelephonyError) => void): void;
  get(callId: string): CallRecord | undefined;
  /** The call that a carrier knows by this id, finished ones included. */
  findByCarrierId(carrier: string, carrierId: string): string | undefined;
  /** Calls that are not over, oldest first. */
  open(): readonly CallRecord[];
  /** The latest calls, newest first. */
  recent(limit: number): readonly CallRecord[];
  /** When outbound calls were made, answered or not: later than `since`, newest first, `most` at most. */
  outboundSince(since: number, most: number): readonly number[];
  hasEvent(callId: string, eventKey: string): boolean;
  /** Keeps the key of an event that changed nothing about its call. One transaction, or a part of {@link together}. */
  rememberEvent(callId: string, eventKey: string): void;
  /** What was replied to a webhook that carried this key, if it was seen. */
  replayOf(key: string): StoredReply | undefined;
  rememberReply(key: string, reply: StoredReply): void;
  /** Whom the owner let in, turned away, and has yet to decide on. */
  readonly pairing: PairingStore;
  /** Drops what is too old or too much. */
  prune(): void;
  close(): void;
}

/** Everything that the telephone needs from outside. */
export interface EnginePorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly store: CallStore;
  readonly responder: Responder;
  /** Without one, callers who ask to be let in only wait in the list. */
  readonly ownerNotice?: OwnerNotice;
  /**
   * Completes a provider's section before its schema sees it: environment fall-backs, references to secrets. Rejects
   * with a `config-invalid` error that names the key.
   */
  readonly prepareSection: (
    definition: AnyProviderDefinition,
    section: Readonly<Record<string, unknown>>,
  ) => Promise<Readonly<Record<string, unknown>>>;
  /** Registrations that may carry calls: `full` alone in a Gateway. */
  readonly providerModes: readonly RegistrationMode[];
  /** Where providers are met. Default: the registry of this process. */
  readonly registry?: Registry;
  /** A provider that the host has by itself, for an id that no package of ours has. */
  readonly providerOfHost?: (kind: "transcriber", id: string) => TranscriberDefinition | undefined;
}
