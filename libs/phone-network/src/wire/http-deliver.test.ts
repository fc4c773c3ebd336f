import type { WebhookRequest } from "@openclaw/telephony-contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Receiver } from "../test/receiver.ts";
import { httpDeliver } from "./index.ts";

const PUBLIC = "https://voice.example.com";
const webhook = (url: string, changes: Partial<WebhookRequest> = {}): WebhookRequest => ({
  method: "POST",
  url,
  headers: { "content-type": "application/x-www-form-urlencoded", "x-carrier-signature": "abc=" },
  body: new TextEncoder().encode("CallStatus=ringing&Name=J%C3%B6rg"),
  ...changes,
});
const unhurried = () => new AbortController().signal;

describe("delivery over HTTP", () => {
  let receiver: Receiver;
  beforeEach(async () => void (receiver = await new Receiver().open()));
  afterEach(() => receiver.close());

  it("brings method, path, headers and body, and takes the answer back", async () => {
    receiver.answer = (response) => response.writeHead(202, { "content-type": "text/xml", "set-cookie": ["a=1", "b=2"] }).end("<Response/>");
    const reply = await httpDeliver()(webhook(`${receiver.url}/voice/1?x=%20y`), unhurried());
    expect(reply).toMatchObject({ status: 202, body: "<Response/>", headers: { "content-type": "text/xml", "set-cookie": "a=1, b=2" } });
    expect(receiver.received).toMatchObject([{ method: "POST", url: "/voice/1?x=%20y", body: "CallStatus=ringing&Name=J%C3%B6rg", headers: { "x-carrier-signature": "abc=" } }]);
  });

  it("takes what is for the public address through the tunnel, under the public name", async () => {
    const deliver = httpDeliver({ tunnel: { from: PUBLIC, to: receiver.url } });
    await deliver(webhook(`${PUBLIC}/voice/1?x=1`), unhurried());
    expect(receiver.received).toMatchObject([{ url: "/voice/1?x=1", headers: { host: "voice.example.com" } }]);
    expect(Object.keys(receiver.received[0]?.headers ?? {}).filter((name) => name.startsWith("x-forwarded"))).toEqual([]);
    await deliver(webhook(`${receiver.url}/direct`), unhurried());
    expect(receiver.received[1]).toMatchObject({ url: "/direct", headers: { host: new URL(receiver.url).host } });
  });

  it("says what it forwards where the tunnel does", async () => {
    const deliver = httpDeliver({ tunnel: { from: PUBLIC, to: receiver.url, forwarded: true } });
    await deliver(webhook(`${PUBLIC}/voice`, { remoteAddress: "198.51.100.7" }), unhurried());
    expect(receiver.received[0]?.headers).toMatchObject({ "x-forwarded-host": "voice.example.com", "x-forwarded-proto": "https", "x-forwarded-for": "198.51.100.7" });
  });

  it("ends with its signal, also in the middle of an answer", async () => {
    for (const answer of [() => undefined, (response: { write(text: string): unknown }) => void response.write("half")]) {
      receiver.answer = answer;
      const before = receiver.received.length;
      const life = new AbortController();
      const delivered = httpDeliver()(webhook(receiver.url), life.signal);
      delivered.catch(() => undefined);
      await vi.waitFor(() => expect(receiver.received).toHaveLength(before + 1));
      life.abort();
      await expect(delivered).rejects.toThrow();
    }
  });

  it("fails where nobody listens, the connection breaks, the answer has no end, or the URL is none", async () => {
    receiver.answer = (response) => void response.destroy();
    await expect(httpDeliver()(webhook(receiver.url), unhurried())).rejects.toThrow();
    receiver.answer = (response) => void response.end("x".repeat(1024 * 1024 + 1));
    await expect(httpDeliver()(webhook(receiver.url), unhurried())).rejects.toMatchObject({ code: "invalid-request" });
    await expect(httpDeliver()(webhook("voice/1"), unhurried())).rejects.toThrow(TypeError);
    const { url } = receiver;
    await receiver.close();
    await expect(httpDeliver()(webhook(url), unhurried())).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
