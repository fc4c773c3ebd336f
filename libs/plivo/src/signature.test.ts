import { createHmac } from "node:crypto";
import plivo from "plivo";
import { describe, expect, it } from "vitest";
import { createUpgradeCheck, createVerifier } from "./signature.ts";

const TOKEN = "MjQ3NGM4NmU1ZjQ4NTc0YmE3ZmExODhiNjA5ZDI5";
const NONCE = "12345678901234567890";
const CALL = "97ceeb52-58b6-11e1-86da-77300b68f8bb";
const HOOK = "https://voice.example.com/voice/webhook";
const verify = createVerifier(TOKEN);

type Field = readonly [string, string];
interface Vector {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly fields?: readonly Field[];
  readonly signature: string;
}

const call = (status: string, direction: string): Field[] => [
  ["CallUUID", CALL],
  ["From", "15550001111"],
  ["To", "15550002222"],
  ["CallStatus", status],
  ["Direction", direction],
];

/** Computed with Plivo's SDK, version 4.79.0. */
const VECTORS: readonly Vector[] = [
  { name: "fields only", method: "POST", url: HOOK, fields: [...call("ringing", "inbound"), ["Event", "StartApp"]], signature: "fKb6sFusZTvYOKaqNFWFHk9VSh+jnoAOD/271NnDtrg=" },
  { name: "fields and a query", method: "POST", url: `${HOOK}?provider=plivo&flow=answer&callId=abc-123`, fields: call("in-progress", "outbound"), signature: "TFrsYNJNPgHdFpYfrb4CxznbapT4YylkxXn7lU/1mko=" },
  { name: "nothing", method: "POST", url: HOOK, signature: "7WTjN2kDK47feAa13aTJt5D+qgfieRBdCf18ITjJk90=" },
  { name: "a query only", method: "POST", url: `${HOOK}?a=1`, signature: "XFzNFila36CC27Xw2Nl4deLTw4/33SaY7KWy502zplg=" },
  { name: "a query by GET", method: "GET", url: `${HOOK}?provider=plivo&flow=hangup&CallUUID=${CALL}&From=%2B15550001111`, signature: "o18T/N7ep7J5BWPsJbJjdroUqTycc0bssO02+ymDYyM=" },
  { name: "a repeated name by GET", method: "GET", url: `${HOOK}?k=b&k=a`, signature: "ZzwU0LkJLxLsO2Dc72Us7VRCAjwjCH7S+ETHtcliyTM=" },
  { name: "a repeated name by POST", method: "POST", url: `${HOOK}?x=1`, fields: [["Tag", "b"], ["Tag", "a"]], signature: "tzVBv7bTWbvDt2539w8NKOZbWjatcHEKxhBVvDdjfFc=" },
  { name: "letters beyond ASCII", method: "POST", url: `${HOOK}?x=1`, fields: [["Speech", "Olá, tudo bem?"]], signature: "UeYpy9IJCvgzqBUV3y6bB//prlH1Ic1PJQoWC8hqC9c=" },
  { name: "a port", method: "POST", url: "https://voice.example.com:8443/voice/webhook?x=1", fields: [["A", "1"]], signature: "nITaGizpKCFbQu73ns19HvapEEw5Fmobz5C9nA2wOPU=" },
  { name: "the scheme's own port, written out", method: "POST", url: "https://voice.example.com:443/voice/webhook?x=1", fields: [["A", "1"]], signature: "2WwjIySUOAsPz1cTdwM+1ZYb0BC+GIvSBrtcY43uwbM=" },
  { name: "the upgrade of a socket", method: "GET", url: "http://voice.example.com/ws/abc", signature: "INkpSFItGnUiv0VKbw5X7+RLMbZDgb5X0fpsApaoH5k=" },
];

const form = (fields: readonly Field[] = []) => new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();

function request({ method, url, fields, signature }: Omit<Vector, "name">, headers: Record<string, string> = {}) {
  const signed = { "x-plivo-signature-v3": signature, "x-plivo-signature-v3-nonce": NONCE };
  return { method, url, headers: { ...signed, ...headers }, body: new TextEncoder().encode(form(fields)) };
}

/** Parameters as the SDK takes them: a list where a name comes several times. */
function parameters(fields: readonly Field[] = []): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const [name, value] of fields) found[name] = name in found ? [found[name] ?? [], value].flat() : value;
  return found;
}

