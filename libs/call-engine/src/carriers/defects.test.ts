import { createRegistry, registerProvider, type CallEvent, type CarrierDefinition } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier } from "../test-support/desk-carrier.test-support.ts";

describe("a carrier's defect stays the carrier's", () => {
  it("when a timer of it throws: nothing reaches the process, and the log names the carrier", async () => {
    await using desk = await createDesk();
    const callId = await desk.call();
    const throwing = () => {
      throw new Error("boom");
    };
    desk.carrier.context.clock.schedule(10, throwing);
    await desk.clock.advance(10);
    expect(desk.logs).toContainEqual(expect.objectContaining({ level: "error", message: "a carrier failed in a timer", fields: { carrier: "desk", code: "internal", fault: "boom" } }));
    desk.carrier.emit("answered", callId);
    expect(desk.telephone.get(callId)?.state).toBe("active");
  });

  it.each([
    ["nothing", undefined],
    ["an empty object", {}],
    ["no list of ids", { type: "answered", carrierIds: 3 }],
  ])("when it reports %s as an event: logged, and no call is harmed", async (_what, nonsense) => {
    await using desk = await createDesk();
    const callId = await desk.call();
    expect(() => desk.carrier.context.emit(nonsense as unknown as CallEvent)).not.toThrow();
    expect(desk.logs.filter(({ level }) => level === "error")).toHaveLength(1);
    desk.carrier.emit("answered", callId);
    expect(desk.telephone.get(callId)?.state).toBe("active");
  });

  it("when it cannot start: the call is refused with its words, and what it had opened is closed", async () => {
    const carrier = new DeskCarrier();
    const { definition } = carrier;
    const lame: CarrierDefinition<object> = {
      ...definition,
      create: async (config, context) => ({ ...(await definition.create(config, context)), start: () => Promise.reject(new Error("no network")) }),
    };
    const registry = createRegistry();
    registerProvider(lame, { mode: "full", package: "desk", version: "1.0.0" }, registry);
    await using desk = await createDesk({ ports: () => ({ registry }) });
    await expect(desk.call()).rejects.toMatchObject({ code: "internal", message: expect.stringContaining("no network") as string });
    expect(carrier.opened).toBeGreaterThan(0);
    expect(carrier.closed).toBe(carrier.opened);
  });
});
