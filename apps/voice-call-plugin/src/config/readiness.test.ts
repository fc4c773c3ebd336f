import { CONTRACT, type CarrierCapabilities, type RegistryEntry, type Resolution } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { parseConfig } from "./parse.ts";
import { type ReadinessFacts, isReady, missingKeys, readiness } from "./readiness.ts";

const capabilities: CarrierCapabilities = {
  flow: "push", audioModes: ["native", "streaming"], publicWebhook: ["native"], outbound: true, inbound: true, steps: {},
};
const definition = {
  contract: CONTRACT, kind: "carrier", id: "acme", label: "Acme", config: z.object({}), capabilities,
  env: { apiKey: ["ACME_KEY"] }, secrets: ["apiKey"], create: async () => Promise.reject(new Error("not here")),
} as const;
const entry: RegistryEntry = { token: Symbol("acme"), sequence: 1, mode: "full", package: "acme-phone", version: "2.0.0", definition };
const found: Resolution<"carrier"> = { state: "found", definition, entry };
const good = { enabled: true, provider: "acme", fromNumber: "+15550100", publicUrl: "https://voice.example.com/" };

const facts = (config: object = {}, more: Partial<ReadinessFacts> = {}): ReadinessFacts => ({
  parsed: parseConfig({ ...good, ...config }),
  carrier: found,
  installedCarriers: ["acme", "mock"],
  section: { missing: [], wrong: [] },
  capabilities,
  agents: ["main"],
  ...more,
});
const faults = (config?: object, more?: Partial<ReadinessFacts>) => readiness(facts(config, more)).filter(({ ok }) => !ok);

describe("a telephone that is set up", () => {
  it("passes every check", () => {
    const checks = readiness(facts());
    expect(checks.map(({ id }) => id)).toEqual([
      "config-valid", "plugin-enabled", "carrier-chosen", "carrier-installed", "credentials", "from-number",
      "webhook-exposure", "agent-owner", "audio-mode", "carrier-mode-fit",
    ]);
    expect(checks.every(({ ok, level }) => ok && level === "info")).toBe(true);
    expect(isReady(checks)).toBe(true);
    expect(missingKeys(checks)).toEqual([]);
  });
});

describe("a configuration that is wrong", () => {
  it("is all that is reported, problem by problem", () => {
    const checks = readiness(facts({ serve: { port: -1 }, foo: 1 }));
    expect(checks.map(({ id }) => id)).toEqual(["config-valid", "config-valid"]);
    expect(checks[0]?.message).toContain("serve.port");
    expect(isReady(checks)).toBe(false);
  });

  it("is only doubted where it is merely unlikely, and the telephone starts", () => {
    const checks = readiness(facts({ inboundPolicy: "allowlist" }));
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([{ id: "config-doubt", level: "warning" }]);
    expect(isReady(checks)).toBe(true);
  });
});

describe("what keeps the telephone from starting", () => {
  it.each<[string, object, Partial<ReadinessFacts>, string, RegExp]>([
    ["the switch", { enabled: false }, {}, "plugin-enabled", /Set enabled/],
    ["no carrier", { provider: undefined }, {}, "carrier-chosen", /config\.provider/],
    ["a missing package", {}, { carrier: { state: "missing" } }, "carrier-installed", /openclaw plugins install/],
    ["two packages", {}, { carrier: { state: "conflict", packages: ["a", "b"] } }, "carrier-installed", /uninstall/],
    ["a package of another contract", {}, { carrier: { state: "incompatible", entry } }, "carrier-installed", /Update acme-phone/],
    ["a wrong section", {}, { section: { missing: [], wrong: ["acme.depth: no"] } }, "credentials", /config\.acme/],
    ["an unresolved secret", {}, { unresolvedSecrets: ["acme.apiKey"] }, "credentials", /secrets/],
    ["no own number", { fromNumber: undefined }, {}, "from-number", /fromNumber/],
    ["no public URL", { publicUrl: undefined }, {}, "webhook-exposure", /publicUrl/],
    ["a private URL", { publicUrl: "https://10.0.0.1/" }, {}, "webhook-exposure", /public internet/],
    ["a tunnel that is not open", { publicUrl: undefined, tunnel: { provider: "ngrok" } }, {}, "webhook-exposure", /publicUrl/],
    ["several agents", {}, { agents: ["main", "shop"] }, "agent-owner", /agentId/],
    ["an unknown agent", { agentId: "nobody" }, {}, "agent-owner", /agentId/],
    ["an unknown agent of a line", { numbers: { "+15550100": { agentId: "x" } } }, {}, "agent-owner", /numbers\.\+15550100\.agentId/],
    ["no agent", {}, { agents: [] }, "agent-owner", /agents add/],
    ["a mode that the carrier lacks", { inboundPolicy: "open", realtime: { enabled: true } }, {}, "carrier-mode-fit", /native, streaming/],
    ["inbound calls that the carrier lacks", { inboundPolicy: "open" }, { capabilities: { ...capabilities, inbound: false } }, "carrier-mode-fit", /inboundPolicy/],
  ])("%s: one error with a remedy", (_, config, more, id, remedy) => {
    const found = faults(config, more);
    expect(found).toMatchObject([{ id, level: "error", remedy: expect.stringMatching(remedy) as string }]);
  });

  it("is the list of missing keys, of which the remedy names the environment variables too", () => {
    const config = { provider: "acme", fromNumber: undefined, publicUrl: undefined };
    const checks = readiness(facts(config, { section: { missing: ["acme.apiKey", "acme.line"], wrong: [] } }));
    expect(missingKeys(checks)).toEqual(["acme.apiKey", "acme.line", "fromNumber", "publicUrl"]);
    expect(checks.find(({ id }) => id === "credentials")?.remedy).toMatch(/config\.acme\.apiKey.*ACME_KEY/);
  });
});

describe("what is doubtful and does not keep it", () => {
  it.each<[string, object, Partial<ReadinessFacts>, string]>([
    ["a URL without encryption", { publicUrl: "http://voice.example.com/" }, {}, "webhook-exposure"],
    ["signatures that are not checked", { skipSignatureVerification: true }, {}, "signature-verification"],
    ["a transcriber that is not installed", { streaming: { enabled: true, provider: "ear" } }, { audioProviders: ["other"] }, "audio-provider"],
    ["a carrier that detects no machines", { outbound: { machineDetection: "hangup" } }, {}, "machine-detection"],
    ["no transcriber at all", { streaming: { enabled: true } }, { audioProviders: [] }, "audio-provider"],
  ])("%s", (_, config, more, id) => {
    const checks = readiness(facts(config, more));
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([{ id, level: "warning" }]);
    expect(isReady(checks)).toBe(true);
  });
});

describe("a carrier without a real network", () => {
  it("needs neither a number nor a public URL", () => {
    const mock = { ...definition, secrets: [] };
    const config = { fromNumber: undefined, publicUrl: undefined };
    const more = { carrier: { ...found, definition: mock } as Resolution<"carrier">, capabilities: { ...capabilities, publicWebhook: [] } };
    expect(faults(config, more)).toEqual([]);
  });

  it("takes the URL of an open tunnel where none is configured", () => {
    expect(faults({ publicUrl: undefined }, { exposedUrl: "https://abc.ngrok.app/voice" })).toEqual([]);
  });
});
