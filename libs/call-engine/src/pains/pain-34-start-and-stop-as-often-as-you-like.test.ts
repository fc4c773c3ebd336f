import { expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";

it("pain 34: started and stopped twenty times with calls on the line, it leaves no timer, socket or carrier", async () => {
  await using desk = await createDesk({ start: false });
  const { telephone, carrier, clock } = desk;
  const idle = clock.pending;
  for (let round = 1; round <= 20; round++) {
    await telephone.start();
    await telephone.start();
    const callId = await desk.listening();
    const stopping = telephone.stop();
    carrier.emit("ended", callId, { reason: "completed" });
    await clock.advance(10_000);
    await stopping;
    await telephone.stop();
    expect(telephone.get(callId)?.state).toBe("gateway-stopped");
    expect(clock.pending).toBe(idle);
    expect(carrier.closed).toBe(carrier.opened);
    await expect(desk.call()).rejects.toMatchObject({ code: "unavailable", retryable: true });
  }
});

it("pain 34: the next call takes a changed configuration, and a live one keeps its own", async () => {
  await using desk = await createDesk();
  const live = await desk.listening();
  desk.settings = { ...desk.settings, carrierConfig: { region: "elsewhere" }, fromNumber: "+15550100999" };
  const next = await desk.call();
  expect(desk.carrier.opened).toBe(2);
  expect(desk.carrier.closed).toBe(0);
  expect(desk.telephone.get(next)?.from).toBe("+15550100999");
  expect(desk.telephone.get(live)?.from).toBe("+15550100000");
  desk.carrier.emit("ended", live, { reason: "completed" });
  await desk.clock.settle();
  expect(desk.carrier.closed).toBe(1);
});