describe("Plivo's third signature", () => {
  it.each(VECTORS)("is that of Plivo's SDK over $name (pain-20)", (vector) => {
    expect(verify(request(vector)).ok).toBe(true);
    const { method, url, fields, signature } = vector;
    expect(plivo.validateV3Signature(method, url, NONCE, TOKEN, signature, parameters(fields))).toBe(true);
  });

  it.each(VECTORS)("does not hold with one character altered, over $name", (vector) => {
    const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === "x" ? "y" : "x") + text.slice(at + 1);
    const start = vector.url.indexOf("//") + 2;
    for (let at = start; at < vector.url.length; at++) expect(verify(request({ ...vector, url: flip(vector.url, at) })).ok, `URL at ${at}`).toBe(false);
    const body = form(vector.fields);
    for (let at = 0; at < body.length; at++) {
      const altered = { ...request(vector), body: new TextEncoder().encode(flip(body, at)) };
      expect(verify(altered).ok, `body at ${at}`).toBe(false);
    }
    for (let at = 0; at < NONCE.length; at++) expect(verify(request(vector, { "x-plivo-signature-v3-nonce": flip(NONCE, at) })).ok).toBe(false);
    for (let at = 0; at < vector.signature.length; at++) expect(verify(request({ ...vector, signature: flip(vector.signature, at) })).ok).toBe(false);
    expect(verify(request({ ...vector, url: vector.url.replace(/^https?/, "ws") })).ok).toBe(false);
    expect(createVerifier(`${TOKEN}1`)(request(vector)).ok).toBe(false);
  });

  it("is not what Plivo's prose describes, which its SDK refuses as well", () => {
    const prose = { ...(VECTORS[0] as Vector), signature: "4l0t4D3Afjeup8I+5M1otcU13L0uzM4VDELz1OSiY8g=" };
    expect(verify(request(prose))).toEqual({ ok: false, reason: "signature-mismatch" });
    expect(plivo.validateV3Signature("POST", prose.url, NONCE, TOKEN, prose.signature, parameters(prose.fields))).toBe(false);
  });

  it("may stand in a list while tokens are rotated, with spaces or without", () => {
    const vector = VECTORS[2] as Vector;
    for (const list of [`AAAA,${vector.signature}`, `AAAA, ${vector.signature}`, `${vector.signature} , AAAA`]) {
      expect(verify(request({ ...vector, signature: list })).ok, list).toBe(true);
    }
    expect(verify(request({ ...vector, signature: "AAAA, BBBB" })).ok).toBe(false);
  });

  it("may be that of the main account", () => {
    const { signature, ...vector } = VECTORS[2] as Vector;
    const both = request({ ...vector, signature: "AAAA" }, { "x-plivo-signature-ma-v3": signature });
    expect(verify(both).ok).toBe(true);
    const { "x-plivo-signature-v3": _own, ...headers } = both.headers;
    expect(verify({ ...both, headers }).ok).toBe(true);
  });

  it("hands on fields in one order and one spelling, since neither is signed", () => {
    const vector = VECTORS[7] as Vector;
    const views = ["Speech=Ol%C3%A1%2C+tudo+bem%3F", "Speech=Ol%c3%a1,%20tudo%20bem?"].map((body) => {
      const verdict = verify({ ...request(vector), body: new TextEncoder().encode(body) });
      return verdict.ok && new TextDecoder().decode(verdict.signed.body);
    });
    expect(views[0]).toBe(views[1]);
    expect(views[0]).toBe("Speech=Ol%C3%A1%2C+tudo+bem%3F");
  });

  it("does not let the end of what was said pass for a part of the nonce", () => {
    const vector = { method: "POST" as const, url: HOOK, fields: [["Speech", "Yes.1"]] as const, signature: "" };
    const signed = signedBySdk(vector.url, "Speech=Yes.1");
    expect(verify(request({ ...vector, signature: signed })).ok).toBe(true);
    const moved = request({ ...vector, fields: [["Speech", "Yes"]], signature: signed }, { "x-plivo-signature-v3-nonce": `1.${NONCE}` });
    expect(verify(moved)).toEqual({ ok: false, reason: "nonce-missing" });
  });

  it("has the same replay key for the same delivery, and another for another nonce or content", () => {
    const keys = [VECTORS[2], VECTORS[2], VECTORS[3]].map((vector) => {
      const verdict = verify(request(vector as Vector));
      return verdict.ok ? verdict.replayKey : "";
    });
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBe(keys[2]);
  });

  it.each([
    ["no header at all", {}, "signature-missing"],
    ["no nonce", { "x-plivo-signature-v3": "AAAA" }, "nonce-missing"],
    ["an empty list", { "x-plivo-signature-v3": " , ", "x-plivo-signature-v3-nonce": NONCE }, "signature-missing"],
  ])("is refused with %s", (_what, headers, reason) => {
    expect(verify({ method: "POST", url: HOOK, headers, body: new Uint8Array() })).toEqual({ ok: false, reason });
  });

  it("is refused over a form that cannot be read, and by other methods", () => {
    const vector = VECTORS[0] as Vector;
    expect(verify({ ...request(vector), body: new TextEncoder().encode("From=%ZZ") })).toEqual({ ok: false, reason: "form-malformed" });
    expect(verify({ ...request(vector), method: "PUT" })).toEqual({ ok: false, reason: "method-not-signed" });
  });
});

