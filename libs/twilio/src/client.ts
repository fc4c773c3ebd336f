import type { Clock } from "@openclaw/telephony-contract";
import { withDeadline } from "@openclaw/telephony-kit";
import { restBase, type TwilioConfig } from "./config.ts";
import { restFault } from "./faults.ts";
import type { Calls, Transport } from "./sdk.ts";

/** How long one request may take. */
const REQUEST_MS = 10_000;
/** Characters of the longest answer that is read; a call is described in some two thousand. */
const MAX_ANSWER_CHARS = 256 * 1024;

/** Parameters of a new call, by the SDK's names. */
export type NewCall = Parameters<Calls["create"]>[0];
/** Parameters of a change. */
export type CallChange = Parameters<ReturnType<Calls>["update"]>[0];

/** A call, as far as Twilio's description of it is used. */
export interface CallView {
  readonly sid: string;
  readonly status: string;
}

/** Twilio's REST interface, one attempt for each request. Rejects with errors of the contract only. */
export interface TwilioClient {
  create(call: NewCall, signal: AbortSignal): Promise<CallView>;
  update(sid: string, change: CallChange, what: string, signal: AbortSignal): Promise<CallView>;
  fetch(sid: string, signal: AbortSignal): Promise<CallView>;
}

/** What one request met, for the error that may come of it. */
export interface Encounter {
  /** Whether it left us, as far as we know. */
  sent?: boolean;
  status?: number;
  retryAfter?: string | null;
}

/** Loads the SDK and gives the way to Twilio. */
export async function createClient(config: TwilioConfig, clock: Clock): Promise<TwilioClient> {
  const { callsOf } = await import("./sdk.ts");
  const base = restBase(config);
  const authorization = `Basic ${Buffer.from(`${config.apiKeySid ?? config.accountSid}:${config.apiKeySecret ?? config.authToken}`).toString("base64")}`;

  const ask = (what: string, signal: AbortSignal, work: (calls: Calls) => Promise<CallView>): Promise<CallView> => {
    const attempt = async (ended: AbortSignal): Promise<CallView> => {
      const met: Encounter = {};
      try {
        const { sid, status } = await work(callsOf(config.accountSid, base, transport(authorization, met, ended)));
        if (typeof sid !== "string" || typeof status !== "string") throw new TypeError("the answer describes no call");
        return { sid, status };
      } catch (error) {
        throw restFault(what, error, met, clock.now());
      }
    };
    return withDeadline(attempt, { ms: REQUEST_MS, clock, signal, what });
  };

  return {
    create: (call, signal) => ask("Placing the call", signal, (calls) => calls.create(call)),
    update: (sid, change, what, signal) => ask(what, signal, (calls) => calls(sid).update(change)),
    fetch: (sid, signal) => ask("Asking for the call's status", signal, (calls) => calls(sid).fetch()),
  };
}

/** One request, once: no retries, no redirects, nothing logged, and ended by the signal. */
function transport(authorization: string, met: Encounter, signal: AbortSignal): Transport {
  return {
    async request({ method = "get", uri = "", headers = {}, data }) {
      met.sent = true;
      const response = await fetch(uri, {
        method: method.toUpperCase(),
        headers: { ...(headers as Record<string, string>), Authorization: authorization, "User-Agent": "openclaw-voice-call-twilio" },
        redirect: "manual",
        signal,
        ...(data && { body: formOf(data) }),
      });
      met.status = response.status;
      met.retryAfter = response.headers.get("retry-after");
      return { statusCode: response.status, body: await textOf(response) };
    },
  };
}

/** Lists are repeated keys. */
function formOf(data: object): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(data) as [string, string | number | string[]][]) {
    for (const one of [value].flat()) form.append(name, String(one));
  }
  return form;
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_ANSWER_CHARS) throw new RangeError("the answer is too long");
  }
  return text + decoder.decode();
}
