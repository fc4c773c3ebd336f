import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { callTool, HostLab, isFree, type ModelServer, nodeBinary, startGateway, startModelServer } from "../src/index.ts";
import { descendants, isAlive } from "../src/processes/process-tree.ts";
import { lockFilesOf } from "../src/processes/remove-folder.ts";
import { packThrowawayPlugin } from "./throwaway-plugin.ts";

/** Prints how long a step took; the numbers go into the README. */
async function timed<T>(what: string, step: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await step();
  console.log(`${what}: ${(performance.now() - started).toFixed(0)} ms`);
  return result;
}

describe("two labs side by side", () => {
  let model: ModelServer;
  let one: HostLab;
  let two: HostLab;
  let packages: string;

  beforeAll(async () => {
    packages = mkdtempSync(join(tmpdir(), "lab-packages-"));
    const plugin = packThrowawayPlugin(packages);
    model = await startModelServer();
    one = await timed("prepare with one plugin", () => HostLab.prepare({ model: { server: model }, install: [plugin] }));
    await one.start();
    two = await startGateway({ model: { server: model, api: "responses", id: "lab-2" } });
    console.log(`gateway starts: ${one.startedInMs} ms, ${two.startedInMs} ms`);
  });

  afterAll(async () => {
    await one.dispose();
    await two.dispose();
    await model.close();
    rmSync(packages, { recursive: true, force: true });
  });

  it("have their own process, port, token and state", () => {
    for (const key of ["pid", "port", "token"] as const) expect(one[key]).not.toBe(two[key]);
    expect(one.folder.root).not.toBe(two.folder.root);
    expect(one.logs()).toContain("ready");
  });

  it("run the packed plugin only where it was installed", async () => {
    const answer = await one.rpc("labecho.say", { text: "hi" }, { scopes: ["operator.read"] });
    expect(answer).toMatchObject({ greeting: "hello", heard: "hi", pid: one.pid });
    await timed("rpc", () => one.rpc("labecho.say", { text: "hi" }));
    await expect(two.rpc("labecho.say", {})).rejects.toMatchObject({ name: "GatewayCallError", code: "INVALID_REQUEST" });
  });

  it("refuse a call that lacks the scope", async () => {
    await expect(one.rpc("config.patch", { raw: "{}" }, { scopes: ["operator.read"] })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("answer a chat turn with the scripted text, over both interfaces", async () => {
    model.use((request) => `${request.api} heard: ${request.lastUserText}`);
    expect(await timed("first agent turn", () => one.agent("good morning"))).toBe("chat-completions heard: good morning");
    expect(await timed("second agent turn", () => one.agent("again"))).toBe("chat-completions heard: again");
    expect(await two.agent("good evening")).toBe("responses heard: good evening");
    expect(model.requests.at(-1)).toMatchObject({ api: "responses", model: "lab-2", outcome: "answered" });
    expect(model.refusals).toEqual([]);
  });

  it("let the scripted agent use the plugin's tool", async () => {
    model.use((request) => (request.toolResults[0] ? "Done" : callTool(request, "lab_echo", { text: "ping" })));
    expect(await one.agent("use the tool")).toBe("Done");
    expect(model.requests.at(-1)?.toolResults[0]?.text).toContain("echo of ping");
    expect(model.refusals).toEqual([]);
  });

  it("take a new config while running, and refuse a wrong one", async () => {
    const greet = (greeting: unknown): object => ({ plugins: { entries: { "lab-echo": { config: { greeting } } } } });
    const before = one.pid;
    await timed("config change", () => one.writeConfig({ ...greet("good day") }));
    expect(await one.rpc("labecho.say", {})).toMatchObject({ greeting: "good day", pid: before });
    await expect(one.writeConfig({ ...greet(5) })).rejects.toThrow("plugins.entries.lab-echo.config.greeting");
    expect(one.config()).toMatchObject(greet("good day"));
  });

  it("run the real CLI against their own Gateway", async () => {
    const call = ["gateway", "call", "labecho.say", "--params", '{"text":"from the shell"}', "--json"];
    const result = await timed("cli", () => one.cli(call));
    expect(result).toMatchObject({ code: 0, timedOut: false });
    expect(JSON.parse(result.stdout)).toMatchObject({ heard: "from the shell", pid: one.pid });
    expect((await two.cli(call)).code).not.toBe(0);
  });

  it("kill a CLI run that does not end in time", async () => {
    expect(await one.cli(["logs", "--follow"], { timeoutMs: 3_000 })).toMatchObject({ timedOut: true });
  });

  it("come back after kill -9 with the same state, and fail calls in between", async () => {
    const { pid, port } = one;
    await one.kill("SIGKILL");
    expect(isAlive(pid ?? 0)).toBe(false);
    await expect(one.rpc("health")).rejects.toMatchObject({ code: "not_running" });
    await timed("start after kill -9", () => one.start());
    expect(one.port).toBe(port);
    expect(await one.rpc("labecho.say", {})).toMatchObject({ greeting: "good day", pid: one.pid });
  });

  it("end on request and leave nothing: no process, no port, no file", async () => {
    const { pid = 0, port, folder } = two;
    const family = [pid, ...descendants(pid)];
    expect(family.length).toBeGreaterThan(1);
    expect(lockFilesOf(folder.root).length).toBeGreaterThan(0);
    const locks = lockFilesOf(folder.root);
    expect(await two.stop()).toMatchObject({ code: 0, graceful: true });
    await two.dispose();
    await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), 5_000);
    expect(await isFree(port)).toBe(true);
    expect([folder.root, ...locks].filter((path) => existsSync(path))).toEqual([]);
  });
});

describe("a lab that cannot start", () => {
  it("says why with the end of the log, and leaves nothing", async () => {
    const lab = await HostLab.prepare({ config: { gateway: { port: "not a port" } } });
    await expect(lab.start()).rejects.toMatchObject({ code: "start_failed", message: expect.stringMatching(/gateway\.port/) as string });
    await lab.dispose();
    expect(existsSync(lab.folder.root)).toBe(false);
  });

  it("gives up at its deadline", async () => {
    await expect(startGateway({ startTimeoutMs: 500 })).rejects.toThrow("not ready after 500 ms");
  });

  it("does not take a port that somebody listens on", async () => {
    const lab = await HostLab.prepare();
    const squatter = createServer().listen(lab.port, "127.0.0.1");
    await once(squatter, "listening");
    await expect(lab.start()).rejects.toMatchObject({ code: "start_failed" });
    squatter.close();
    await lab.dispose();
  });
});

describe("a test run that is killed", () => {
  it("takes its Gateway and its folder with it", async () => {
    const script = fileURLToPath(new URL("./doomed-runner.ts", import.meta.url));
    const runner = spawn(nodeBinary(), [script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface({ input: runner.stdout }), "line")) as [string];
    const { pid, port, root } = JSON.parse(line) as { pid: number; port: number; root: string };
    const family = [pid, ...descendants(pid)];
    const locks = lockFilesOf(root);
    runner.kill("SIGKILL");
    await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), 10_000);
    await vi.waitFor(() => expect([root, ...locks].filter((path) => existsSync(path))).toEqual([]), 10_000);
    expect(await isFree(port)).toBe(true);
  });
});
