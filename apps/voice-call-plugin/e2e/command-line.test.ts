import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type CliResult, freePort, type HostLab, type ModelServer, startModelServer } from "@openclaw/host-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, until } from "./support/calls.ts";
import { startTelephone, telephone } from "./support/telephone-lab.ts";

/**
 * Every command has to end by itself within this time, in milliseconds. On a quiet machine each takes one to four seconds,
 * most of it the host's own start; the default leaves room for a busy one.
 */
const LIMIT_MS = Number(process.env["VOICE_CALL_E2E_LIMIT_MS"] ?? 30_000);

/** A command as it ran. It may print nothing but its data on standard output. */
async function voicecall(lab: HostLab, ...args: string[]): Promise<CliResult> {
  const result = await lab.cli(["voicecall", ...args], { timeoutMs: LIMIT_MS });
  expect(result.timedOut, `${args.join(" ")} did not end by itself`).toBe(false);
  return result;
}

const json = ({ stdout }: CliResult) => JSON.parse(stdout) as Record<string, unknown>;
const lines = ({ stdout }: CliResult) => stdout.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

/** Whether a port is taken. */
async function taken(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(true));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
  });
}

describe("the command line with a Gateway", () => {
  let model: ModelServer;
  let lab: HostLab;
  let port: number;
  let callId: string;

  beforeAll(async () => {
    port = await freePort();
    model = await startModelServer({ script: ({ lastUserText }) => JSON.stringify({ spoken: `You asked: ${lastUserText}` }) });
    lab = await startTelephone({ model: { server: model }, config: { maxConcurrentCalls: 2, serve: { port } } });
  });

  afterAll(async () => {
    await lab?.dispose();
    await model?.close();
  });

  it("is ready, says setup, and smoke dials nothing by itself", async () => {
    const setup = await voicecall(lab, "setup", "--json");
    expect(setup.code).toBe(0);
    expect(json(setup)).toMatchObject({ ok: true, providers: { carrier: [{ id: "mock" }] } });
    const smoke = await voicecall(lab, "smoke", "--to", "+15550100", "--json");
    expect(smoke.code).toBe(0);
    expect(json(smoke)).toMatchObject({ ok: true, dryRun: true });
  });

  it("call gives the id of a call that the Gateway then holds", async () => {
    const call = await voicecall(lab, "call", "--to", "+15550100", "--message", "Hello", "--mode", "conversation");
    expect(call.code).toBe(0);
    expect(json(call)).toEqual({ callId: expect.any(String) as string, initiated: true });
    callId = String(json(call)["callId"]);
    await until(lab, callId, ({ state }) => state === "active");
  });

  it("status shows it active, and later completed with what was said and how fast", async () => {
    const active = await voicecall(lab, "status", "--json");
    expect(active.code).toBe(0);
    expect(json(active)).toMatchObject({ found: true, calls: [{ callId, state: "active" }] });
    await ended(lab, callId);
    const over = await voicecall(lab, "status", "--call-id", callId, "--json");
    expect(json(over)).toMatchObject({ found: true, call: { callId, state: "completed", turnLatencyMs: expect.any(Number) as number } });
    const { transcript } = json(over)["call"] as { transcript: { speaker: string; text: string }[] };
    const said = transcript.filter(({ speaker }) => speaker === "agent").map(({ text }) => text);
    expect(said[0]).toBe("Hello");
    expect(said.slice(1)).toHaveLength(3);
    expect(said.slice(1).every((text) => text.startsWith("You asked: "))).toBe(true);
    expect(model.refusals).toEqual([]);
  });

  it("tail and latency read it", async () => {
    const tail = await voicecall(lab, "tail", "--since", "3");
    expect(tail.code).toBe(0);
    expect(lines(tail).at(-1)).toMatchObject({ callId, lifecycle: "ended" });
    const latency = await voicecall(lab, "latency");
    expect(json(latency)).toMatchObject({ recordsScanned: 1, turnLatency: { count: 3, p50: expect.any(Number) as number } });
  });

  it("steers a live call", async () => {
    const start = await voicecall(lab, "start", "--to", "+15550101", "--message", "Stay on the line");
    const live = String(json(start)["callId"]);
    await until(lab, live, ({ state }) => state === "active");
    expect(json(await voicecall(lab, "speak", "--call-id", live, "--message", "One moment"))).toEqual({ success: true });
    const ending = await voicecall(lab, "end", "--call-id", live);
    expect([ending.code, json(ending)]).toEqual([0, { success: true }]);
    expect(await ended(lab, live)).toMatchObject({ state: "completed" });
    const gone = await voicecall(lab, "dtmf", "--call-id", live, "--digits", "1", "--json");
    expect([gone.code, json(gone)]).toMatchObject([5, { success: false, error: { code: "call-gone" } }]);
  });

  it("tells what was wrong, by words on standard error and by its exit code", async () => {
    const wrong = await voicecall(lab, "start", "--to", "5550100");
    expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([2, "", expect.stringMatching(/^to: .*E\.164.*\[invalid-request\]/m)]);
    const unknown = await voicecall(lab, "status", "--call-id", "nobody", "--json");
    expect([unknown.code, json(unknown)]).toEqual([5, { found: false }]);
  });

  it("leaves exactly one listener, the Gateway's", async () => {
    expect(await taken(port)).toBe(true);
    expect(lab.logs()).not.toMatch(/EADDRINUSE|listener-failed/);
    await lab.stop();
    expect(await taken(port)).toBe(false);
  });

  it("without the Gateway still shows the calls of the store, and has no live call to steer", async () => {
    expect(json(await voicecall(lab, "status", "--call-id", callId, "--json"))).toMatchObject({ call: { state: "completed" } });
    expect((await voicecall(lab, "setup")).code).toBe(0);
    expect(lines(await voicecall(lab, "tail", "--since", "1"))).toHaveLength(1);
    expect((await voicecall(lab, "latency")).code).toBe(0);
    expect((await voicecall(lab, "end", "--call-id", callId)).code).toBe(0);
    expect((await voicecall(lab, "speak", "--call-id", callId, "--message", "Hi")).code).toBe(4);
  });

  it("without the Gateway holds a notification itself until it was heard", async () => {
    await lab.writeConfig(telephone({ outbound: { notifyHangupDelaySec: 0 } }));
    const call = await voicecall(lab, "call", "--to", "+15550100", "--message", "Hi", "--mode", "notify");
    expect(call.code).toBe(0);
    expect(json(call)).toMatchObject({ initiated: true, standalone: true });
    expect(call.stderr).toContain("completed");
    expect(await taken(port)).toBe(false);
  });
});

