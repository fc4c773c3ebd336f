import { describe, expect, it } from "vitest";
import { Signer } from "./signature.ts";

const URL_1 = "https://telephone.example.com/status/call-1/1";
const MINUTE_MS = 60_000;

describe("the mock's signature", () => {
  let now = 1_767_225_600_000;
  const signer = new Signer(() => now);

  it("covers method, URL, body, id and time, and nothing else reaches parse", () => {
    const request = signer.sign(URL_1, '{"a":1}');
    const verdict = signer.verify({ ...request, headers: { ...request.headers, "x-extra": "1" } });
    expect(verdict).toMatchObject({ ok: true, signed: { method: "POST", url: URL_1, body: request.body } });
    expect(verdict.ok && Object.keys(verdict.signed.headers)).toEqual(["x-mock-request-id", "x-mock-timestamp"]);
    for (const altered of [
      { method: "PUT" },
      { url: `${URL_1}0` },
      { body: new TextEncoder().encode('{"a":2}') },
      { headers: { ...request.headers, "x-mock-request-id": "0" } },
      { headers: { ...request.headers, "x-mock-timestamp": String(now + 1) } },
      { headers: { ...request.headers, "x-mock-signature": "00" } },
    ])
      expect(signer.verify({ ...request, ...altered })).toEqual({ ok: false, reason: "signature-mismatch" });
  });

  it("is missed by name", () => {
    const { "x-mock-signature": _taken, ...headers } = signer.sign(URL_1, "").headers;
    expect(signer.verify({ ...signer.sign(URL_1, ""), headers })).toEqual({ ok: false, reason: "signature-missing" });
  });

  it("expires after five minutes", () => {
    const request = signer.sign(URL_1, "{}");
    now += 5 * MINUTE_MS;
    expect(signer.verify(request)).toMatchObject({ ok: true });
    now += 1;
    expect(signer.verify(request)).toEqual({ ok: false, reason: "timestamp-expired" });
  });

  it("is another network's only by that network's secret", () => {
    expect(new Signer(() => now).verify(signer.sign(URL_1, "{}"))).toEqual({ ok: false, reason: "signature-mismatch" });
  });
});
