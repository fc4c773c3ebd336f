import { afterEach, describe, expect, it, vi } from "vitest";
import { isTelephonyError } from "./errors.ts";
import type * as RegistryModule from "./registry.ts";
import {
  REGISTRY_KEY,
  createRegistry,
  listProviders,
  registerProvider,
  registry,
  resolveProvider,
  type AnyProviderDefinition,
  type Registration,
  type RegistrationMode,
} from "./registry.ts";

const config = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;

function carrier(id = "acme", changes: Record<string, unknown> = {}): AnyProviderDefinition {
  const definition = { contract: { major: 1, minor: 0 }, kind: "carrier", id, label: "Acme", config, capabilities: {}, create: () => Promise.reject(new Error("unused")) };
  return { ...definition, ...changes } as unknown as AnyProviderDefinition;
}

function by(name: string, mode: RegistrationMode = "full", version = "1.0.0"): Registration {
  return { package: name, mode, version };
}

function found(resolution: ReturnType<typeof resolveProvider>): AnyProviderDefinition {
  if (resolution.state !== "found") throw new Error(`it is ${resolution.state}`);
  return resolution.definition;
}

describe("registering", () => {
  it("makes a provider known by its kind and id until it is taken back", () => {
    const from = createRegistry();
    const acme = carrier();
    const takeBack = registerProvider(acme, by("@acme/carrier"), from);
    expect(found(resolveProvider("carrier", "acme", { from }))).toBe(acme);
    expect(resolveProvider("transcriber", "acme", { from })).toEqual({ state: "missing" });
    takeBack();
    takeBack();
    expect(resolveProvider("carrier", "acme", { from })).toEqual({ state: "missing" });
  });

  it("takes back its own registration only", () => {
    const from = createRegistry();
    const [old, young] = [carrier(), carrier()];
    const takeBackOld = registerProvider(old, by("@acme/carrier"), from);
    registerProvider(young, by("@acme/carrier"), from);
    takeBackOld();
    expect(found(resolveProvider("carrier", "acme", { from }))).toBe(young);
  });

  it("says who registers what is wrong, and what is wrong with it", () => {
    const faults: [Record<string, unknown>, string][] = [
      [{ kind: "fax" }, 'kind "fax" is not one of carrier'],
      [{ id: "Acme" }, 'id "Acme" has to match'],
      [{ id: "a".repeat(41) }, "has to match"],
      [{ contract: undefined }, "contract has to be { major, minor }"],
      [{ contract: { major: "1", minor: 0 } }, "contract has to be { major, minor }"],
      [{ label: "" }, "label is missing"],
      [{ create: undefined }, "create is not a function"],
      [{ config: {} }, "config is not a Standard Schema"],
      [{ capabilities: null }, "capabilities are missing"],
      [{ capabilities: undefined }, "capabilities are missing"],
    ];
    for (const [changes, fault] of faults) {
      const register = () => registerProvider(carrier("acme", changes), by("@acme/carrier"), createRegistry());
      expect(register).toThrow(`@acme/carrier: `);
      expect(register).toThrow(fault);
      expect(register).toThrow(expect.objectContaining({ code: "definition-invalid", retryable: false }));
    }
  });

  it("lists each id of a kind once, in order", () => {
    const from = createRegistry();
    for (const id of ["zeta", "acme", "acme"]) registerProvider(carrier(id), by("@acme/carrier"), from);
    registerProvider(carrier("ears", { kind: "transcriber" }), by("@acme/ears"), from);
    expect(listProviders("carrier", from)).toEqual(["acme", "zeta"]);
    expect(listProviders("realtime-voice", from)).toEqual([]);
  });
});

describe("resolving", () => {
  it("prefers full over tool discovery over discovery, whichever came last", () => {
    const from = createRegistry();
    const modes: RegistrationMode[] = ["full", "tool-discovery", "discovery"];
    const takeBacks = modes.map((mode) => registerProvider(carrier("acme", { label: mode }), by("@acme/carrier", mode), from));
    for (const mode of modes) {
      expect(found(resolveProvider("carrier", "acme", { from })).label).toBe(mode);
      takeBacks.shift()?.();
    }
  });

  it("puts a mode that it does not know behind all others", () => {
    const from = createRegistry();
    registerProvider(carrier("acme", { label: "discovery" }), by("@acme/carrier", "discovery"), from);
    registerProvider(carrier("acme", { label: "later mode" }), by("@acme/carrier", "from-the-future" as never), from);
    expect(found(resolveProvider("carrier", "acme", { from })).label).toBe("discovery");
  });

  it("prefers the latest of one mode, and falls back to the one before", () => {
    const from = createRegistry();
    registerProvider(carrier("acme", { label: "old" }), by("@acme/carrier"), from);
    const takeBack = registerProvider(carrier("acme", { label: "new" }), by("@acme/carrier", "full", "1.1.0"), from);
    expect(found(resolveProvider("carrier", "acme", { from })).label).toBe("new");
    takeBack();
    expect(found(resolveProvider("carrier", "acme", { from })).label).toBe("old");
  });

  it("looks only at the modes that are asked for", () => {
    const from = createRegistry();
    registerProvider(carrier(), by("@acme/carrier", "discovery"), from);
    expect(resolveProvider("carrier", "acme", { from, modes: ["full"] })).toEqual({ state: "missing" });
    expect(resolveProvider("carrier", "acme", { from, modes: ["full", "discovery"] }).state).toBe("found");
  });

  it("uses none of two packages that claim one id, until one of them is gone", () => {
    const from = createRegistry();
    const takeBack = registerProvider(carrier(), by("@other/acme"), from);
    registerProvider(carrier(), by("@acme/carrier"), from);
    expect(resolveProvider("carrier", "acme", { from })).toEqual({ state: "conflict", packages: ["@acme/carrier", "@other/acme"] });
    takeBack();
    expect(resolveProvider("carrier", "acme", { from }).state).toBe("found");
  });

  it("does not take a carrier and a transcriber of one id for a conflict", () => {
    const from = createRegistry();
    registerProvider(carrier(), by("@acme/carrier"), from);
    registerProvider(carrier("acme", { kind: "transcriber" }), by("@acme/ears"), from);
    expect(resolveProvider("carrier", "acme", { from }).state).toBe("found");
    expect(resolveProvider("transcriber", "acme", { from }).state).toBe("found");
  });

  it("refuses another major version of the contract, and takes any minor one", () => {
    const from = createRegistry();
    registerProvider(carrier("next", { contract: { major: 2, minor: 0 } }), by("@acme/next", "full", "2.0.0"), from);
    registerProvider(carrier("later", { contract: { major: 1, minor: 9 } }), by("@acme/later"), from);
    expect(resolveProvider("carrier", "next", { from })).toMatchObject({ state: "incompatible", entry: { package: "@acme/next", version: "2.0.0" } });
    expect(resolveProvider("carrier", "later", { from }).state).toBe("found");
  });
});

