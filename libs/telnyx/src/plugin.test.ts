import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { registry, resolveProvider } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { ACCOUNT } from "./testing/account.ts";

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as Record<string, unknown>;
const sdkLoaded = vi.hoisted(() => vi.fn());
vi.mock("telnyx", async (original) => {
  sdkLoaded();
  return await original();
});

describe("Telnyx's plugin", () => {
  afterEach(() => {
    for (const { token } of registry().entries()) registry().remove(token);
  });

  it("registers the carrier under its package's name and version", async () => {
    const { default: plugin } = await import("./plugin.ts");
    plugin.register({ registrationMode: "full" });
    const { name, version } = json("../package.json");
    expect(resolveProvider("carrier", "telnyx")).toMatchObject({ state: "found", entry: { mode: "full", package: name, version } });
  });

  it("has the id of its manifest, which loads it with the Gateway and for the telephone's commands", async () => {
    const { default: plugin } = await import("./plugin.ts");
    expect(json("../openclaw.plugin.json")).toMatchObject({
      id: plugin.id,
      activation: { onStartup: true, onCommands: ["voicecall"] },
      cliCommands: [],
      configSchema: { type: "object", additionalProperties: false },
    });
  });

  it("loads Telnyx's SDK when a carrier is created, and no sooner", async () => {
    const { default: plugin } = await import("./plugin.ts");
    const { telnyxDefinition } = await import("./index.ts");
    plugin.register({ registrationMode: "full" });
    const section = await telnyxDefinition.config["~standard"].validate(ACCOUNT);
    if (section.issues) throw new Error("the section is wrong");
    expect(sdkLoaded).not.toHaveBeenCalled();
    const webhooks = { deliver: () => Promise.reject(new Error("not used")), entryUrl: "https://voice.example.com/entry" };
    const context = { clock: createVirtualClock(), log: createLogRecorder(), signal: new AbortController().signal, emit: () => undefined, media: { attach: () => undefined }, webhooks };
    const carrier = await telnyxDefinition.create(section.value, context);
    expect(sdkLoaded).toHaveBeenCalledOnce();
    await carrier.close();
  });
});
