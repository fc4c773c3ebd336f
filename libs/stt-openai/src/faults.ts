import { TelephonyError } from "@openclaw/telephony-contract";
import type { OpenAiFault } from "./protocol.ts";

/** Errors that no other connection mends, whenever they come: what they are, and what to do. */
const FINAL: Readonly<Record<string, readonly [code: string, says: string]>> = {
  invalid_api_key: ["auth-failed", "OpenAI refuses the API key: check apiKey"],
  authentication_error: ["auth-failed", "OpenAI refuses the API key: check apiKey"],
  insufficient_quota: ["quota-exceeded", "The OpenAI account has no credit left, or reached its limit: check its billing"],
};

/** Errors that pass. */
const PASSING: Readonly<Record<string, readonly [code: string, says: string]>> = {
  rate_limit_exceeded: ["rate-limited", "OpenAI asks for fewer sessions"],
  rate_limit_error: ["rate-limited", "OpenAI asks for fewer sessions"],
  server_error: ["unavailable", "OpenAI is faulty at the moment"],
};

/**
 * What an error means for the session: an error that is retryable costs this connection, another one ends the session,
 * and nothing means that the session goes on, which is OpenAI's rule once it is set up.
 */
export function meaningOf({ code, param, expired }: OpenAiFault, ready: boolean): TelephonyError | undefined {
  if (expired) return new TelephonyError("unavailable", "The session with OpenAI has lasted as long as it may", { retryable: true, providerCode: code });
  const final = FINAL[code];
  if (final) return new TelephonyError(final[0], `${final[1]} (${code})`, { providerCode: code });
  if (ready) return undefined;
  const passing = PASSING[code];
  if (passing) return new TelephonyError(passing[0], `${passing[1]} (${code})`, { retryable: true, providerCode: code });
  const where = param === undefined ? code : `${code}, ${param}`;
  if (code === "model_not_found" || param?.endsWith("transcription.model")) {
    return new TelephonyError("config-invalid", `OpenAI does not know the model, or not for this account: check model (${where})`, { providerCode: code });
  }
  return new TelephonyError("invalid-request", `OpenAI refuses how the session is set up (${where})`, { providerCode: code });
}
