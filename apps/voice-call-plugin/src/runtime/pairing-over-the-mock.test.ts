import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTelephone, openCallStore, randomIds, type PairingRequest, type TelephoneSettings } from "@openclaw/call-engine";
import { createRegistry, registerProvider } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { mockDefinition, runningNetworks } from "@openclaw/voice-call-mock";
import { describe, expect, it } from "vitest";
import { parseConfig, toTelephoneSettings } from "../config/index.ts";

const STRANGER = "+15550100009";
const OUR_NUMBER = "+15550100000";
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

function settings(flow: string, message?: string): TelephoneSettings {
  const pairing = message === undefined ? {} : { pairing: { message } };
  const parsed = parseConfig({ enabled: true, provider: "mock", inboundPolicy: "pairing", inboundGreeting: "Welcome.", ...pairing, mock: { flow } });
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problem.message).join());
  const { serve, ...rest } = toTelephoneSettings(parsed.config);
  return { ...rest, serve: { ...serve, port: 0 } };
}

/** A telephone on the mock that pairs, with a network from which a test calls. */
async function phone(flow: string, message?: string) {
  const clock = createVirtualClock();
  const directory = mkdtempSync(join(tmpdir(), "voice-pairing-"));
  const store = openCallStore({ directory, clock, log: quiet });
  const registry = createRegistry();
  registerProvider(mockDefinition, { mode: "full", package: "@openclaw/voice-call-mock", version: "1.0.0" }, registry);
  const configured = settings(flow, message);
  const told: PairingRequest[] = [];
  const telephone = createTelephone({
    settings: () => configured,
    ports: {
      clock,
      log: quiet,
      store,
      registry,
      ids: randomIds,
      providerModes: ["full"],
      prepareSection: (_definition, given) => Promise.resolve(given),
      responder: { identify: () => ({ agentId: "main" }), respond: () => Promise.reject(new Error("nobody should ask the agent")) },
      ownerNotice: { pairingRequested: (request) => Promise.resolve(void told.push(request)) },
    },
  });
  await telephone.start();
  const network = runningNetworks().at(-1);
  /** Somebody calls and listens until the call is over. */
  const visit = async (from = STRANGER) => {
    const call = network?.callUs({ from, to: OUR_NUMBER, script: [{ waitFor: "speech" }, { pauseMs: 1000 }, { hangup: true }] });
    await clock.runUntil(() => call?.report().state === "ended", 60_000);
    return call?.report();
  };
  return {
    telephone,
    told,
    visit,
    async [Symbol.asyncDispose]() {
      await telephone.stop();
      store.close();
      rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

describe.each(["pull", "push", "emit"])("pairing over the mock in flow %s", (flow) => {
  it("tells a stranger that the owner is asked, hangs up, and lets them in once the owner said so", async () => {
    await using desk = await phone(flow);
    const first = await desk.visit();
    expect(first).toMatchObject({ state: "ended", reason: "completed", heard: [expect.stringMatching(/^Hello\. Your number is not known here\..*Goodbye\.$/) as string] });
    expect(desk.told).toMatchObject([{ number: STRANGER, dialled: OUR_NUMBER }]);
    desk.telephone.pairing.approve(desk.told[0]?.code ?? "");
    expect(await desk.visit()).toMatchObject({ heard: ["Welcome."] });
    expect(desk.telephone.active()).toEqual([]);
  });

  it("says what the owner has written for it", async () => {
    await using desk = await phone(flow, "Please ask me first.");
    expect(await desk.visit()).toMatchObject({ heard: ["Please ask me first."] });
  });

  it.each([
    ["without a word where there is nothing to say", STRANGER, ""],
    ["where the number is withheld", "", undefined],
    ["where the network gives a word for it", "anonymous", undefined],
  ])("rejects a caller %s", async (_why, from, message) => {
    await using desk = await phone(flow, message);
    expect(await desk.visit(from)).toMatchObject({ state: "ended", reason: "rejected", heard: [] });
  });
});