describe("listening to a registry", () => {
  it("tells what came and went, until it is left", () => {
    const from = createRegistry();
    const heard: string[] = [];
    const leave = from.subscribe(({ kind, id }) => heard.push(`${kind} ${id}`));
    const takeBack = registerProvider(carrier(), by("@acme/carrier"), from);
    takeBack();
    expect(heard).toEqual(["carrier acme", "carrier acme"]);
    takeBack();
    leave();
    registerProvider(carrier(), by("@acme/carrier"), from);
    expect(heard).toHaveLength(2);
  });

  it("keeps a listener's fault from the others and from the provider", () => {
    const from = createRegistry();
    const heard: string[] = [];
    from.subscribe(() => {
      throw new Error("a listener's own fault");
    });
    from.subscribe(({ id }) => heard.push(id));
    registerProvider(carrier(), by("@acme/carrier"), from);
    expect(heard).toEqual(["acme"]);
    expect(resolveProvider("carrier", "acme", { from }).state).toBe("found");
  });

  it("is capped, like the entries, so that a leak is noticed", () => {
    const from = createRegistry();
    for (let listener = 0; listener < 100; listener++) from.subscribe(() => undefined);
    expect(() => from.subscribe(() => undefined)).toThrow("more than 100 listen");
    const takeBacks = Array.from({ length: 1000 }, () => registerProvider(carrier(), by("@acme/carrier"), from));
    expect(() => registerProvider(carrier(), by("@acme/carrier"), from)).toThrow("more than 1000 providers");
    takeBacks[0]?.();
    expect(() => registerProvider(carrier(), by("@acme/carrier"), from)).not.toThrow();
  });
});

describe("the registry of the process", () => {
  const holder = globalThis as { [REGISTRY_KEY]?: unknown };

  afterEach(() => {
    delete holder[REGISTRY_KEY];
  });

  /** The module as another installed package has it: evaluated again. */
  async function anotherCopy(): Promise<typeof RegistryModule> {
    vi.resetModules();
    return import("./registry.ts");
  }

  it("is one for all copies of this module", async () => {
    const copy = await anotherCopy();
    expect(copy.registry).not.toBe(registry);
    expect(copy.registry()).toBe(registry());
    const acme = carrier();
    const takeBack = copy.registerProvider(acme, by("@acme/carrier"));
    expect(found(resolveProvider("carrier", "acme"))).toBe(acme);
    takeBack();
    expect(resolveProvider("carrier", "acme")).toEqual({ state: "missing" });
  });

  it("serves a copy that came after it by its own rules", async () => {
    registerProvider(carrier("acme", { label: "full" }), by("@acme/carrier"));
    const copy = await anotherCopy();
    copy.registerProvider(carrier("acme", { label: "discovery" }), by("@acme/carrier", "discovery"));
    for (const resolve of [resolveProvider, copy.resolveProvider]) expect(found(resolve("carrier", "acme")).label).toBe("full");
  });

  it("throws errors that another copy recognises", async () => {
    const copy = await anotherCopy();
    const fault = (() => {
      try {
        return copy.registerProvider(carrier("acme", { label: "" }), by("@acme/carrier"));
      } catch (error) {
        return error;
      }
    })();
    expect(isTelephonyError(fault, "definition-invalid")).toBe(true);
  });

  it("cannot be changed by those who use it", () => {
    expect(Object.isFrozen(registry())).toBe(true);
    registerProvider(carrier(), by("@acme/carrier"));
    (registry().entries() as unknown[]).length = 0;
    expect(listProviders("carrier")).toEqual(["acme"]);
    expect(Object.isFrozen(registry().entries()[0])).toBe(true);
  });
});
