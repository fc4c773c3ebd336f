import { TelephonyError } from "@openclaw/telephony-contract";
import { httpFault, type FaultMeaning } from "@openclaw/telephony-kit";

const MEANINGS: Readonly<Record<number, FaultMeaning>> = {
  401: { code: "auth-failed", says: "Mistral refuses the API key: check apiKey" },
  402: { code: "quota-exceeded", says: "the Mistral account has no credit left: check its billing" },
  404: { code: "config-invalid", says: "Mistral does not know the model, or not for this account: check model" },
};

/** The error for what Mistral says is wrong. Codes that are no HTTP status, and none at all, are taken for faults that pass. */
export function faultOf(code: number | undefined): TelephonyError {
  if (code !== undefined && code >= 400 && code <= 599) return httpFault(code, { what: "Transcribing", meaning: MEANINGS[code] });
  const providerCode = String(code ?? "no code");
  return new TelephonyError("unavailable", `Mistral ended the session (${providerCode})`, { retryable: true, providerCode });
}
