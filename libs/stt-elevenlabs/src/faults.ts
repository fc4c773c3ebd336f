import { TelephonyError } from "@openclaw/telephony-contract";

/** Errors that no other connection mends: what they are, and what to do. */
const FINAL: Readonly<Record<string, readonly [code: string, says: string]>> = {
  auth_error: ["auth-failed", "ElevenLabs refuses the API key, or what it may do: check apiKey and its permissions"],
  quota_exceeded: ["quota-exceeded", "The ElevenLabs account has no credit left: check its subscription"],
  unaccepted_terms: ["auth-failed", "The ElevenLabs account has not accepted the terms of use: accept them on its web site"],
  invalid_request: ["invalid-request", "ElevenLabs refuses how the session is set up: check modelId and the options for silence"],
  input_error: ["invalid-request", "ElevenLabs refuses what it was sent"],
};

/** Errors that pass with another connection. One that is not known is taken for such. */
const PASSING: Readonly<Record<string, readonly [code: string, says: string]>> = {
  rate_limited: ["rate-limited", "ElevenLabs asks for fewer sessions"],
  resource_exhausted: ["rate-limited", "ElevenLabs has no room for the session at the moment"],
  queue_overflow: ["unavailable", "ElevenLabs does not keep up with the audio"],
  session_time_limit_exceeded: ["unavailable", "The session with ElevenLabs has lasted as long as it may"],
  insufficient_audio_activity: ["unavailable", "ElevenLabs ended the session since nobody spoke"],
};

/** The error for an error of ElevenLabs', by its kind. A retryable one costs the connection, another one ends the session. */
export function faultOf(kind: string): TelephonyError {
  // Two copies of the documentation have two names for it.
  const final = FINAL[kind === "unaccepted_terms_error" ? "unaccepted_terms" : kind];
  const [code, says] = final ?? PASSING[kind] ?? ["unavailable", "ElevenLabs is faulty at the moment"];
  const providerCode = /^\w{1,60}$/.test(kind) ? kind : "unknown";
  return new TelephonyError(code, `${says} (${providerCode})`, { retryable: !final, providerCode });
}
