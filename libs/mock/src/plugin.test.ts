import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { registry, resolveProvider } from "@openclaw/telephony-contract";
import plugin from "./plugin.ts";

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as Record<string, unknown>;

describe("the mock's plugin", () => {
  afterEach(() => {
    for (const { token } of registry().entries()) registry().remove(token);
  });

  it("registers the carrier under its package's name and version", () => {
    plugin.register({ registrationMode: "full" });
    const { name, version } = json("../package.json");
    expect(resolveProvider("carrier", "mock")).toMatchObject({ state: "found", entry: { mode: "full", package: name, version } });
  });

  it("has the id of its manifest, which loads it with the Gateway and for the telephone's commands", () => {
    expect(json("../openclaw.plugin.json")).toMatchObject({
      id: plugin.id,
      activation: { onStartup: true, onCommands: ["voicecall"] },
      cliCommands: [],
      configSchema: { type: "object", additionalProperties: false },
    });
  });
});
