import { readFileSync } from "node:fs";
import { registry, resolveProvider } from "@openclaw/telephony-contract";
import { afterEach, describe, expect, it } from "vitest";
import plugin from "./plugin.ts";

const here = (path: string) => new URL(path, import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(here(path), "utf8")) as Record<string, unknown>;

describe("xAI's plugin", () => {
  afterEach(() => {
    for (const { token } of registry().entries()) registry().remove(token);
  });

  it("registers the transcriber under its package's name and version", () => {
    plugin.register({ registrationMode: "full" });
    const { name, version } = json("../package.json");
    expect(resolveProvider("transcriber", "xai")).toMatchObject({ state: "found", entry: { mode: "full", package: name, version } });
  });

  it("has the id of its manifest, which loads it with the Gateway and for the telephone's commands", () => {
    expect(json("../openclaw.plugin.json")).toMatchObject({
      id: plugin.id,
      activation: { onStartup: true, onCommands: ["voicecall"] },
      cliCommands: [],
      configSchema: { type: "object", additionalProperties: false },
    });
  });

  it("loads neither its socket nor its schema before a configuration selects it", () => {
    for (const entry of ["plugin.ts", "index.ts"]) {
      expect([...packagesOf(entry)].sort()).toEqual(["@openclaw/telephony-contract", "@openclaw/telephony-kit"]);
    }
    expect([...packagesOf("config.ts")]).toContain("zod");
    expect([...packagesOf("transcriber.ts")]).toContain("ws");
  });
});

/** Packages that come with a file at once: by its static imports and those of the files that it imports so. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const found = new Set<string>();
  for (const [, types, from = ""] of readFileSync(here(file), "utf8").matchAll(/^(?:import|export) (type )?[^;]*?from "([^"]+)"/gm)) {
    if (types !== undefined || from.endsWith(".json")) continue;
    if (!from.startsWith("./")) found.add(from);
    else for (const name of packagesOf(from.slice(2), seen)) found.add(name);
  }
  return found;
}
