import { createPublicKey } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { Telnyx } from "telnyx";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import { createVerifier, readPublicKey } from "./signature.ts";
import { signedRequest } from "./testing/index.ts";

const RAW = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
const SPKI = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
const PEM = createPublicKey({ key: Buffer.from(SPKI, "base64"), format: "der", type: "spki" }).export({ format: "pem", type: "spki" }).toString();

/** Signed by the official SDK's rules with the seed 00…1f. */
const VECTORS = [
  {
    name: "an inbound call",
    timestamp: 1767323045,
    body: '{"data":{"record_type":"event","event_type":"call.initiated","id":"0ccc7b54-4df3-4bca-a65a-3da1ecc777f0","occurred_at":"2026-01-02T03:04:05.678901Z","payload":{"call_control_id":"v3:AAAA","connection_id":"1494404757140276705","call_leg_id":"428c31b6-7af4-4bcb-b7f5-5013ef9657c1","call_session_id":"428c31b6-abf3-3bc1-b7f4-5013ef9657c1","client_state":null,"from":"+12025550133","to":"+12025550131","direction":"incoming","state":"parked"}},"meta":{"attempt":1,"delivered_to":"https://voice.example.com/voice/webhook"}}',
    signature: "tj0JUHdTLznO3gc6IRRW24s5lh2zQGS25+lH7ZRs0sI++M+EtNjaFoSNTXU1dABFD5dBVvL+P+5A0eTIfb8rDA==",
  },
  {
    name: "speech beyond ASCII",
    timestamp: 1767323046,
    body: '{"data":{"event_type":"call.transcription","id":"1","payload":{"call_control_id":"v3:AAAA","transcription_data":{"transcript":"olá é café","is_final":true,"confidence":0.97}}}}',
    signature: "0yUimowrrHQiRHa6VwfGpdqR85C2iMHrFpispFfJa4kJRIXYR7wlv+3xPG43HHku/iZxFB1bGnI1LJc/1xa9DA==",
  },
  {
    name: "an empty body",
    timestamp: 1767323045,
    body: "",
    signature: "PqxisfUvsDuK/j48TFbeu55+za4N75bpHJ/f5l9fA9GMiFsVASW+AzBtKO1mzWugi8wVGHPJSoRUekk27HbqCA==",
  },
] as const;
type Vector = (typeof VECTORS)[number];

function request({ timestamp, body, signature }: Vector, headers: Record<string, string> = {}): WebhookRequest {
  const signed = { "telnyx-timestamp": String(timestamp), "telnyx-signature-ed25519": signature };
  return { method: "POST", url: "https://voice.example.com/voice/webhook", headers: { "content-type": "application/json", ...signed, ...headers }, body: new TextEncoder().encode(body) };
}

function verify(webhook: WebhookRequest, nowSeconds: number, publicKey = RAW) {
  const key = readPublicKey(publicKey);
  if (!key) throw new Error("no key");
  return createVerifier(key, () => nowSeconds * 1000 + 999)(webhook);
}

/** What the SDK's own validator says at this time. */
async function sdkAccepts({ headers, body }: WebhookRequest, nowSeconds: number): Promise<boolean> {
  vi.useFakeTimers({ now: nowSeconds * 1000, toFake: ["Date"] });
  try {
    await new Telnyx({ apiKey: "k", publicKey: RAW }).webhooks.unwrap(new TextDecoder().decode(body), { headers });
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return true; // Verified, and then no JSON.
    return false;
  } finally {
    vi.useRealTimers();
  }
}

