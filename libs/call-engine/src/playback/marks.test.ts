import { describe, expect, it } from "vitest";
import { Marks } from "./marks.ts";

/** Marks of which each lies 100 ms behind the one before, and is due half a millisecond after its place. */
function sender() {
  const marks = new Marks();
  let sent = 0;
  const send = () => {
    sent += 1;
    return marks.next(100 * sent, 100 * sent + 0.5);
  };
  /** What is known of a mark when it comes back, unless that is no news. */
  const echo = (number: number) => (marks.echoed(`g1-${number}`) ? [marks.positionMs, marks.dueAt] : undefined);
  return { marks, send, echo };
}

describe("marks", () => {
  it.each([1, 3, 4, 5, 9, 33, 63])("that come back each after %i more are known by place and time", (later) => {
    const { send, echo } = sender();
    for (let number = 1; number <= 300; number++) {
      expect(send()).toBe(`g1-${number}`);
      if (number > later) expect(echo(number - later)).toEqual([100 * (number - later), 100 * (number - later) + 0.5]);
    }
  });

  it("that come to be more and more under way are all known", () => {
    const { send, echo } = sender();
    let echoed = 0;
    for (let number = 1; number <= 120; number++) {
      send();
      if (number % 2 === 0) expect(echo(++echoed)).toEqual([100 * echoed, 100 * echoed + 0.5]);
    }
  });

  it("that never come back are forgotten but for the last 64", () => {
    const { send, echo } = sender();
    for (let number = 1; number <= 200; number++) send();
    expect([echo(1), echo(136), echo(201)]).toEqual([undefined, undefined, undefined]);
    expect(echo(137)).toEqual([13_700, 13_700.5]);
    expect([echo(137), echo(200)]).toEqual([undefined, [20_000, 20_000.5]]);
  });

  it("of an earlier generation mean nothing", () => {
    const { marks, send, echo } = sender();
    for (let number = 1; number <= 10; number++) send();
    marks.renew();
    expect([marks.next(20, 21), echo(1), marks.echoed("g2-1"), marks.positionMs, marks.dueAt]).toEqual(["g2-1", undefined, true, 20, 21]);
  });
});
