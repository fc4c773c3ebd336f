import type { StandardSchema } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { inspectSection, mergeEnv, resolveSecrets } from "./provider-section.ts";

const ref = { source: "env", provider: "default", id: "ACME_SECRET" } as const;

describe("the environment", () => {
  const env = { apiKey: ["ACME_KEY", "OLD_ACME_KEY"] };

  it("fills a key that is absent, from the first variable that is set", () => {
    expect(mergeEnv({ region: "x" }, env, { OLD_ACME_KEY: "old" })).toEqual({ region: "x", apiKey: "old" });
    expect(mergeEnv({}, env, { ACME_KEY: "new", OLD_ACME_KEY: "old" })).toEqual({ apiKey: "new" });
    expect(mergeEnv({}, env, { ACME_KEY: "  ", OLD_ACME_KEY: " old " })).toEqual({ apiKey: "old" });
  });

  it.each(["", " ", "${ACME_KEY}", null, undefined])("fills a key that holds %j", (apiKey) => {
    expect(mergeEnv({ apiKey }, env, { ACME_KEY: "new" })).toEqual({ apiKey: "new" });
    expect(mergeEnv({ apiKey }, env, {})).toEqual({});
  });

  it("never replaces what is configured, a secret reference included", () => {
    for (const apiKey of ["text", ref, 0, false]) expect(mergeEnv({ apiKey }, env, { ACME_KEY: "new" })).toEqual({ apiKey });
  });
});

describe("secret references", () => {
  it("are replaced by what the host says, who is told the full path", async () => {
    const asked: unknown[] = [];
    const resolved = await resolveSecrets({ apiKey: ref, region: "x" }, "acme", async (value, path) => {
      asked.push([value, path]);
      return "the secret";
    });
    expect(resolved).toEqual({ section: { apiKey: "the secret", region: "x" }, unresolved: [] });
    expect(asked).toEqual([[ref, "plugins.entries.voice-call.config.acme.apiKey"]]);
  });

  it.each([
    ["is not known", async () => undefined],
    ["is empty", async () => ""],
    ["cannot be read", async () => Promise.reject(new Error("permission denied: hunter2"))],
  ])("are named by their key when the secret %s", async (_, resolver) => {
    const resolved = await resolveSecrets({ apiKey: ref }, "streaming.providers.acme", resolver);
    expect(resolved).toEqual({ section: {}, unresolved: ["streaming.providers.acme.apiKey"] });
  });
});

describe("a carrier's section, asked of its own package", () => {
  const config = z.strictObject({ account: z.string().regex(/^A/), token: z.string(), depth: z.number().optional() });
  const owner = { config, env: { token: ["ACME_TOKEN"] } };

  it("is complete when file and environment together fill it", async () => {
    expect(await inspectSection({ account: "A1" }, "acme", owner, { ACME_TOKEN: "t" })).toEqual({ missing: [], wrong: [] });
  });

  it("names what is missing and what is wrong, by key", async () => {
    const report = await inspectSection({ depth: "deep", more: 1 }, "acme", owner, {});
    expect(report.missing).toEqual(["acme.account", "acme.token"]);
    expect(report.wrong).toHaveLength(2);
    expect(report.wrong.join()).toMatch(/acme\.depth.*more/s);
  });

  it("counts a secret reference as filled, whatever shape the package expects of the text", async () => {
    expect(await inspectSection({ account: ref, token: ref }, "acme", owner, {})).toEqual({ missing: [], wrong: [] });
  });

  it("survives a package whose schema throws", async () => {
    const broken: StandardSchema = { "~standard": { version: 1, vendor: "x", validate: () => { throw new Error("boom") } } };
    const report = await inspectSection({}, "acme", { config: broken }, {});
    expect(report).toEqual({ missing: [], wrong: ["acme: the schema of the provider's package failed"] });
  });
});
