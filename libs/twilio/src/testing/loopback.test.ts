import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { LoopbackCarrier } from "@openclaw/phone-network/wire";
import { acceptWires, systemClock } from "@openclaw/phone-network/wire";
import type { Carrier, CallEvent, MintedUrl } from "@openclaw/telephony-contract";
import type { TwilioConfig } from "../config.ts";
import { twilioDefinition } from "../definition.ts";
import { THEIRS, OURS, urlsOf, say } from "../test/bench.ts";
import { OurEnd } from "../test/our-end.ts";
import { startLoopbackCarrier } from "./index.ts";

describe("the fake as a server on this machine", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  it("carries a call over real HTTP, with webhooks through a tunnel", { timeout: 20_000 }, async () => {
    const events: CallEvent[] = [];
    const held: { carrier?: Carrier } = {};
    const door = await listen(held, events);
    open.push(door);
    const fake = await startLoopbackCarrier({
      entryUrl: "https://telephone.example.com/voice/entry",
      tunnel: { from: "https://telephone.example.com", to: `http://127.0.0.1:${(door.address() as AddressInfo).port}` },
      people: { ringMs: 1, speakingMsPerWord: 0, script: [] },
    });
    open.push(fake);
    const carrier = await create(fake);
    held.carrier = carrier;
    const plan = { callId: "call-1", revision: 1, nonce: "n1", steps: [say("Hello from far away.")], then: "hangup" } as const;
    const { carrierIds, delivery } = await carrier.dial({ callId: "call-1", from: OURS, to: THEIRS, plan, urls: urlsOf("call-1", 1), ringTimeoutMs: 30_000, maxDurationMs: 60_000, signal: new AbortController().signal });
    expect(delivery).toBe("inline");
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(["ringing", "answered", "ended"]), { timeout: 10_000 });
    expect(fake.network().calls()).toMatchObject([{ id: carrierIds[0], state: "ended", heard: ["Hello from far away."] }]);
    expect(JSON.stringify(fake.requests)).not.toContain(fake.section.authToken);
  });

  it("carries its audio over a real socket through the tunnel, to our end and back", { timeout: 20_000 }, async () => {
    const events: CallEvent[] = [];
    const held: { carrier?: Carrier } = {};
    const door = await listen(held, events);
    open.push(door);
    const fake = await startLoopbackCarrier({
      entryUrl: "https://telephone.example.com/voice/entry",
      tunnel: { from: "https://telephone.example.com", to: `http://127.0.0.1:${(door.address() as AddressInfo).port}` },
      people: { ringMs: 1, thinkingMs: 1, script: [{ waitFor: "speech" }, { say: "Who is there?" }] },
    });
    open.push(fake);
    const carrier = await create(fake);
    held.carrier = carrier;
    const ours: OurEnd[] = [];
    await acceptWires(door, (wire, { url, headers }) => {
      const request = { url: `wss://telephone.example.com${url}`, headers };
      const session = carrier.frames?.open();
      if (session && carrier.frames?.authorizeUpgrade?.(request)) ours.push(new OurEnd(request, wire, session));
    });
    const stream = { kind: "connectMedia", id: "stream", url: "wss://telephone.example.com/voice/stream/token1" } as const;
    const plan = { callId: "call-1", revision: 1, nonce: "n1", steps: [stream], then: "hangup" } as const;
    await carrier.dial({ callId: "call-1", from: OURS, to: THEIRS, plan, urls: urlsOf("call-1", 1), ringTimeoutMs: 30_000, maxDurationMs: 60_000, signal: new AbortController().signal });
    await vi.waitFor(() => expect(ours[0]?.types()).toEqual(["started"]), { timeout: 10_000 });
    ours[0]?.say("It is me.");
    await vi.waitFor(() => expect(ours[0]?.heard).toEqual(["Who is there?"]), { timeout: 10_000 });
    expect(fake.streams).toMatchObject([{ state: "open", refused: [], heard: { texts: [{ text: "It is me.", complete: true }], damaged: [], underruns: [] } }]);
    ours[0]?.wire.close();
    await vi.waitFor(() => expect(fake.network().calls()).toMatchObject([{ state: "ended", heard: ["It is me."] }]), { timeout: 10_000 });
    expect(fake.streams).toMatchObject([{ state: "closed", endedBy: "us" }]);
  });

  it("that is gone was never asked: such a call may be placed again", async () => {
    const fake = await startLoopbackCarrier({ entryUrl: "https://telephone.example.com/voice/entry" });
    const carrier = await create(fake);
    await fake.close();
    const plan = { callId: "call-1", revision: 1, nonce: "n1", steps: [], then: "hold" } as const;
    const dialling = carrier.dial({ callId: "call-1", from: OURS, to: THEIRS, plan, urls: urlsOf("call-1", 1), ringTimeoutMs: 30_000, maxDurationMs: 60_000, signal: new AbortController().signal });
    await expect(dialling).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });

  async function create(fake: LoopbackCarrier): Promise<Carrier> {
    const instance = new AbortController();
    const carrier = await twilioDefinition.create(fake.section as unknown as TwilioConfig, { clock: systemClock, signal: instance.signal } as Parameters<typeof twilioDefinition.create>[1]);
    open.push({ close: () => carrier.close() });
    return carrier;
  }
});

/** A door that lets in what is signed for the public URL. */
function listen(held: { carrier?: Carrier }, events: CallEvent[]): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = `https://telephone.example.com${request.url ?? ""}`;
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value = ""]) => [name, String(value)]));
      const verdict = held.carrier?.verify?.({ method: request.method ?? "", url, headers, body: Buffer.concat(chunks) });
      if (!verdict?.ok) return response.writeHead(403).end();
      const minted: MintedUrl = { purpose: "status", callId: "call-1", revision: 1, nonce: "n1" };
      events.push(...(held.carrier?.parse?.(verdict.signed, minted).events ?? []));
      response.writeHead(200).end();
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
