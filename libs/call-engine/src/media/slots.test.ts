import { expect, it } from "vitest";
import { Slots } from "./slots.ts";

it("the count of sockets forgets a source when nothing of it is pending", () => {
  const slots = new Slots();
  ["192.0.2.1", "192.0.2.1", "192.0.2.2"].forEach((source) => slots.enter(source));
  expect([slots.pending, slots.active, slots.sources]).toEqual([3, 0, 2]);
  slots.start("192.0.2.1");
  slots.giveUp("192.0.2.1");
  slots.start("192.0.2.2");
  expect([slots.pending, slots.active, slots.sources]).toEqual([0, 2, 0]);
  slots.leave();
  slots.leave();
  expect(slots.active).toBe(0);
});
