import { TelephonyError } from "@openclaw/telephony-contract";
import type { XAiMessage } from "./protocol.ts";

/** What an error can be about, by its words and its code: the more particular first. */
const MEANINGS: readonly (readonly [RegExp, code: string, says: string, retryable: boolean])[] = [
  [/\b40[13]\b|unauthori[sz]ed|unauthenticated|api.?key|credential|permission/i, "auth-failed", "xAI refuses the API key, or what it may do: check apiKey", false],
  [/\b402\b|quota|credit|billing|spending/i, "quota-exceeded", "The xAI account has no credit left, or reached its limit: check its billing", false],
  [/\b429\b|rate.?limit|too many|exhausted|concurren/i, "rate-limited", "xAI asks for fewer sessions", true],
  [/\b40[04]\b|invalid|unsupported|not supported|unknown (parameter|message)/i, "invalid-request", "xAI does not take the audio or the session", false],
];

/** The error for what xAI says is wrong. There is no list of its codes: what is not understood is taken for a fault that passes. */
export function faultOf({ code, message }: Extract<XAiMessage, { type: "error" }>): TelephonyError {
  const words = `${code ?? ""} ${message}`;
  const [, meaning, says, retryable] = MEANINGS.find(([pattern]) => pattern.test(words)) ?? [undefined, "unavailable", "xAI ended the session", true];
  const providerCode = code === undefined ? {} : { providerCode: code };
  return new TelephonyError(meaning, `${says} (${code ?? "no code"})`, { retryable, ...providerCode });
}