describe("Plivo's second signature", () => {
  const headers = (signature: string) => ({ "x-plivo-signature-v2": signature, "x-plivo-signature-v2-nonce": NONCE });
  const ask = (url: string, signature: string, body = "") => verify({ method: "POST", url, headers: headers(signature), body: new TextEncoder().encode(body) });
  const VECTORS_2 = [
    { url: HOOK, signature: "rawyFJydabY1zUAl78EyN9/kqhh/LMSsdV54l6ubQ6s=" },
    { url: "https://voice.example.com:8443/voice/webhook?x=1", signature: "tZKNdEZRL1imj62m0TKero24OYENp1ElH/M85xVkYi4=" },
  ];

  it.each(VECTORS_2)("is that of Plivo's SDK over $url", ({ url, signature }) => {
    expect(ask(url, signature).ok).toBe(true);
    expect(plivo.validateSignature(url, NONCE, signature, TOKEN)).toBe(true);
    expect(ask(url.replace("webhook", "webhooj"), signature).ok).toBe(false);
  });

  it("covers where a request goes and nothing of what it says, so that nothing of it is handed on", () => {
    const { url, signature } = VECTORS_2[1] as (typeof VECTORS_2)[0];
    const verdict = ask(`${url}&y=2`, signature, "CallStatus=completed");
    expect(verdict.ok && verdict.signed).toEqual({ method: "POST", url: "https://voice.example.com:8443/voice/webhook", headers: {}, body: new Uint8Array() });
  });

  it("does not count where the third one is there and does not hold", () => {
    const { url, signature } = VECTORS_2[0] as (typeof VECTORS_2)[0];
    const both = { ...headers(signature), "x-plivo-signature-v3": "AAAA", "x-plivo-signature-v3-nonce": NONCE };
    expect(verify({ method: "POST", url, headers: both, body: new Uint8Array() }).ok).toBe(false);
  });
});

describe("the upgrade to a media socket", () => {
  const check = createUpgradeCheck(TOKEN);
  const url = "wss://voice.example.com/ws/abc";
  const signed = (signature: string, name = "v3") => ({ [`x-plivo-signature-${name}`]: signature, [`x-plivo-signature-${name.replace("ma-", "")}-nonce`]: NONCE });
  const OVER_HTTP = "INkpSFItGnUiv0VKbw5X7+RLMbZDgb5X0fpsApaoH5k=";

  it("is signed over the URL with http in the place of wss, by the call's or the main account", () => {
    for (const name of ["v3", "ma-v3"]) expect(check({ url, headers: signed(OVER_HTTP, name) }), name).toBe(true);
  });

  it.each(["https:", "wss:"])("may be signed over the URL with %s as well", (scheme) => {
    const over = createHmac("sha256", TOKEN).update(`${url.replace("wss:", scheme)}.${NONCE}`).digest("base64");
    expect(check({ url, headers: signed(over) })).toBe(true);
  });

  it("is refused with a signature that does not hold, also where another one does", () => {
    expect(check({ url: `${url}d`, headers: signed(OVER_HTTP) })).toBe(false);
    expect(check({ url, headers: { ...signed(OVER_HTTP), "x-plivo-signature-v3-nonce": "1" } })).toBe(false);
    expect(createUpgradeCheck(`${TOKEN}1`)({ url, headers: signed(OVER_HTTP) })).toBe(false);
    const second = createHmac("sha256", TOKEN).update(`http://voice.example.com/ws/abc${NONCE}`).digest("base64");
    expect(check({ url, headers: signed(second, "v2") })).toBe(true);
    expect(check({ url, headers: { ...signed(second, "v2"), ...signed("AAAA") } })).toBe(false);
  });

  it("is taken without any signature: its token is asked in any case", () => {
    expect(check({ url, headers: {} })).toBe(true);
    expect(check({ url, headers: { "x-plivo-signature-v3": " , " } })).toBe(true);
  });
});

/** A signature that Plivo's SDK accepts, found by its own rules: the SDK signs nothing itself. */
function signedBySdk(url: string, body: string): string {

  const signature = createHmac("sha256", TOKEN).update(`${url}?${body.replace("=", "")}.${NONCE}`).digest("base64");
  expect(plivo.validateV3Signature("POST", url, NONCE, TOKEN, signature, Object.fromEntries(new URLSearchParams(body)))).toBe(true);
  return signature;
}
