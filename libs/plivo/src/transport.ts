import { TelephonyError, type Clock } from "@openclaw/telephony-contract";
import type { PlivoConfig } from "./config.ts";
import { refusalFault } from "./faults.ts";

/** Plivo's answers have a few kilobytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** What Plivo's SDK sends a request with: parameters are in Plivo's spelling (`call_uuid`), answers in the SDK's (`callUuid`). */
export type Transport = (method: string, action: string, params?: object) => Promise<{ response: Response; body: object }>;

/**
 * Sends each request exactly once, and can be told to stop: the SDK's own way sends voice requests again after a server
 * error, a new call included, only ever to api.plivo.com, and knows no signal. Rejects with errors of the contract.
 */
export function createTransport({ authId, authToken, baseUrl }: PlivoConfig, clock: Clock, what: string, signal: AbortSignal): Transport {
  const headers = {
    authorization: `Basic ${Buffer.from(`${authId}:${authToken}`).toString("base64")}`,
    accept: "application/json",
    "content-type": "application/json",
  };
  return async (method, action, params = {}) => {
    // The SDK marks what is to go to its own host.
    const { isVoiceRequest: _marker, ...fields } = params as Record<string, unknown>;
    const query = method === "GET" ? new URLSearchParams(fields as Record<string, string>).toString() : "";
    const url = `${baseUrl}/v1/Account/${authId}/${action.replace(/\/?$/, "/")}${query && `?${query}`}`;
    const init: RequestInit = { method, headers, signal, redirect: "manual", ...(method === "POST" && { body: JSON.stringify(fields) }) };
    const { response, text } = await exchange(url, init).catch((cause: unknown) => {
      throw new TelephonyError("unavailable", `${what}: no answer came from Plivo`, { retryable: true, cause });
    });
    if (response.ok) return { response, body: parse(text, what) };
    const { status } = response;
    throw refusalFault({ what, status, body: text, retryAfter: response.headers.get("retry-after"), now: clock.now(), secrets: [authToken] });
  };
}

async function exchange(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  const response = await fetch(url, init);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return { response, text: Buffer.concat(chunks).toString("utf8") };
}

function parse(text: string, what: string): object {
  try {
    const members = Object.entries(text.trim() === "" ? {} : (JSON.parse(text) as object));
    return Object.fromEntries(members.map(([name, value]) => [name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value as unknown]));
  } catch {
    throw new TelephonyError("unavailable", `${what}: Plivo's answer cannot be read`, { retryable: true });
  }
}
