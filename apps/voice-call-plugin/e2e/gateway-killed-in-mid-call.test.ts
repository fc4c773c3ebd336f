import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostLab } from "@openclaw/host-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Call, callOf, ended, eventually, liveCalls, place, until } from "./support/calls.ts";
import { networkCalls, packNetworkProbe } from "./support/network-probe.ts";
import { startTelephone } from "./support/telephone-lab.ts";

/** Answers, listens, and stays on the line for longer than the test lasts. */
const PATIENT_PERSON = [{ waitFor: "speech" }, { pauseMs: 600_000 }];

describe("pain 5: a restart leaves phantom calls", () => {
  let folder: string;
  let lab: HostLab;
  let before: Call;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "voice-call-killed-"));
    lab = await startTelephone({ install: [packNetworkProbe(folder)], config: { maxConcurrentCalls: 1, mock: { script: PATIENT_PERSON, speakingMsPerWord: 20 } } });
  });

  afterAll(async () => {
    await lab?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("a Gateway is killed in the middle of a call that takes its only line", async () => {
    const callId = await place(lab, { message: "Are you still there?" });
    before = await until(lab, callId, ({ state, transcript }) => state === "active" && transcript.length > 0);
    await expect(place(lab)).rejects.toMatchObject({ code: "capacity", message: expect.stringContaining("maxConcurrentCalls") as string });
    await lab.kill("SIGKILL");
  });

  it("without a Gateway the command line reads the record as it was at the end", async () => {
    const { code, stdout } = await lab.cli(["voicecall", "status", "--call-id", before.callId, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ found: true, call: { callId: before.callId, state: "active", sessionKey: before.sessionKey } });
  });

  it("after the restart the carrier was asked: the call is over, its record whole, and its end has a reason", async () => {
    await lab.start();
    const after = await ended(lab, before.callId);
    expect(after).toMatchObject({ to: before.to, from: before.from, sessionKey: before.sessionKey, transcript: before.transcript });
    expect(after.endReason).toBeTruthy();
    expect(after.state).not.toBe("active");
  });

  it("no line is taken and nothing was dialled", async () => {
    expect(await liveCalls(lab)).toEqual([]);
    expect(await networkCalls(lab)).toEqual([]);
  });

  it("the next call gets the line, and the caller is remembered in the same session", async () => {
    const callId = await place(lab, { message: "Hello again" });
    const call = await until(lab, callId, ({ state, transcript }) => state === "active" && transcript.length > 0);
    expect(call.sessionKey).toBe(before.sessionKey);
    await eventually(async () =>
      expect(await networkCalls(lab)).toMatchObject([{ callId, direction: "outbound", state: "answered", heard: ["Hello again"] }]),
    );
    await lab.rpc("voicecall.end", { callId });
    expect(await ended(lab, callId)).toMatchObject({ state: "completed" });
    expect(await callOf(lab, before.callId)).toMatchObject({ endedAt: expect.any(Number) as number });
  });
});
