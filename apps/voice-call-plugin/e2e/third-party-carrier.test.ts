import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelServer, type HostLab, type ModelServer } from "@openclaw/host-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACME_PLUGIN, packAcme } from "./support/acme-carrier.ts";
import { ended, eventually, liveCalls, place } from "./support/calls.ts";
import { setupOf } from "./support/setup.ts";
import { startTelephone, telephone } from "./support/telephone-lab.ts";

describe("a carrier that a stranger wrote against the packed contract alone", () => {
  let folder: string;
  let model: ModelServer;
  let lab: HostLab;
  let gateway: number | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "voice-call-acme-"));
    model = await startModelServer({ script: () => JSON.stringify({ spoken: "It is noon" }) });
    lab = await startTelephone({ model: { server: model }, config: { mock: { speakingMsPerWord: 20 } } });
    gateway = lab.pid;
  });

  afterAll(async () => {
    await lab?.dispose();
    await model?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is refused by name before it is installed, with what to install", async () => {
    await lab.writeConfig(telephone({ provider: "acme", acme: { apiKey: "a-key-of-acme" } }));
    await expect(place(lab)).rejects.toMatchObject({
      code: "setup-incomplete",
      message: expect.stringMatching(/carrier acme is not installed\. Installed: mock.*openclaw plugins install.*plugins\.entries\.voice-call\.config\.provider/) as string,
    });
  });

  it("carries a whole conversation once it is installed into the running Gateway", async () => {
    await lab.install([packAcme(folder)]);
    const call = await ended(lab, await eventually(() => place(lab, { message: "Good morning" })));
    expect(call).toMatchObject({ carrier: "acme", state: "completed" });
    expect(call.transcript.map(({ speaker, text }) => `${speaker}: ${text}`)).toEqual([
      "agent: Good morning",
      "caller: What is the time?",
      "agent: It is noon",
    ]);
    expect(model.refusals).toEqual([]);
    expect(lab.pid).toBe(gateway);
  });

  it("is shown by setup, and its secret is shown nowhere", async () => {
    const { code, report, text } = await setupOf(lab);
    expect(code).toBe(0);
    expect(report.providers.carrier).toContainEqual({ id: "acme", package: ACME_PLUGIN, version: "1.0.0" });
    expect(report.checks).toContainEqual(expect.objectContaining({ id: "carrier-installed", ok: true }));
    expect(text + lab.logs()).not.toContain("a-key-of-acme");
  });

  it("disappears when it is uninstalled: setup says so, calls are refused with the remedy, and the Gateway lives on", async () => {
    const removed = await lab.cli(["plugins", "uninstall", ACME_PLUGIN, "--force"], { timeoutMs: 120_000 });
    expect(removed, removed.stderr + removed.stdout).toMatchObject({ code: 0, timedOut: false });
    await lab.settled();
    await eventually(async () =>
      expect(place(lab)).rejects.toMatchObject({ code: "setup-incomplete", message: expect.stringContaining("carrier acme is not installed") as string }),
    );
    const { code, report } = await setupOf(lab);
    expect(code).toBe(3);
    expect(report.providers.carrier?.map(({ id }) => id)).toEqual(["mock"]);
    expect(report.checks).toContainEqual(expect.objectContaining({ id: "carrier-installed", ok: false, level: "error" }));
    expect(lab.pid).toBe(gateway);
  });

  it("leaves a telephone that works with another carrier at once", async () => {
    await lab.writeConfig(telephone({ provider: "mock", outbound: { notifyHangupDelaySec: 0 } }));
    expect(await ended(lab, await place(lab, { mode: "notify" }))).toMatchObject({ carrier: "mock", state: "completed" });
    expect(await liveCalls(lab)).toEqual([]);
  });
});
