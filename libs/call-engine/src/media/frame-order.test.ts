import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { FrameOrder, type AudioFrame } from "./frame-order.ts";

const frame = (seq?: number): AudioFrame => ({ type: "audio", track: "inbound", payload: Buffer.from([seq ?? 0]), ...(seq !== undefined && { seq }) });

function createOrder() {
  const clock = createVirtualClock();
  const delivered: AudioFrame[] = [];
  const order = new FrameOrder(clock, { deliver: (one) => void delivered.push(one) });
  const take = (...seqs: (number | undefined)[]) => seqs.forEach((seq) => order.take(frame(seq)));
  return { clock, order, delivered, take, seqs: () => delivered.map(({ seq }) => seq) };
}

describe("the order of frames", () => {
  it("passes frames on as they are while they come in order, or without a number", () => {
    const { order, delivered, clock } = createOrder();
    const frames = [frame(7), frame(8), frame(), frame(9), frame(Number.NaN)];
    frames.forEach((one) => order.take(one));
    expect(delivered.every((one, i) => one === frames[i])).toBe(true);
    expect([delivered.length, clock.pending]).toEqual([5, 0]);
  });

  it.each([
    { name: "two that were swapped", came: [1, 3, 2, 4], heard: [1, 2, 3, 4] },
    { name: "one that comes four late", came: [1, 3, 4, 5, 6, 2, 7], heard: [1, 2, 3, 4, 5, 6, 7] },
    { name: "two gaps", came: [1, 5, 3, 2, 6, 4, 7], heard: [1, 2, 3, 4, 5, 6, 7] },
    { name: "repeated ones", came: [1, 2, 2, 4, 4, 3, 3, 5], heard: [1, 2, 3, 4, 5] },
  ])("puts right $name", ({ came, heard }) => {
    const { take, seqs, clock, order } = createOrder();
    take(...came);
    expect(seqs()).toEqual(heard);
    expect([clock.pending, order.lost]).toEqual([0, 0]);
  });

  it("copies what it holds back, since the bytes are only lent", () => {
    const { order, delivered, take } = createOrder();
    take(1);
    const lent = frame(3);
    order.take(lent);
    lent.payload.fill(99);
    take(2);
    expect(delivered.map(({ payload }) => payload[0])).toEqual([1, 2, 3]);
  });

  it("skips a lost frame when five wait behind it", () => {
    const { take, seqs, order, clock } = createOrder();
    take(1, 3, 4, 5, 6);
    expect(seqs()).toEqual([1]);
    take(7, 8, 2);
    expect(seqs()).toEqual([1, 3, 4, 5, 6, 7, 8]);
    expect([order.lost, order.late, clock.pending]).toEqual([1, 1, 0]);
  });

  it("skips a lost frame after 100 ms, also where nothing follows, and one gap after the other", async () => {
    const { take, seqs, order, clock } = createOrder();
    take(1, 3, 6);
    await clock.advance(99);
    expect(seqs()).toEqual([1]);
    await clock.advance(1);
    expect(seqs()).toEqual([1, 3]);
    await clock.advance(100);
    expect(seqs()).toEqual([1, 3, 6]);
    expect([order.lost, clock.pending]).toEqual([3, 0]);
  });

  it("goes along with a carrier that begins to count anew", () => {
    const { take, seqs } = createOrder();
    take(500, 501, 1, 2, 3, 4, 5, 6, 7);
    expect(seqs()).toEqual([500, 501, 5, 6, 7]);
  });

  it("does not take late frames here and there for counting anew", async () => {
    const { take, seqs, order, clock } = createOrder();
    take(1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7);
    expect([seqs(), order.late]).toEqual([[1, 2, 3, 4, 5, 6, 7], 5]);
    take(1, 1, 1, 1, 9);
    await clock.advance(100);
    take(1);
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 9]);
  });

  it("delivers what waits when it is flushed, and nothing after it is closed", () => {
    const { take, seqs, order, clock } = createOrder();
    take(1, 3, 5);
    order.flush();
    expect([seqs(), clock.pending]).toEqual([[1, 3, 5], 0]);
    take(8);
    order.close();
    expect([seqs(), clock.pending]).toEqual([[1, 3, 5], 0]);
  });
});
