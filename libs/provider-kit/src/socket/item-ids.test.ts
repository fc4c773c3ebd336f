import { describe, expect, it } from "vitest";
import { ItemIds } from "./item-ids.ts";

describe("the names of items", () => {
  it("are one for a vendor's name as long as the item is under way, and new afterwards", () => {
    const ids = new ItemIds();
    const first = ids.of("a");
    expect(ids.of("a")).toBe(first);
    expect(ids.has("a")).toBe(true);
    expect(ids.end("a")).toBe(first);
    expect(ids.has("a")).toBe(false);
    expect(ids.of("a")).not.toBe(first);
  });

  it("go on over a lost connection, in their order", () => {
    const ids = new ItemIds();
    const [over, first, second] = [ids.of("x"), ids.of("a"), ids.of("b")];
    ids.end("x");
    ids.restarted();
    expect(ids.begins(1)).toBe(false);
    expect([ids.of(1), ids.of(2)]).toEqual([first, second]);
    expect([ids.begins(2), ids.begins(3)]).toEqual([false, true]);
    expect([over, first, second]).not.toContain(ids.of(3));
  });

  it("go on over two lost connections", () => {
    const ids = new ItemIds();
    const [first, second] = [ids.of("a"), ids.of("b")];
    ids.restarted();
    ids.of(1);
    ids.restarted();
    expect([ids.of(7), ids.of(8)]).toEqual([first, second]);
  });

  it("are not kept without end", () => {
    const ids = new ItemIds();
    for (let item = 0; item < 1_000; item++) ids.of(item);
    expect(ids.has(0)).toBe(false);
    expect(ids.has(999)).toBe(true);
  });
});
