import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { documentationFile, manifestFile } from "./generate.ts";
import { type JsonSchema, strictJsonSchema, tolerantJsonSchema } from "./json-schema.ts";
import { manifest, secretPaths } from "./manifest.ts";
import { outline } from "./outline.ts";
import { parseConfig } from "./parse.ts";
import { configSchema } from "./schema.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("what is written about the configuration", () => {
  it("is what the schema says: the checked-in manifest equals the generated one", () => {
    expect(read("openclaw.plugin.json")).toBe(manifestFile());
  });

  it("is what the schema says: the checked-in table equals the generated one", () => {
    const page = read("docs/configuration.md");
    expect(page).toBe(documentationFile(page));
  });

  it("names the same keys in schema, manifest and documentation", () => {
    const keys = outline().map(({ path }) => path);
    expect(new Set(keys).size).toBe(keys.length);
    expect(Object.keys(manifest().uiHints)).toEqual(keys);
    expect(pathsOf(tolerantJsonSchema()).sort()).toEqual([...keys].sort());
    const documented = [...read("docs/configuration.md").matchAll(/^\| `([^`]+)` \| .* \| .* \| .* \|$/gm)]
      .map(([, key = ""]) => key.replace("<carrier>", "*").replace("[]", ".*").replaceAll(/<(?:id|number)>/g, "*"));
    for (const { path, section } of outline()) if (!section) expect(documented).toContain(path);
    for (const key of documented) expect(keys).toContain(key);
  });

  it.each(["docs/configuration.md", "README.md"])("gives only examples that are valid: %s", (page) => {
    const examples = examplesOf(existsSync(new URL(`../../${page}`, import.meta.url)) ? read(page) : "");
    if (page.startsWith("docs/")) expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) expect(parseConfig(example)).toMatchObject({ ok: true });
  });
});

describe("a configuration that is wrong", () => {
  const wrong = {
    enabled: "yes", provider: 5, fromNumber: "bad", foo: 5, serve: 7, numbers: { x: 3 }, allowFrom: "+1", tts: [],
    realtime: false, streaming: { enabled: 1, nope: null }, acme: { apiKey: 5 }, webhookSecurity: { trustedProxyIPs: [4] },
  };

  it("never keeps the Gateway from starting, because the manifest's schema refuses nothing", () => {
    const accepts = z.fromJSONSchema(tolerantJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
    expect(accepts.safeParse(wrong).error).toBeUndefined();
    for (const [key, value] of everyKeyWrong()) expect(accepts.safeParse({ [key]: value }).error, key).toBeUndefined();
  });

  it("is refused by the strict schema and by the parser, which names every wrong key", () => {
    expect(z.fromJSONSchema(strictJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]).safeParse(wrong).success).toBe(false);
    const result = parseConfig(wrong);
    expect(result.ok ? [] : result.problems.map(({ key }) => key).sort()).toEqual(
      [
        "acme.apiKey", "allowFrom", "enabled", "foo", "fromNumber", "numbers.x", "provider", "realtime", "serve",
        "streaming.enabled", "streaming.nope", "tts", "webhookSecurity.trustedProxyIPs.0",
      ].sort(),
    );
    for (const problem of result.ok ? [] : result.problems) {
      expect(problem.message).not.toBe("");
      expect(problem.remedy).not.toBe("");
    }
  });

  it("is refused for every single key that holds something wrong", () => {
    for (const [key, value] of everyKeyWrong()) expect(parseConfig({ [key]: value }).ok, key).toBe(false);
  });
});

describe("a secret", () => {
  const ref = { source: "env", provider: "default", id: "SOME_KEY" };

  it("may be text or a reference wherever the manifest declares a secret path", () => {
    expect(secretPaths()).toEqual([
      "numbers.*.tts.providers.*.apiKey",
      "tts.providers.*.apiKey",
      "streaming.providers.*.apiKey",
      "realtime.providers.*.apiKey",
      "*.apiKey",
      "*.authToken",
    ]);
    for (const path of secretPaths())
      for (const value of [ref, { ...ref, source: "file" }, { ...ref, source: "exec" }, { ...ref, source: "store" }, "text"])
        expect(parseConfig(placed(path, value)), path).toMatchObject({ ok: true, warnings: [] });
  });

  it("is owned by the capability, so that one that cannot be resolved never stops the Gateway", () => {
    for (const path of manifest().configContracts.secretInputs.paths) expect(path.ownerKind).toBe("capability");
  });

  it("counts as missing while it is a variable that is not set", () => {
    for (const path of secretPaths()) {
      const result = parseConfig(placed(path, "${SOME_KEY}"));
      expect(result).toMatchObject({ ok: true, warnings: [{ message: expect.stringContaining("SOME_KEY") as string }] });
      expect(JSON.stringify(result.ok && result.config)).not.toContain("SOME_KEY");
    }
  });
});

/** Dotted paths of all properties of a JSON Schema, as the outline writes them. */
function pathsOf(node: JsonSchema, path = ""): string[] {
  const within = (key: string) => (path === "" ? key : `${path}.${key}`);
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [within(key), ...pathsOf(child, within(key))]);
  const rest = typeof node.additionalProperties === "object" ? pathsOf(node.additionalProperties, within("*")) : [];
  const items = ((node.anyOf as JsonSchema[] | undefined) ?? []).flatMap((variant) => (variant.items ? pathsOf(variant.items, within("*")) : []));
  return [...own, ...rest, ...items];
}

/** Every key of the root with a value that no key takes. */
function everyKeyWrong(): [string, unknown][] {
  return Object.keys(configSchema.shape).map((key) => [key, [[null]]]);
}

function placed(path: string, value: unknown): unknown {
  const keys = path.replace("numbers.*", "numbers.+15550100").split(".").map((key) => (key === "*" ? "acme" : key));
  return keys.reduceRight((inner, key) => ({ [key]: inner }), value);
}

/** The configurations in a page's examples. */
function examplesOf(page: string): unknown[] {
  type Host = { plugins?: { entries?: { "voice-call"?: { config?: unknown } } } };
  return [...page.matchAll(/```json\n([\s\S]*?)```/g)]
    .map(([, json = ""]) => (JSON.parse(json) as Host).plugins?.entries?.["voice-call"]?.config)
    .filter((config) => config !== undefined);
}
