import type { TranscriptionRequest, TranscriptionVendor, UpgradeRefusal, WishedRefusal } from "@openclaw/phone-network/transcription";
import { XAiDialect, type XAiHabits } from "./dialect.ts";

/** The key that the fake knows. */
export const API_KEY = "xai-fake-0123456789abcdefghijklmnopqrstuvwxyz";

/** Code and words of xAI's answer, by status. */
const REFUSALS: Readonly<Record<WishedRefusal | 400 | 404, readonly [string, string]>> = {
  400: ["Client specified an invalid argument", "Invalid query parameter"],
  401: ["Unauthenticated:Bad-credentials", "Incorrect API key provided."],
  404: ["Some requested entity was not found", "The requested resource was not found."],
  429: ["Some resource has been exhausted", "Too many requests."],
  500: ["Service failed", "Internal server error."],
};

const FLAG = /^(true|false)$/;
/** Parameters that are known, and what they have to be. */
const KNOWN: Readonly<Record<string, RegExp>> = {
  sample_rate: /^(8000|16000|22050|24000|44100|48000)$/,
  encoding: /^(pcm|mulaw|alaw)$/,
  interim_results: FLAG,
  endpointing: /^\d+$/,
  language: /^[a-z]{2,3}$/,
  keyterm: /^.{1,50}$/u,
};
const MAX_ENDPOINTING_MS = 5_000;
const MAX_KEYTERMS = 100;

/** xAI's streaming transcription. What its documentation leaves open is the test's choice. */
export function createXAiVendor(habits: XAiHabits): TranscriptionVendor {
  return {
    greets: true,
    refuse,
    admit(request) {
      const { url, headers } = request;
      if (url.pathname !== "/v1/stt") return refuse(404);
      if (headers["authorization"] !== `Bearer ${API_KEY}`) return refuse(401);
      const fault = queryFault(request);
      return fault === undefined ? (peer) => new XAiDialect(peer, { query: url.searchParams, habits }) : refuse(400, fault);
    },
  };
}

/** xAI as others found it: the final text of an utterance holds what was locked before. */
export const xAiVendor = createXAiVendor({ repeatsLocked: true, restInDone: true });

function queryFault({ url }: TranscriptionRequest): string | undefined {
  const { searchParams: query } = url;
  for (const [name, value] of query) {
    if (!Object.hasOwn(KNOWN, name)) return `unknown parameter ${name}`;
    if (!KNOWN[name]?.test(value)) return `invalid value of ${name}`;
    if (query.getAll(name).length > (name === "keyterm" ? MAX_KEYTERMS : 1)) return `${name} is given too often`;
  }
  return Number(query.get("endpointing")) > MAX_ENDPOINTING_MS ? "endpointing is out of range" : undefined;
}

function refuse(status: WishedRefusal | 400 | 404, detail?: string): UpgradeRefusal {
  const [code, error] = REFUSALS[status];
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ code, error: detail ?? error }) };
}
