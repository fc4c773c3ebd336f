import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigPatch, HostLab } from "@openclaw/host-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Misdeed, packBadCarriers } from "./support/bad-carriers.ts";
import { type Call, callOf, ended, eventually, liveCalls, place, until } from "./support/calls.ts";
import { startTelephone, telephone } from "./support/telephone-lab.ts";

let folder: string;
let lab: HostLab;
let gateway: number | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "voice-call-bad-things-"));
  lab = await startTelephone({ install: packBadCarriers(folder) });
  gateway = lab.pid;
});

afterAll(async () => {
  await lab?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** A telephone that works. */
const GOOD: ConfigPatch = {
  provider: "mock",
  mock: { speakingMsPerWord: 20 },
  outbound: { notifyHangupDelaySec: 0 },
  serve: { port: 0 },
  inboundPolicy: "disabled",
  streaming: { enabled: false },
  realtime: { enabled: false },
  maxConcurrentCalls: null,
  store: null,
  unruly: null,
};

/** Changes the configuration of the running Gateway to one that works but for these keys. */
async function configure(keys: ConfigPatch): Promise<void> {
  await lab.writeConfig(telephone({ ...GOOD, ...keys }));
}

/** What a Gateway or a command says when it refuses. */
interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** What the Gateway says to somebody who wants to place a call. */
async function refusal(): Promise<Refusal> {
  return place(lab).then(
    () => ({ code: "none", message: "the call was placed" }),
    (error: unknown) => error as Refusal,
  );
}

/** What the command line says to them, and its exit code. */
async function refusalOfCommand(): Promise<Refusal & { exit: number }> {
  const { code: exit, stdout } = await lab.cli(["voicecall", "start", "--to", "+15550100", "--message", "Hello", "--json"]);
  return { exit, ...(JSON.parse(stdout) as { error: Refusal }).error };
}

/** The Gateway that was started first still runs and answers. */
async function expectGatewayUnharmed(): Promise<void> {
  expect(await lab.rpc("health")).toBeTruthy();
  expect(lab.pid).toBe(gateway);
}

interface Trouble {
  readonly what: string;
  readonly keys: () => ConfigPatch | Promise<ConfigPatch>;
  readonly code: string;
  /** Everything that the message has to say: the key, and what to do. */
  readonly says: readonly RegExp[];
  /** Exit code of the command line, which repeats the Gateway's words. A run takes seconds: one for each code is enough. */
  readonly exit?: number;
}

const KEY = "plugins\\.entries\\.voice-call\\.config";
let squatter: Server | undefined;

const TROUBLES: readonly Trouble[] = [
  {
    what: "a carrier that nobody has heard of",
    keys: () => ({ provider: "nowhere" }),
    code: "setup-incomplete",
    says: [/carrier nowhere is not installed/, /Installed: locked, mock, twin, unruly/, /openclaw plugins install/, new RegExp(`${KEY}\\.provider`)],
    exit: 3,
  },
  {
    what: "missing credentials",
    keys: () => ({ provider: "locked" }),
    code: "setup-incomplete",
    says: [new RegExp(`Set ${KEY}\\.locked\\.apiKey`), /LOCKED_API_KEY in the environment/],
  },
  {
    what: "two packages that claim one carrier",
    keys: () => ({ provider: "twin" }),
    code: "setup-incomplete",
    says: [/claim the carrier twin: bad-carriers, twin-carrier/, /openclaw plugins uninstall/],
  },
  {
    what: "two audio modes",
    keys: () => ({ inboundPolicy: "allowlist", streaming: { enabled: true }, realtime: { enabled: true } }),
    code: "config-invalid",
    says: [new RegExp(`${KEY}\\.realtime\\.enabled`), /Set streaming\.enabled or realtime\.enabled to false/],
    exit: 3,
  },
  {
    what: "a value of the wrong type",
    keys: () => ({ maxConcurrentCalls: "many" }),
    code: "config-invalid",
    says: [new RegExp(`${KEY}\\.maxConcurrentCalls: has to be a number`), /Correct the value or remove the key/],
  },
  {
    what: "a store that cannot be written",
    keys: () => {
      const store = join(folder, "a-file");
      writeFileSync(store, "in the way");
      return { store };
    },
    code: "store-unavailable",
    says: [/a-file/, /`store`/, /Make it a directory/],
    exit: 1,
  },
  {
    what: "a port that somebody else listens on",
    keys: async () => {
      const server = createServer();
      squatter = server;
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      return { serve: { port: typeof address === "object" ? address?.port : 0 } };
    },
    code: "listener-failed",
    says: [/is in use by another program/, /set "serve\.port" to a free one/],
    exit: 3,
  },
];

describe.each(TROUBLES)("$what", ({ keys, code, says, exit }) => {
  afterAll(() => void squatter?.close());

  it("is told with the key and the remedy, and the Gateway goes on", async () => {
    await configure(await keys());
    const rpc = await refusal();
    expect(rpc.code, rpc.message).toBe(code);
    for (const pattern of says) {
      expect(rpc.message).toMatch(pattern);
      expect(lab.logs()).toMatch(pattern);
    }
    if (exit !== undefined) expect(await refusalOfCommand()).toMatchObject({ exit, code, message: rpc.message.replace("voicecall.start: ", "") });
    await expectGatewayUnharmed();
  });
});

describe("a carrier that throws", () => {
  it.each<Misdeed>(["capabilities", "create", "start", "check", "dial"])("in %s: the call is refused, and that is all", async (where) => {
    await configure({ provider: "unruly", unruly: { throwsIn: where } });
    await expect(place(lab)).rejects.toMatchObject({ name: "GatewayCallError" });
    expect(await liveCalls(lab)).toEqual([]);
    await expectGatewayUnharmed();
  });

  it.each<Misdeed>(["timer", "emit", "hangup", "status", "close"])("in %s: at most its call ends", async (where) => {
    await configure({ provider: "unruly", unruly: { throwsIn: where } });
    const callId = await place(lab);
    if (where !== "timer") await until(lab, callId, ({ state }) => state === "active");
    await lab.rpc("voicecall.end", { callId });
    expect(await ended(lab, callId)).toMatchObject({ carrier: "unruly", endReason: where === "timer" ? "canceled" : "completed" });
    expect(await liveCalls(lab)).toEqual([]);
    await expectGatewayUnharmed();
  });

  it("in every command: the call fails by itself, and the next carrier works as if nothing had been", async () => {
    await configure({ provider: "unruly", unruly: { throwsIn: "perform, hangup, status, close" } });
    const doomed = await place(lab);
    await configure({});
    expect(await ended(lab, doomed)).toMatchObject({ carrier: "unruly", endReason: "failed" });
    const callId = await eventually(() => place(lab, { mode: "notify" }));
    expect(await ended(lab, callId)).toMatchObject({ carrier: "mock", state: "completed" });
    await expectGatewayUnharmed();
  });
});

describe("a Gateway that stops in mid-call", () => {
  let before: Call;

  it("hangs up first: the record says that the call was ended, and why", async () => {
    await configure({ mock: { script: [{ waitFor: "speech" }, { pauseMs: 600_000 }], speakingMsPerWord: 20 } });
    before = await until(lab, await place(lab), ({ state, transcript }) => state === "active" && transcript.length > 0);
    expect(await lab.stop()).toMatchObject({ code: 0, graceful: true });
    const { code, stdout } = await lab.cli(["voicecall", "status", "--call-id", before.callId, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ call: { state: "gateway-stopped", endedAt: expect.any(Number) as number, transcript: before.transcript } });
  });

  it("starts again even with a section that is wrong, says which key, and telephones once it is corrected", async () => {
    await lab.writeConfig(telephone({ maxConcurrentCalls: "many" }));
    await lab.start();
    expect(lab.logs()).toMatch(/voice-call.*maxConcurrentCalls/);
    await lab.writeConfig(telephone({ ...GOOD, maxConcurrentCalls: 2 }));
    const callId = await eventually(() => place(lab, { mode: "notify" }));
    expect(await ended(lab, callId)).toMatchObject({ state: "completed" });
    expect(await callOf(lab, before.callId)).toMatchObject({ state: "gateway-stopped" });
  });
});
