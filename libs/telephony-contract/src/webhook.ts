import type { CallEvent } from "./events.ts";

/** Headers with names in lower case. A header that came several times is joined with `, `. */
export type HeaderMap = Readonly<Record<string, string>>;

/** A request as it came over the wire, with the URL that the carrier was given. */
export interface WebhookRequest {
  readonly method: string;
  /** The public URL, rebuilt by the engine: scheme, host, port, path and query. */
  readonly url: string;
  readonly headers: HeaderMap;
  /** The raw body, not parsed and not decoded. */
  readonly body: Uint8Array;
  /** Address of the peer, after trusted proxies. */
  readonly remoteAddress?: string;
}

/**
 * The part of a request that its signature covers. `parse` sees nothing else, so nothing unsigned can steer a call. A
 * carrier that does not sign the query leaves it out of `url`.
 */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Headers that the signature covers. */
  readonly headers: HeaderMap;
  readonly body: Uint8Array;
}

/** Verdict about a request's signature. */
export type VerifyResult =
  | {
      readonly ok: true;
      readonly signed: SignedRequest;
      /** Same for every delivery of the same request, from signed fields. The engine adds the unique path. */
      readonly replayKey: string;
    }
  | {
      readonly ok: false;
      /** Stable, for the log: `signature-missing`, `signature-mismatch`, `timestamp-expired`, or the carrier's own. */
      readonly reason: string;
    };

/** Why the carrier was given a URL. `entry` is the one that is configured at the carrier for calls that reach us. */
export type UrlPurpose = "entry" | "document" | "continuation" | "status" | "machine" | "media" | "recording" | "transfer";

/** What the engine put into a URL that it minted, and found there again. */
export interface MintedUrl {
  readonly purpose: UrlPurpose;
  /** Absent for `entry`. */
  readonly callId?: string;
  /** Revision of the plan that the URL was minted with. */
  readonly revision?: number;
  /** Turn that the URL was minted with. */
  readonly nonce?: string;
  /** With purpose `transfer`: the plan's transfer step, so that a carrier that echoes nothing can name it in its event. */
  readonly stepId?: string;
}

/**
 * URLs for one revision of one call's plan: the carrier uses them as they are and never builds one. Each is unique by
 * call, revision and nonce, in its path.
 */
export interface CallUrls {
  /** Where an answer to this document's `listen` is sent, and what a nudge points at. */
  readonly document: string;
  /** Where the document continues when it was run through without an answer. */
  readonly continuation: string;
  readonly status: string;
  readonly machine: string;
  readonly recording: string;
  /** Where the end of a transfer is reported. */
  readonly transfer: string;
  /** Where reports about the audio connection go. The connection itself is in the step. */
  readonly media: string;
}

/** What a verified request says. */
export interface ParsedWebhook {
  readonly events: readonly CallEvent[];
  /** Whether the carrier waits for a document (pull carriers only) or for an acknowledgement. */
  readonly reply: "document" | "acknowledge";
  /** The acknowledgement that this carrier wants. Default: 200 without a body. */
  readonly acknowledgement?: WebhookReply;
}

/** An answer over HTTP. */
export interface WebhookReply {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string;
}
