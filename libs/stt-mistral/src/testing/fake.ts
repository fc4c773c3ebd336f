import type { TranscriptionRequest, TranscriptionVendor, UpgradeRefusal, WishedRefusal } from "@openclaw/phone-network/transcription";
import { MistralDialect, type FlushAnswer } from "./dialect.ts";

/** The key that the fake knows. */
export const API_KEY = "fake-mistral-key-0123456789abcdef";

/** Type and message of Mistral's answer, by status. */
const REFUSALS: Readonly<Record<WishedRefusal | 400 | 404, readonly [string, string]>> = {
  400: ["invalid_request_error", "Bad request"],
  401: ["invalid_request_error", "Unauthorized"],
  404: ["invalid_request_error", "no Route matched with those values"],
  429: ["rate_limited", "Rate limit exceeded"],
  500: ["internal_server_error", "Service unavailable"],
};

/** Mistral's realtime transcription. Which of the known answers it gives to a flush is the test's choice. */
export function createMistralVendor(flushAnswer: FlushAnswer): TranscriptionVendor {
  return {
    greets: true,
    refuse,
    admit(request) {
      const { url, headers } = request;
      if (url.pathname !== "/v1/audio/transcriptions/realtime") return refuse(404);
      if (headers["authorization"] !== `Bearer ${API_KEY}`) return refuse(401);
      const fault = queryFault(request);
      if (fault !== undefined) return refuse(400, fault);
      const model = url.searchParams.get("model") ?? "";
      return (peer) => new MistralDialect(peer, { model, flushAnswer });
    },
  };
}

/** Mistral as it is known from the field: a flush is answered by `transcription.done`, and the session goes on. */
export const mistralVendor = createMistralVendor("done");

function queryFault({ url }: TranscriptionRequest): string | undefined {
  const { searchParams: query } = url;
  const unknown = [...query.keys()].find((name) => name !== "model");
  if (unknown !== undefined) return `unknown parameter ${unknown}`;
  if (query.getAll("model").length !== 1) return "model is needed once";
  return /^voxtral-mini-.*realtime/.test(query.get("model") ?? "") ? undefined : "invalid model";
}

function refuse(status: WishedRefusal | 400 | 404, detail?: string): UpgradeRefusal {
  const [type, message] = REFUSALS[status];
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ object: "error", message: detail ?? message, type, param: null, code: null }),
  };
}
