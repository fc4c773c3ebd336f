import { afterEach, describe, expect, it, vi } from "vitest";
import { CONTRACT, registry, type AnyProviderDefinition } from "@openclaw/telephony-contract";
import { providerPlugin, type PluginHostApi } from "./plugin.ts";

const carrier = (id: string): AnyProviderDefinition => ({
  contract: CONTRACT,
  kind: "carrier",
  id,
  label: id,
  config: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } },
  capabilities: { flow: "push", audioModes: ["native"], steps: {} },
  create: () => Promise.reject(new Error("not in this test")),
});

const plugin = (...providers: AnyProviderDefinition[]) =>
  providerPlugin({ id: "acme", name: "Acme", description: "A carrier.", package: { name: "@acme/phone", version: "2.1.0" }, providers });

/** A host that keeps what it was asked to do at disposal. */
function host(registrationMode?: string) {
  const disposals: (() => void)[] = [];
  const error = vi.fn();
  const api: PluginHostApi = {
    ...(registrationMode !== undefined && { registrationMode }),
    logger: { error },
    lifecycle: { onDispose: (callback) => disposals.push(callback) },
  };
  return { api, error, dispose: () => disposals.splice(0).forEach((callback) => callback()) };
}

const registered = () => registry().entries().map(({ definition, mode, package: name, version }) => [definition.id, mode, name, version]);

describe("a provider plugin", () => {
  afterEach(() => {
    for (const { token } of registry().entries()) registry().remove(token);
  });

  it.each(["full", "discovery", "tool-discovery"])("registers its providers when loaded as %s", (mode) => {
    plugin(carrier("acme"), carrier("acme-two")).register(host(mode).api);
    expect(registered()).toEqual([
      ["acme", mode, "@acme/phone", "2.1.0"],
      ["acme-two", mode, "@acme/phone", "2.1.0"],
    ]);
  });

  it.each(["cli-metadata", "something-new", undefined])("registers nothing when loaded as %s", (mode) => {
    plugin(carrier("acme")).register(host(mode).api);
    expect(registered()).toEqual([]);
  });

  it("takes back its own registrations, and no other copy's", () => {
    const full = host("full");
    const discovery = host("discovery");
    plugin(carrier("acme")).register(full.api);
    plugin(carrier("acme")).register(discovery.api);
    discovery.dispose();
    expect(registered()).toEqual([["acme", "full", "@acme/phone", "2.1.0"]]);
    full.dispose();
    expect(registered()).toEqual([]);
  });

  it("logs a definition that is refused and registers its siblings", () => {
    const { api, error } = host("full");
    plugin(carrier("Not An Id"), carrier("acme")).register(api);
    expect(registered()).toHaveLength(1);
    expect(error).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('id "Not An Id"'));
  });

  it("registers in a host without logger and lifecycle", () => {
    plugin(carrier("Not An Id"), carrier("acme")).register({ registrationMode: "full" });
    expect(registered()).toHaveLength(1);
  });

  it("is the plain object that the host loads", () => {
    expect(plugin()).toEqual({ id: "acme", name: "Acme", description: "A carrier.", register: expect.any(Function) as unknown });
  });
});
