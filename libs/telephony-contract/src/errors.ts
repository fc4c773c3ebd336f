/**
 * Marks errors of the contract. Several copies of this module live in one process (every installed plugin carries its
 * own), so errors are told by this brand and their `code`, never by `instanceof`.
 */
export const TELEPHONY_ERROR_BRAND: unique symbol = Symbol.for("openclaw.telephony.error@1") as never;

/**
 * Codes that the telephone itself acts on. Providers may use further codes of their own; a reader treats an unknown
 * code by its `retryable` flag alone.
 */
export type TelephonyErrorCode =
  /** Configuration is wrong or incomplete. Names the key and the remedy. */
  | "config-invalid"
  /** Credentials are missing or refused by the provider. */
  | "auth-failed"
  /** The provider does not offer what was asked for. */
  | "unsupported"
  /** The request itself is wrong: a malformed number, digits that do not exist. */
  | "invalid-request"
  /** The provider, or the network to it, is not reachable or faulty at the moment. */
  | "unavailable"
  /** The provider asks for fewer requests. `retryAfterMs` says when to come back, where it is known. */
  | "rate-limited"
  /** No answer within the deadline. What the provider did with the request is not known. */
  | "timeout"
  /** The call does not exist (any more) at the carrier. */
  | "call-gone"
  /** A dial whose outcome is not known: it may or may not ring. Never dial again because of it. */
  | "dial-unknown"
  /** The work was cancelled by its caller. */
  | "aborted"
  /** A provider's definition cannot be registered. Names the package and what is wrong. */
  | "definition-invalid"
  /** A defect in the provider or the telephone. */
  | "internal";

/** What an error is made of. */
export interface TelephonyErrorOptions {
  /** Whether the same request may succeed later without a change by a person. Default `false`. */
  readonly retryable?: boolean;
  /** The error beneath. */
  readonly cause?: unknown;
  /** The provider's own code, as it wrote it, for the operator. */
  readonly providerCode?: string;
  /** Milliseconds to wait before a retry, where the provider said so. */
  readonly retryAfterMs?: number;
}

/**
 * The error of the contract: a stable `code`, what happened and what to do in `message`, and whether a retry helps.
 * Messages never carry secrets, full phone numbers or what was said.
 */
export class TelephonyError extends Error {
  override readonly name: string = "TelephonyError";
  readonly [TELEPHONY_ERROR_BRAND] = true;
  readonly code: TelephonyErrorCode | (string & {});
  readonly retryable: boolean;
  // Declared only: a field that was not given is absent, not undefined.
  declare readonly providerCode?: string;
  declare readonly retryAfterMs?: number;

  constructor(code: TelephonyErrorCode | (string & {}), message: string, options: TelephonyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    if (options.providerCode !== undefined) this.providerCode = options.providerCode;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** Whether a value is an error of the contract, from whichever copy of this module; with `code`, whether it is that one. */
export function isTelephonyError(value: unknown, code?: TelephonyErrorCode | (string & {})): value is TelephonyError {
  if (typeof value !== "object" || value === null || !(TELEPHONY_ERROR_BRAND in value)) return false;
  return code === undefined || (value as TelephonyError).code === code;
}

/** Any thrown value as an error of the contract: itself where it is one, else wrapped under `code`. */
export function toTelephonyError(value: unknown, code: TelephonyErrorCode = "internal"): TelephonyError {
  if (isTelephonyError(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return new TelephonyError(code, message, { cause: value });
}
