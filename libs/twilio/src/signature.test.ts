import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { validateRequest, validateRequestWithBody } from "twilio/lib/webhooks/webhooks.js";
import type { SignedRequest, WebhookRequest } from "@openclaw/telephony-contract";
import { SIGNATURE_HEADER, Signer, type Field } from "./signature.ts";
import { parseWebhook } from "./webhooks.ts";

const TOKEN = "test_auth_token_0123456789abcdef0";
const VOICE = "https://voice.example.com/voice/webhook";
const ACCOUNT: Field = ["AccountSid", "AC00000000000000000000000000000001"];
const JSON_BODY = '{"property":"value","boolean":true}';
const JSON_HASH = "d5729c000e5de6b3a10698fec78d482db85d744f1be820d1382b6bda1cfb7795";

interface Vector {
  readonly name: string;
  readonly token?: string;
  readonly url: string;
  readonly fields?: readonly Field[];
  readonly signature: string;
}

/** Signatures as Twilio's own library makes them. */
const VECTORS: readonly Vector[] = [
  {
    name: "T1 a form, with a query in the URL",
    token: "12345",
    url: "https://mycompany.com/myapp.php?foo=1&bar=2",
    fields: [["To", "+18005551212"], ["CallSid", "CA1234567890ABCDE"], ["Caller", "+14158675309"], ["Digits", "1234"], ["From", "+14158675309"]],
    signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
  },
  { name: "T2 a GET", url: `${VOICE}?callId=abc-123&type=status`, signature: "ho3tfTsK6f8CDbX9Ysui//4WW4Q=" },
  { name: "T3 a port", url: "https://voice.example.com:443/voice/webhook?callId=abc-123&type=status", signature: "FL8rnP5SnARJ/zjXnVe5ShEnusw=" },
  {
    name: "T4 a parameter that comes several times",
    url: VOICE,
    fields: [["Tag", "b"], ACCOUNT, ["Tag", "a"], ["CallSid", "CA00000000000000000000000000000001"], ["Tag", "a"]],
    signature: "N3uxoixqY96tFbk8Ud81zeS+B4E=",
  },
  { name: "T5 a JSON body", url: `https://voice.example.com/json?bodySHA256=${JSON_HASH}`, signature: "9n2W5dl57exAKKRaK/MgNA3MaWw=" },
  {
    name: "T6 empty and unusual values",
    url: `${VOICE}?callId=abc-123&type=status`,
    fields: [
      ACCOUNT, ["CallSid", "CA00000000000000000000000000000002"], ["CallStatus", "in-progress"], ["CallbackSource", "call-progress-events"],
      ["CallerName", ""], ["Confidence", "0.9128386"], ["Direction", "outbound-api"], ["From", "+15550001111"], ["SequenceNumber", "2"],
      ["SpeechResult", "Hello, it's café time & more"], ["To", "+15550002222"],
    ],
    signature: "sIzZfllIuR7n83/5hh95iVfOvSk=",
  },
  { name: "T7 a socket", url: "wss://voice.example.com/voice/stream", signature: "nDoHooLbuNH4pLcKhXTx4UZw7/A=" },
  { name: "T7 the same path by https", url: "https://voice.example.com/voice/stream", signature: "MjfhDY697ecZQNBiGpQ2qrJLaNg=" },
  { name: "T8 user information and a quote", url: "https://user:pass@voice.example.com/voice/webhook?q=it's%20ok", signature: "lEItFiyFncfRKDx1zJqwvCyzBxk=" },
];

const encode = (text: string) => new TextEncoder().encode(text);
const form = (fields: readonly Field[]) => encode(new URLSearchParams(fields as [string, string][]).toString());
/** One character of a text replaced by another. */
const altered = (text: string, index: number) => `${text.slice(0, index)}${text[index] === "x" ? "y" : "x"}${text.slice(index + 1)}`;

