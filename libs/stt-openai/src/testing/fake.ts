import type { TranscriptionVendor, UpgradeRefusal, WishedRefusal } from "@openclaw/phone-network/transcription";
import { OpenAiDialect } from "./dialect.ts";

/** The key that the fake knows. */
export const API_KEY = "sk-fake-openai-0123456789abcdefghijklmnopqrstuv";

/** Type, code and message of OpenAI's answer, by status. */
const REFUSALS: Readonly<Record<WishedRefusal | 400 | 404, readonly [string, string | null, string]>> = {
  400: ["invalid_request_error", "invalid_parameter", "The request is not valid"],
  401: ["invalid_request_error", "invalid_api_key", "Incorrect API key provided"],
  404: ["invalid_request_error", "unknown_url", "Unknown request URL"],
  429: ["requests", "rate_limit_exceeded", "Rate limit reached"],
  500: ["server_error", null, "The server had an error while processing your request"],
};

/** OpenAI's realtime interface, as far as it transcribes. */
export const openAiVendor: TranscriptionVendor = {
  greets: true,
  refuse,
  admit({ url, headers }) {
    if (url.pathname !== "/v1/realtime") return refuse(404);
    if (headers["authorization"] !== `Bearer ${API_KEY}`) return refuse(401);
    if (headers["openai-beta"] !== undefined) return refuse(400, "The beta interface is not available any more");
    if (url.search !== "?intent=transcription") return refuse(400, "Exactly one of model, call_id and intent is needed, and this fake knows intent=transcription alone");
    return (peer) => new OpenAiDialect(peer);
  },
};

function refuse(status: WishedRefusal | 400 | 404, detail?: string): UpgradeRefusal {
  const [type, code, message] = REFUSALS[status];
  return {
    status,
    headers: { "content-type": "application/json", "x-request-id": "req_fake" },
    body: JSON.stringify({ error: { message: detail ?? message, type, param: null, code } }),
  };
}