describe("the command line with a Gateway that cannot be used", () => {
  it("takes a wrong token for no absence: nothing is dialled, nothing is opened", async () => {
    const port = await freePort();
    await using lab = await startTelephone({ config: { serve: { port } } });
    const foreign = join(lab.folder.root, "foreign.json");
    writeFileSync(foreign, readFileSync(lab.folder.config, "utf8").replaceAll(lab.token, "not-the-token"));
    const env = { OPENCLAW_CONFIG_PATH: foreign };
    const call = await lab.cli(["voicecall", "call", "--to", "+15550100", "--message", "Hi"], { env, timeoutMs: 30_000 });
    expect(call.code).toBe(4);
    expect(call.stdout).toBe("");
    expect(call.stderr).toContain("[gateway-unreachable]");
    expect(await lab.rpc("voicecall.status", {})).toMatchObject({ calls: [] });
  });

  it("tells an incomplete set-up the same everywhere", async () => {
    await using lab = await startTelephone({ config: { provider: "nobody" } });
    const call = await voicecall(lab, "call", "--to", "+15550100", "--message", "Hi", "--json");
    expect(call.code).toBe(3);
    expect(json(call)).toMatchObject({ error: { code: "setup-incomplete", problems: [{ message: expect.stringContaining("nobody") as string }] } });
    await expect(lab.rpc("voicecall.status", {})).rejects.toMatchObject({ code: "setup-incomplete" });
    expect((await voicecall(lab, "setup", "--json")).code).toBe(3);
    expect(lab.running).toBe(true);
  });
});