function requestOf({ url, fields, signature }: Vector): WebhookRequest {
  const json = url.includes("bodySHA256");
  const body = json ? encode(JSON_BODY) : form(fields ?? []);
  return { method: fields || json ? "POST" : "GET", url, headers: { [SIGNATURE_HEADER]: signature }, body };
}

/** The verdict of Twilio's own library. */
function official({ url, headers, body }: WebhookRequest, token: string, fields: readonly Field[] = []): boolean {
  const given = headers[SIGNATURE_HEADER] ?? "";
  if (url.includes("bodySHA256")) return validateRequestWithBody(token, given, url, new TextDecoder().decode(body));
  const params: Record<string, string | string[]> = {};
  for (const [name, value] of fields) params[name] = name in params ? [params[name] ?? [], value].flat() : value;
  return validateRequest(token, given, url, params);
}

describe.each(VECTORS)("Twilio's signature of $name", (vector) => {
  const { token = TOKEN, url, fields, signature } = vector;
  const signer = new Signer(token);
  const request = requestOf(vector);

  it("is made, and accepted, as Twilio's library does it", () => {
    expect(signer.sign(url, fields)).toBe(signature);
    expect(signer.verify(request)).toMatchObject({ ok: true, replayKey: signature });
    expect(official(request, token, fields)).toBe(true);
  });

  it("does not hold with one character of the URL altered", () => {
    const start = url.indexOf("//") + 2;
    for (let index = start; index < url.length; index++) {
      // Whatever stands there as a port is left out before it is signed.
      if (url.slice(0, index + 1).endsWith(":") || /:\d{0,3}$/.test(url.slice(start, index).replace(/.*@/, ""))) continue;
      expect(signer.verify({ ...request, url: altered(url, index) }), altered(url, index)).toMatchObject({ ok: false });
    }
  });

  it("does not hold with one byte of the body altered", () => {
    if (request.method === "GET") return expect(signer.verify({ ...request, body: encode("CallSid=CA1") })).toMatchObject({ ok: true, signed: { body: new Uint8Array() } });
    for (let index = 0; index < request.body.length; index++) {
      const body = Uint8Array.from(request.body);
      body[index] = body[index] === 0x31 ? 0x32 : 0x31;
      expect(signer.verify({ ...request, body })).toMatchObject({ ok: false });
    }
  });

  it("does not hold with one character of the header altered, or another token", () => {
    for (let index = 0; index < signature.length; index++) {
      const headers = { [SIGNATURE_HEADER]: altered(signature, index) };
      expect(signer.verify({ ...request, headers })).toEqual({ ok: false, reason: "signature-mismatch" });
    }
    expect(new Signer(`${token}0`).verify(request)).toEqual({ ok: false, reason: "signature-mismatch" });
  });
});

