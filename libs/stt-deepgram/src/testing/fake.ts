import type { AudioFormat } from "@openclaw/telephony-contract";
import type { TranscriptionRequest, TranscriptionVendor, UpgradeRefusal, WishedRefusal } from "@openclaw/phone-network/transcription";
import { FluxDialect } from "./flux-dialect.ts";
import { NovaDialect } from "./nova-dialect.ts";

/** The key that the fake knows. */
export const API_KEY = "fake-deepgram-key-0123456789abcdef01234567";

/** What an operator reads in Deepgram's answer, by status. */
const REFUSALS: Readonly<Record<WishedRefusal | 400 | 404, string>> = {
  400: "Bad Request: the parameters are not valid",
  401: "Invalid credentials",
  404: "The requested resource does not exist",
  429: "Too many requests",
  500: "Internal server error",
};

const LANGUAGE = /^([a-z]{2,3}(-[A-Za-z0-9]+)*|multi)$/;
const FLAG = /^(true|false)$/;
const COUNT = /^\d+$/;
const DECIMAL = /^\d+(\.\d+)?$/;
const WORDS = /\S/;
const COMMON: Readonly<Record<string, RegExp>> = {
  model: WORDS,
  encoding: /^(linear16|mulaw|alaw)$/,
  sample_rate: COUNT,
  keyterm: WORDS,
};
/** Parameters that are known, and what they have to be. */
const NOVA: Readonly<Record<string, RegExp>> = {
  ...COMMON,
  channels: /^1$/,
  interim_results: FLAG,
  endpointing: /^(\d+|false)$/,
  vad_events: FLAG,
  smart_format: FLAG,
  utterance_end_ms: COUNT,
  language: LANGUAGE,
  keywords: WORDS,
};
const FLUX: Readonly<Record<string, RegExp>> = { ...COMMON, eot_threshold: DECIMAL, eager_eot_threshold: DECIMAL, eot_timeout_ms: COUNT, language_hint: LANGUAGE };
const FLUX_RATES: readonly string[] = ["8000", "16000", "24000", "44100", "48000"];
/** Parameters that may come several times. */
const REPEATED: readonly string[] = ["keyterm", "keywords", "language_hint"];

let requests = 0;

/** Deepgram's streaming interface, `v1/listen` for models up to Nova and `v2/listen` for Flux. */
export const deepgramVendor: TranscriptionVendor = {
  greets: false,
  refuse,
  admit(request) {
    const { url, headers } = request;
    if (url.pathname !== "/v1/listen" && url.pathname !== "/v2/listen") return refuse(404);
    if (headers["authorization"] !== `Token ${API_KEY}`) return refuse(401);
    const flux = url.pathname === "/v2/listen";
    const fault = flux ? fluxFault(request) : novaFault(request);
    if (fault !== undefined) return refuse(400, fault);
    const requestId = `fake-request-${++requests}`;
    const query = url.searchParams;
    const format = formatOf(query);
    return (peer) => (flux ? new FluxDialect(peer, { format, query, requestId }) : new NovaDialect(peer, { format, query, requestId }));
  },
};

function refuse(status: WishedRefusal | 400 | 404, detail = REFUSALS[status]): UpgradeRefusal {
  const requestId = `fake-request-${++requests}`;
  return {
    status,
    headers: { "content-type": "application/json", "dg-error": detail, "dg-request-id": requestId },
    body: JSON.stringify({ err_code: String(status), err_msg: detail, request_id: requestId }),
  };
}

function novaFault({ url }: TranscriptionRequest): string | undefined {
  const query = url.searchParams;
  const [model = "", utteranceEndMs] = [query.get("model") ?? "", query.get("utterance_end_ms")];
  if (model.startsWith("flux-")) return "this model is offered by v2/listen only";
  if (query.has("keyterm") && !model.startsWith("nova-3")) return "keyterm needs nova-3";
  if (query.has("keywords") && model.startsWith("nova-3")) return "keywords are not known to nova-3";
  if (utteranceEndMs !== null && (query.get("interim_results") !== "true" || Number(utteranceEndMs) < 1000)) return "utterance_end_ms needs interim_results, and 1000 at least";
  return queryFault(query, NOVA);
}

function fluxFault({ url }: TranscriptionRequest): string | undefined {
  const query = url.searchParams;
  const within = (name: string, least: number, most: number) => !query.has(name) || (Number(query.get(name)) >= least && Number(query.get(name)) <= most);
  const model = query.get("model") ?? "";
  if (model !== "flux-general-en" && model !== "flux-general-multi") return "no such model in v2/listen";
  if (query.has("language_hint") && model !== "flux-general-multi") return "language_hint needs flux-general-multi";
  if (!FLUX_RATES.includes(query.get("sample_rate") ?? "")) return "sample_rate is not supported";
  if (!within("eot_threshold", 0.5, 1) || !within("eager_eot_threshold", 0.3, 0.9) || !within("eot_timeout_ms", 500, 60_000)) return "a threshold is out of range";
  return queryFault(query, FLUX);
}

function queryFault(query: URLSearchParams, known: Readonly<Record<string, RegExp>>): string | undefined {
  for (const [name, value] of query) {
    if (!Object.hasOwn(known, name)) return `unknown parameter ${name}`;
    if (!known[name]?.test(value)) return `invalid value of ${name}`;
    if (query.getAll(name).length > 1 && !REPEATED.includes(name)) return `${name} is given more than once`;
  }
  const missing = ["model", "encoding", "sample_rate"].find((name) => !query.has(name));
  return missing && `${missing} is missing`;
}

function formatOf(query: URLSearchParams): AudioFormat {
  const encoding = query.get("encoding") ?? "";
  return { encoding: encoding === "linear16" ? "pcm16" : encoding, sampleRate: Number(query.get("sample_rate")) };
}
