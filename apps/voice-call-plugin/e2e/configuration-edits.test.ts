import type { HostLab } from "@openclaw/host-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOf, ended, eventually, place, until } from "./support/calls.ts";
import { startTelephone, telephone } from "./support/telephone-lab.ts";

/** Answers, listens, and stays on the line for longer than the test lasts. */
const PATIENT_PERSON = [{ waitFor: "speech" }, { pauseMs: 600_000 }];

describe("the configuration of a running telephone", () => {
  let lab: HostLab;
  let gateway: number | undefined;
  let live: string;

  beforeAll(async () => {
    lab = await startTelephone({ config: { maxConcurrentCalls: 1, mock: { script: PATIENT_PERSON } } });
    gateway = lab.pid;
    live = await place(lab, { message: "Are you there?" });
    await until(lab, live, ({ state }) => state === "active");
  });

  afterAll(async () => lab?.dispose());

  const timesReady = () => lab.logs().split("\n").filter((line) => line.includes("the telephone is ready")).length;

  it("is changed under a live call: the call goes on, and the next one takes the new values", async () => {
    await expect(place(lab)).rejects.toMatchObject({ code: "capacity" });
    await lab.writeConfig(telephone({ maxConcurrentCalls: 2, toNumber: "+15550177" }));
    const { callId } = (await lab.rpc("voicecall.initiate", { message: "Hello", mode: "conversation" })) as { callId: string };
    expect(await callOf(lab, callId)).toMatchObject({ to: "+15550177" });
    expect(await callOf(lab, live)).toMatchObject({ state: "active" });
    await lab.rpc("voicecall.end", { callId });
    expect(timesReady()).toBe(1);
  });

  it("is switched off: new calls are refused with the reason, the live one goes on, and then the telephone goes down", async () => {
    await lab.writeConfig(telephone({ enabled: false }));
    await expect(place(lab)).rejects.toMatchObject({ code: "setup-incomplete", message: expect.stringContaining("enabled") as string });
    expect(await callOf(lab, live)).toMatchObject({ state: "active" });
    await lab.rpc("voicecall.end", { callId: live });
    await eventually(async () => expect(lab.rpc("voicecall.status", { callId: live })).rejects.toMatchObject({ code: "setup-incomplete" }));
  });

  it("is switched on again: the telephone comes back by itself, in the same Gateway", async () => {
    await lab.writeConfig(telephone({ enabled: true }));
    await eventually(() => expect(timesReady()).toBe(2));
    expect(await ended(lab, live)).toMatchObject({ state: "completed" });
    expect(lab.pid).toBe(gateway);
  });

  it("is made wrong: the telephone says which key and what to do, and the Gateway lives on", async () => {
    await lab.writeConfig(telephone({ maxConcurrentCalls: "many" }));
    await expect(place(lab)).rejects.toMatchObject({
      code: "config-invalid",
      details: { problems: [{ key: "plugins.entries.voice-call.config.maxConcurrentCalls", remedy: expect.any(String) as string }] },
    });
    await lab.writeConfig(telephone({ maxConcurrentCalls: 1 }));
    const callId = await eventually(() => place(lab));
    await lab.rpc("voicecall.end", { callId });
    expect(lab.pid).toBe(gateway);
  });
});