describe.each(VECTORS)("the signature of $name", (vector) => {
  const { timestamp } = vector;

  it("holds, under a key in either form", () => {
    for (const key of [RAW, SPKI, PEM]) expect(verify(request(vector), timestamp, key)).toMatchObject({ ok: true });
  });

  it.each([0, 300, -300])("holds %d seconds away", async (offset) => {
    expect(verify(request(vector), timestamp + offset).ok).toBe(true);
    expect(await sdkAccepts(request(vector), timestamp + offset)).toBe(true);
  });

  it.each([301, -301])("is out of date %d seconds away", async (offset) => {
    expect(verify(request(vector), timestamp + offset)).toEqual({ ok: false, reason: "timestamp-expired" });
    expect(await sdkAccepts(request(vector), timestamp + offset)).toBe(false);
  });

  it("fails with any byte of the body, the signature or the time altered", async () => {
    const right = request(vector);
    for (let index = 0; index < right.body.length; index++) {
      const body = Uint8Array.from(right.body);
      body[index] = (body[index] ?? 0) ^ 1;
      expect(verify({ ...right, body }, timestamp)).toEqual({ ok: false, reason: "signature-mismatch" });
    }
    const signature = Buffer.from(vector.signature, "base64");
    for (let index = 0; index < signature.length; index++) {
      const other = Buffer.from(signature);
      other[index] = (other[index] ?? 0) ^ 1;
      const altered = request(vector, { "telnyx-signature-ed25519": other.toString("base64") });
      expect(verify(altered, timestamp)).toEqual({ ok: false, reason: "signature-mismatch" });
    }
    for (const wrong of [timestamp - 1, timestamp + 1]) {
      const altered = request(vector, { "telnyx-timestamp": String(wrong) });
      expect(verify(altered, timestamp)).toEqual({ ok: false, reason: "signature-mismatch" });
      expect(await sdkAccepts(altered, timestamp)).toBe(false);
    }
    expect(verify({ ...right, body: Uint8Array.of(...right.body, 0x20) }, timestamp).ok).toBe(false);
  });

  it("fails under another key", () => {
    expect(verify(request(vector), timestamp, "eu2zvPjhY6odxV34Z/EsRiERvTodkev4Fq0SlK90Izg=")).toEqual({ ok: false, reason: "signature-mismatch" });
  });
});

describe("a webhook", () => {
  const [vector] = VECTORS;

  it.each([
    ["without a signature", { "telnyx-signature-ed25519": "" }, "signature-missing"],
    ["without a time", { "telnyx-timestamp": "" }, "signature-missing"],
    ["with a time in words", { "telnyx-timestamp": "1767323045 " }, "timestamp-malformed"],
    ["with a time that is no count", { "telnyx-timestamp": "1e9" }, "timestamp-malformed"],
    ["with a signature that is not base64", { "telnyx-signature-ed25519": `${vector.signature}!` }, "signature-mismatch"],
    ["with a signature that is too short", { "telnyx-signature-ed25519": "AAAA" }, "signature-mismatch"],
    ["with two signatures", { "telnyx-signature-ed25519": `${vector.signature}, ${vector.signature}` }, "signature-mismatch"],
  ])("%s is refused", (_, headers, reason) => {
    expect(verify(request(vector, headers), vector.timestamp)).toEqual({ ok: false, reason });
  });

  it("is refused with another method", () => {
    expect(verify({ ...request(vector), method: "GET" }, vector.timestamp)).toEqual({ ok: false, reason: "method" });
  });

  it("shows of itself only what is signed", () => {
    const verdict = verify(request(vector, { "x-other": "1" }), vector.timestamp);
    expect(verdict).toMatchObject({ signed: { url: "", headers: { "telnyx-timestamp": String(vector.timestamp) } } });
    expect(verdict.ok && Object.keys(verdict.signed.headers)).toEqual(["telnyx-timestamp"]);
  });

  it("is known again by the event's id, though a retry has another time, number and signature", () => {
    const attempt = (number: number, id = "e1") => signedRequest("https://a.example.com", JSON.stringify({ data: { id }, meta: { attempt: number } }), (1767323045 + number) * 1000);
    const keys = [attempt(1), attempt(2), attempt(1, "e2")].map((webhook) => verify(webhook, 1767323045)).map((verdict) => verdict.ok && verdict.replayKey);
    expect(keys).toEqual(["event:e1", "event:e1", "event:e2"]);
  });

  it("without an id is known by all that it says", () => {
    const keys = ["", "{", '{"data":{"id":7}}', "null"].map((body) => verify(signedRequest("https://a.example.com", body, 1767323045000), 1767323045)).map((verdict) => verdict.ok && verdict.replayKey);
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^body:[0-9a-f]{64}$/);
  });
});

describe("a public key", () => {
  it.each(["", "AAAA", RAW.slice(0, -1), `${RAW}=`, SPKI.replace("MCow", "MCox"), "not base64 at all!"])("is not read from %o", (text) => {
    expect(readPublicKey(text)).toBeUndefined();
  });

  it("is the same in every form", () => {
    const forms = [RAW, SPKI, PEM, `  ${RAW}\n`].map((text) => readPublicKey(text)?.export({ format: "jwk" }).x);
    expect(new Set(forms).size).toBe(1);
  });
});