describe("Twilio's requests", () => {
  const signer = new Signer(TOKEN);
  const fields: readonly Field[] = [["CallSid", "CA1"], ["Unheard", "of"], ["Tag", "b"], ["Tag", "a"]];
  const signed = (url: string): WebhookRequest => ({ method: "POST", url, headers: { [SIGNATURE_HEADER]: signer.sign(url, fields) }, body: form(fields) });

  it.each([
    [VOICE, "https://voice.example.com:443/voice/webhook"],
    ["https://voice.example.com:443/voice/webhook", VOICE],
    ["https://voice.example.com/voice/webhook", "https://voice.example.com:8443/voice/webhook"],
    ["http://[::1]:80/x", "http://[::1]/x"],
    ["https://voice.example.com/a%20b?c=%27", "https://voice.example.com/a b?c='"],
    ["https://voice.example.com/voice", "https://VOICE.example.com/voice"],
    ["https://voice.example.com/other", VOICE],
    ["https://voice.example.com:8443/voice/webhook", VOICE],
    ["https://voice.example.com/voice/webhook/", VOICE],
    ["http://voice.example.com/voice/webhook", VOICE],
  ])("that were signed for %s count at %s exactly where Twilio's library says so", (at, here) => {
    const request = { ...signed(at), url: here };
    expect(signer.verify(request).ok).toBe(official(request, TOKEN, fields));
  });

  it("keep every parameter, also those that nobody knows, and nothing that is not signed", () => {
    const request = signed(VOICE);
    const verdict = signer.verify({ ...request, headers: { ...request.headers, "i-twilio-idempotency-token": "1", host: "x" } });
    expect(verdict).toMatchObject({ ok: true, signed: { method: "POST", url: VOICE, headers: {} } });
    expect(verdict.ok && new TextDecoder().decode(verdict.signed.body)).toBe("CallSid=CA1&Tag=a&Tag=b&Unheard=of");
  });

  it("are read as they were verified, and a copy with another body by its body", () => {
    const verdict = signer.verify(signed(VOICE));
    if (!verdict.ok) throw new Error(verdict.reason);
    const copy = { ...verdict.signed };
    expect(copy).toEqual(verdict.signed);
    const said = (request: SignedRequest) => parseWebhook(request, { purpose: "transfer" }, () => 0);
    expect(said(copy)).toEqual(said(verdict.signed));
    const status = (body: Uint8Array) => parseWebhook({ ...verdict.signed, body }, { purpose: "status" }, () => 0).events;
    expect(status(form([["CallSid", "CA2"], ["CallStatus", "ringing"]]))).toMatchObject([{ type: "ringing", carrierIds: ["CA2"] }]);
  });

  it("say the same in whatever order their parameters come, because the order is not signed", () => {
    const request = signed(VOICE);
    const turned = signer.verify({ ...request, body: form([...fields].reverse()) });
    expect(turned).toEqual(signer.verify(request));
  });

  it("count whatever came before: the same names, in another order, fewer, others, or one several times", () => {
    const remembering = new Signer(TOKEN);
    const lists = ["To CallSid From", "To CallSid From", "From To CallSid", "To CallSid From", "To From", "To CallSid Zip", "To To From", "To To From", "To CallSid From"];
    for (const [round, names] of lists.entries()) {
      const sent = names.split(" ").map((name, place): Field => [name, `${round}${9 - place}`]);
      const swapped = sent.map(([name], place): Field => [name, sent[(place + 1) % sent.length]?.[1] ?? ""]);
      const headers = { [SIGNATURE_HEADER]: remembering.sign(VOICE, sent) };
      for (const posted of [sent, swapped]) {
        const request: WebhookRequest = { method: "POST", url: VOICE, headers, body: form(posted) };
        expect(remembering.verify(request).ok, `${round}: ${posted.join(" ")}`).toBe(official(request, TOKEN, posted));
        expect(official(request, TOKEN, posted)).toBe(posted === sent);
      }
    }
  });

  it("are refused by name where something is missing or of no form that is signed", () => {
    const request = signed(VOICE);
    expect(signer.verify({ ...request, headers: {} })).toEqual({ ok: false, reason: "signature-missing" });
    expect(signer.verify({ ...request, method: "PUT" })).toEqual({ ok: false, reason: "method-unsigned" });
    expect(signer.verify({ ...request, body: Uint8Array.of(0x61, 0x3d, 0xff) })).toEqual({ ok: false, reason: "body-malformed" });
    expect(signer.verify({ ...request, url: "nonsense" })).toEqual({ ok: false, reason: "signature-mismatch" });
  });

  it("with a body of another type are refused unless the body is the signed one", () => {
    const url = `${VOICE}?bodySHA256=${createHash("sha256").update(JSON_BODY).digest("hex")}`;
    const request = { method: "POST", url, headers: { [SIGNATURE_HEADER]: signer.sign(url) }, body: encode(`${JSON_BODY} `) };
    expect(signer.verify(request)).toEqual({ ok: false, reason: "body-mismatch" });
  });
});
