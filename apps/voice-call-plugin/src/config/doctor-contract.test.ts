import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type LegacyConfigRule, legacyConfigRules, normalizeCompatibilityConfig } from "../../doctor-contract-api.js";
import { parseConfig } from "./parse.ts";

const folder = new URL("./fixtures/", import.meta.url);
const hostConfig = (config: unknown) => ({ gateway: { mode: "local" }, plugins: { entries: { "voice-call": { enabled: true, config } } } });
const fixtures = readdirSync(folder).map((name) => ({
  name,
  ...(JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { before: unknown; after: unknown }),
}));

describe.each(fixtures)("a configuration of $name", ({ before, after }) => {
  const cfg = hostConfig(before);

  it("becomes one that is valid today", () => {
    const { config, changes } = normalizeCompatibilityConfig({ cfg });
    expect(config).toEqual(hostConfig(after));
    expect(changes.length > 0).toBe(JSON.stringify(before) !== JSON.stringify(after));
    expect(parseConfig(after)).toMatchObject({ ok: true });
  });

  it("is recognised by a rule exactly when there is something to do", () => {
    const matching = (host: unknown) => legacyConfigRules.filter((rule) => matches(rule, host));
    expect(matching(cfg).length > 0).toBe(JSON.stringify(before) !== JSON.stringify(after));
    expect(matching(hostConfig(after))).toEqual([]);
  });

  it("is left alone the second time", () => {
    const again = hostConfig(after);
    expect(normalizeCompatibilityConfig({ cfg: again })).toEqual({ config: again, changes: [] });
  });

  it("is not changed in place", () => {
    const kept = structuredClone(cfg);
    normalizeCompatibilityConfig({ cfg });
    expect(cfg).toEqual(kept);
  });

  it("keeps every credential, and no report repeats one", () => {
    const { config, changes } = normalizeCompatibilityConfig({ cfg });
    for (const secret of JSON.stringify(before).match(/sk-[a-z]+|ELEVENLABS_API_KEY|old-token|"dg"/g) ?? []) {
      expect(JSON.stringify(config)).toContain(secret);
      expect(changes.join()).not.toContain(secret);
    }
  });
});

describe("the migration", () => {
  it("does nothing to a host without a telephone", () => {
    for (const cfg of [{}, { plugins: [] }, hostConfig(undefined), hostConfig("x")] as Record<string, unknown>[])
      expect(normalizeCompatibilityConfig({ cfg })).toEqual({ config: cfg, changes: [] });
  });

  it("leaves an old key where the place of the new one is blocked, so that nothing is lost", () => {
    const cfg = hostConfig({
      streaming: { openaiApiKey: "sk-old", providers: "none" },
      tts: { openai: { apiKey: "sk-tts" }, providers: { openai: "none" } },
    });
    expect(normalizeCompatibilityConfig({ cfg })).toEqual({ config: cfg, changes: [] });
  });

  it("does not take a key for a prototype", () => {
    const cfg = hostConfig(JSON.parse('{"tts":{"__proto__":{"polluted":1},"openai":{"__proto__":{"polluted":1}}}}'));
    normalizeCompatibilityConfig({ cfg });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

function matches({ path, match }: LegacyConfigRule, host: unknown): boolean {
  const value = path.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], host);
  return match(value);
}
