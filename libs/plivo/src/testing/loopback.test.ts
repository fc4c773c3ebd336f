import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import type { MintedUrl, Plan, WebhookReply } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { plivoDefinition } from "../definition.ts";
import { urlsOf } from "../test/bench.ts";
import { startLoopbackCarrier } from "./index.ts";

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

it("a call goes over real HTTP: out by the API, back by signed webhooks through a tunnel", async () => {
  const clock = createVirtualClock();
  const heard: string[] = [];
  const urls = urlsOf("k1");
  const plan: Plan = { callId: "call-1", revision: 1, nonce: "N1", steps: [{ kind: "say", id: "1", text: "Good morning over HTTP." }], then: "hangup" };
  let handle: (request: { method: string; url: string; headers: Record<string, string>; body: Uint8Array }) => WebhookReply = () => ({ status: 503, headers: {}, body: "" });
  const ours = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value = ""]) => [name, String(value)]));
      const reply = handle({ method: request.method ?? "", url: `https://voice.example.com${request.url ?? ""}`, headers, body });
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => ours.listen(0, "127.0.0.1", resolve));
  const local = `http://127.0.0.1:${(ours.address() as AddressInfo).port}`;
  const tunnel = { from: "https://voice.example.com", to: local };
  const fake = await startLoopbackCarrier({ entryUrl: "https://voice.example.com/entry", tunnel, clock, people: { ringMs: 0, speakingMsPerWord: 0, script: [] } });

  const validated = await plivoDefinition.config["~standard"].validate(fake.section);
  if (validated.issues) throw new Error("the fake's section is refused");
  const context = { clock, log: createLogRecorder(), signal: new AbortController().signal, emit: () => undefined, media: { attach: () => undefined } };
  const webhooks = { deliver: () => Promise.reject(new Error("not used")), entryUrl: "https://voice.example.com/entry" };
  const carrier = await plivoDefinition.create(validated.value, { ...context, webhooks });
  handle = (request) => {
    const verdict = carrier.verify?.(request);
    if (!verdict?.ok) return { status: 403, headers: {}, body: "" };
    const minted: MintedUrl = { purpose: request.url === urls.document ? "document" : "status", callId: "call-1", revision: 1, nonce: "N1" };
    const parsed = carrier.parse?.(verdict.signed, minted);
    heard.push(...(parsed?.events ?? []).map(({ type }) => type));
    return parsed?.reply === "document" ? (carrier.render?.(plan, urls) as WebhookReply) : { status: 200, headers: {}, body: "" };
  };

  const signal = new AbortController().signal;
  const { carrierIds } = await carrier.dial({ callId: "call-1", from: "+15550100001", to: "+15550100002", plan, urls, ringTimeoutMs: 30_000, maxDurationMs: 60_000, signal });
  expect(carrierIds).toHaveLength(1);
  await clock.advance(1);
  await vi.waitFor(async () => {
    await clock.advance(1);
    expect(heard).toEqual(["ringing", "answered", "ended"]);
  });
  expect(fake.network().calls()).toMatchObject([{ state: "ended", reason: "completed", heard: ["Good morning over HTTP."] }]);
  expect(JSON.stringify(fake.requests)).not.toContain(String(fake.section["authToken"]));
  await carrier.close();
  await fake.close();
  await new Promise((resolve) => ours.close(resolve));
});
