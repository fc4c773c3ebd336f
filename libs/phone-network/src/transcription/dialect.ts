import type { AudioFormat } from "@openclaw/telephony-contract";
import type { Timers } from "@openclaw/telephony-kit";

/** An upgrade request as the service sees it. */
export interface TranscriptionRequest {
  /** Path and query as they came; the origin is this machine's. */
  readonly url: URL;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The answer of a service that refuses an upgrade. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Why a service refuses at a test's wish: credentials, too many, or a fault of its own. */
export type WishedRefusal = 401 | 429 | 500;

/** A vendor's transcription service, as far as it is the vendor's own. */
export interface TranscriptionVendor {
  /** Whether the service says something before it takes audio. */
  readonly greets: boolean;
  /** Refuses what the vendor refuses, or opens a connection. */
  admit(request: TranscriptionRequest): UpgradeRefusal | ((peer: TranscriptionPeer) => TranscriptionDialect);
  /** The vendor's own answer for a refusal at a test's wish. */
  refuse(status: WishedRefusal): UpgradeRefusal;
}

/** What a connection hears, and how a turn ends on it. */
export interface Hearing {
  readonly format: AudioFormat;
  /** Milliseconds of silence that end a turn. Absent: nothing does, and a flush is needed. */
  readonly endSilenceMs?: number;
}

/** The client at the other end of a connection, and what the service's ears and script need to know of it. */
export interface TranscriptionPeer {
  /** Sends a message; an object goes as JSON. */
  send(message: string | Uint8Array | object): void;
  /** Closes with a code of the vendor's. */
  close(code?: number, reason?: string): void;
  /** How audio is heard from now on. Has to be known before the first audio. */
  hears(hearing: Hearing): void;
  /** Audio came. */
  audio(bytes: Uint8Array): void;
  /** Something came that only keeps the connection alive. */
  keptAlive(): void;
  /** The client wants the final text of what was heard: `final`, where there is some, and then `flushed` follow. */
  flushAsked(): void;
  /** The client wants the end: last results and then `ended` follow. */
  finishAsked(): void;
  /** Milliseconds of audio that came. */
  readonly heardMs: number;
  /** The connection's own timers; they end with it. */
  readonly timers: Timers;
}

/** Where in the connection's audio something was said, in milliseconds. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * A vendor's wire protocol on one connection. It is strict: what the vendor does not take is answered as the vendor
 * answers it. What was heard is decided elsewhere, item after item: an item begins with `speechStarted`, reads as its
 * latest `partial`, and ends with `final` or `failItem`.
 */
export interface TranscriptionDialect {
  /** The connection is open: greets. */
  opened?(): void;
  received(message: string | Uint8Array): void;
  speechStarted(atMs: number): void;
  partial?(text: string): void;
  final(text: string, span: Span): void;
  /** The turn seems to be over. Only where the client asked to be told. */
  eager?(text: string): void;
  resumed?(): void;
  failItem?(): void;
  /** Two items are heard, and the later one's text is known first. */
  finalsReversed?(earlier: string, later: string): void;
  /** A flush is done. */
  flushed?(): void;
  /** The last results were sent: takes leave. */
  ended(): void;
  /** The session has lasted as long as it may. */
  expire?(): void;
  /** Messages of the vendor's kind that nobody can make sense of, beside those that are none at all. */
  garbage?(): readonly (string | object)[];
  /** Milliseconds without any message after which `idle` is called. */
  readonly idleMs?: number;
  idle?(): void;
}
