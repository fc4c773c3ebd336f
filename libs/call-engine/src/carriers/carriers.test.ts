import { createRegistry, registerProvider, type CarrierDefinition } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";

const FULL = { mode: "full", package: "desk", version: "1.0.0" } as const;

describe("the carrier of a call", () => {
  it.each([
    ["is not installed", (registry: ReturnType<typeof createRegistry>) => void registry, "carrier-missing", true],
    [
      "is claimed by two packages",
      (registry: ReturnType<typeof createRegistry>) => {
        registerProvider(new DeskCarrier().definition, FULL, registry);
        registerProvider(new DeskCarrier().definition, { ...FULL, package: "other" }, registry);
      },
      "carrier-conflict",
      false,
    ],
    [
      "is only known for set-up",
      (registry: ReturnType<typeof createRegistry>) => void registerProvider(new DeskCarrier().definition, { ...FULL, mode: "discovery" }, registry),
      "carrier-missing",
      true,
    ],
    [
      "was made for another contract",
      (registry: ReturnType<typeof createRegistry>) =>
        void registerProvider({ ...new DeskCarrier().definition, contract: { major: 2, minor: 0 } }, FULL, registry),
      "carrier-incompatible",
      false,
    ],
  ])("%s: refused with a name", async (_what, fill, code, retryable) => {
    const registry = createRegistry();
    fill(registry);
    await using desk = await createDesk({ ports: () => ({ registry }) });
    await expect(desk.call()).rejects.toMatchObject({ code, retryable });
  });

  it("is used as soon as its package is loaded, and no more once it is gone; a live call keeps it", async () => {
    const registry = createRegistry();
    await using desk = await createDesk({ ports: () => ({ registry }) });
    const off = registerProvider(desk.carrier.definition, FULL, registry);
    const live = await desk.call();
    off();
    await expect(desk.call()).rejects.toMatchObject({ code: "carrier-missing" });
    desk.carrier.emit("answered", live);
    expect(desk.telephone.get(live)?.state).toBe("active");
    expect(desk.carrier.closed).toBe(0);
    desk.carrier.emit("ended", live, { reason: "completed" });
    await desk.clock.settle();
    expect(desk.carrier.closed).toBe(1);
  });

  it("stays the same for every call of one configuration", async () => {
    await using desk = await createDesk();
    const first = await desk.call();
    await desk.call();
    desk.carrier.emit("ended", first, { reason: "busy" });
    await desk.call();
    expect(desk.carrier.opened).toBe(1);
  });

  it("that declares more than it brings is refused, by name", async () => {
    const { definition } = new DeskCarrier(PULL);
    const lame: CarrierDefinition<object> = {
      ...definition,
      create: async (config, context) => {
        const { render: _lost, ...carrier } = await definition.create(config, context);
        return carrier;
      },
    };
    const registry = createRegistry();
    registerProvider(lame, FULL, registry);
    await using desk = await createDesk({ ports: () => ({ registry }) });
    await expect(desk.call()).rejects.toMatchObject({ code: "definition-invalid", message: expect.stringContaining('"render"') as string });
  });

  it("whose section is wrong is refused with the key", async () => {
    const registry = createRegistry();
    const config = {
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "is missing", path: ["apiKey"] }] }) },
    } as const;
    registerProvider({ ...new DeskCarrier(PUSH).definition, config }, FULL, registry);
    await using desk = await createDesk({ ports: () => ({ registry }) });
    await expect(desk.call()).rejects.toMatchObject({ code: "config-invalid", message: "desk.apiKey: is missing" });
  });
});
