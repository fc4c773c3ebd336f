import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, describe, expect, it } from "vitest";
import { registry, resolveProvider } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as Record<string, unknown>;
/** Files of the SDK that this process has loaded: they are CommonJS, and stand in Node's one cache. */
const sdkFiles = () => Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes("/node_modules/plivo/"));

describe("Plivo's plugin", () => {
  afterEach(() => {
    for (const { token } of registry().entries()) registry().remove(token);
  });

  it("registers the carrier under its package's name and version", async () => {
    const { default: plugin } = await import("./plugin.ts");
    plugin.register({ registrationMode: "full" });
    const { name, version } = json("../package.json");
    expect(resolveProvider("carrier", "plivo")).toMatchObject({ state: "found", entry: { mode: "full", package: name, version } });
  });

  it("has the id of its manifest, which loads it with the Gateway and for the telephone's commands", async () => {
    const { default: plugin } = await import("./plugin.ts");
    expect(json("../openclaw.plugin.json")).toMatchObject({ id: plugin.id, activation: { onStartup: true, onCommands: ["voicecall"] }, cliCommands: [] });
  });

  it("loads Plivo's SDK when a carrier is created, no sooner, and without what it sends with", async () => {
    const { default: plugin } = await import("./plugin.ts");
    const { plivoDefinition } = await import("./index.ts");
    plugin.register({ registrationMode: "full" });
    await plivoDefinition.config["~standard"].validate({});
    expect(sdkFiles()).toEqual([]);
    const context = { clock: createVirtualClock(), log: createLogRecorder(), signal: new AbortController().signal, emit: () => undefined, media: { attach: () => undefined } };
    const webhooks = { deliver: () => Promise.reject(new Error("not used")), entryUrl: "https://voice.example.com/entry" };
    await plivoDefinition.create({ authId: "MA0123456789ABCDEFGH", authToken: "token", baseUrl: "https://api.plivo.com" }, { ...context, webhooks });
    expect(sdkFiles().some((file) => file.endsWith("resources/call.js"))).toBe(true);
    expect(sdkFiles().filter((file) => /axios|rest\/client/.test(file))).toEqual([]);
  });
});
