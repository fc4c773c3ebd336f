import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startLoopbackCarrier } from "../test/bell.ts";
import { Receiver } from "../test/receiver.ts";
import type { LoopbackCarrier, LoopbackOptions } from "./index.ts";

const PUBLIC = "https://voice.example.com";
const OURS = "+15550100001";
const THEIRS = "+15550100002";

describe("a fake carrier over loopback HTTP", () => {
  let receiver: Receiver;
  let bell: LoopbackCarrier;
  const start = async (options: Partial<LoopbackOptions> = {}) => {
    bell = await startLoopbackCarrier({ entryUrl: `${PUBLIC}/entry`, tunnel: { from: PUBLIC, to: receiver.url }, people: { ringMs: 0 }, ...options });
  };
  const ask = async (path: string, form: Record<string, string> = {}) => {
    const { baseUrl, token } = bell.section as { baseUrl: string; token: string };
    return await fetch(`${baseUrl}${path}`, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: new URLSearchParams(form) });
  };
  const dial = async () => ((await (await ask("/calls", { from: OURS, to: THEIRS, url: `${PUBLIC}/status` })).json()) as { id: string }).id;
  const told = () => receiver.received.map(({ url, body }) => `${url} ${(JSON.parse(body) as { type: string }).type}`);

  beforeEach(async () => void (receiver = await new Receiver().open()));
  afterEach(async () => {
    await bell.close();
    await receiver.close();
  });

  it("places a call, tells of it through the tunnel in order, and ends it", async () => {
    await start({ people: { ringMs: 0, script: [] } });
    const id = await dial();
    await vi.waitFor(() => expect(told()).toEqual(["/status ringing", "/status answered"]));
    expect((await ask(`/calls/${id}`)).status).toBe(204);
    await vi.waitFor(() => expect(told().at(-1)).toBe("/status ended"));
    expect(bell.network().calls()).toMatchObject([{ id, state: "ended", to: THEIRS }]);
    expect(bell.courier.attempts).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
  });

  it("is known by its section alone, and shows what it was asked without the secret", async () => {
    await start();
    const { token } = bell.section as { token: string };
    expect((await fetch(`${bell.baseUrl}/calls`, { method: "POST", headers: { authorization: "Bearer other" } })).status).toBe(401);
    await ask("/calls?page=1", { from: OURS, to: token, url: PUBLIC });
    expect(bell.requests).toMatchObject([
      { method: "POST", path: "/calls", body: "" },
      { method: "POST", path: "/calls?page=1", body: `from=%2B15550100001&to=***&url=${encodeURIComponent(PUBLIC)}` },
    ]);
  });

  it("lets people call us, with a script of their own", async () => {
    await start();
    const call = bell.network().callUs({ from: THEIRS, to: OURS, script: [{ hangup: true }] });
    await vi.waitFor(() => expect(told()).toEqual(["/entry incoming"]));
    call.hangUp();
    await vi.waitFor(() => expect(told()).toEqual(["/entry incoming", "/entry ended"]));
    expect(call.report()).toMatchObject({ state: "ended", reason: "canceled" });
  });

  it("has another person at the other end where a test says so", async () => {
    await start();
    bell.network().setParty(() => ({ ring: (line) => line.refuse("busy") }));
    await dial();
    await vi.waitFor(() => expect(told()).toEqual(["/status ended"]));
    expect(bell.network().calls()).toMatchObject([{ reason: "busy" }]);
  });

  it("refuses requests and disturbs webhooks as it is told while it runs", async () => {
    await start({ people: { ringMs: 0, script: [] } });
    bell.faults.next("rate-limited");
    expect((await ask("/calls")).status).toBe(429);
    bell.courier.disorder = { duplicate: true, reorder: true };
    await dial();
    await vi.waitFor(() => expect(told()).toHaveLength(4));
    expect(told()).toEqual(["/status answered", "/status answered", "/status ringing", "/status ringing"]);
  });

  it("ends its calls and breaks what stalls when it closes, and leaves its port free", async () => {
    await start({ people: { ringMs: 0, script: [] } });
    await dial();
    await vi.waitFor(() => expect(told()).toHaveLength(2));
    bell.faults.next("stall");
    const stalled = ask("/calls");
    stalled.catch(() => undefined);
    await vi.waitFor(() => expect(bell.requests).toHaveLength(2));
    await bell.close();
    await expect(stalled).rejects.toThrow(TypeError);
    expect(bell.network().calls()).toEqual([]);
    expect(told()).toHaveLength(2);
    const { port } = new URL(bell.baseUrl);
    await start({ port: Number(port) });
    expect(new URL(bell.baseUrl).port).toBe(port);
  });
});
