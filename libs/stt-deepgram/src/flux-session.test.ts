import { describe, expect, it } from "vitest";
import { openBench } from "./test/bench.ts";

const FLUX = { model: "flux-general-en", eagerEotThreshold: 0.4 };
const turn = (event: string, transcript: string, more: object = {}) => ({ type: "TurnInfo", event, turn_index: 0, transcript, audio_window_end: 2, words: [], ...more });

describe("a turn of Flux", () => {
  it("is told from its begin to its end, whole each time", () => {
    const { receives, told, said, events } = openBench(FLUX);
    receives({ type: "Connected", request_id: "r", sequence_id: 0 });
    receives(turn("StartOfTurn", ""));
    receives(turn("Update", "Book a"));
    receives(turn("EagerEndOfTurn", "Book a"));
    receives(turn("TurnResumed", "Book a table"));
    receives(turn("EndOfTurn", "Book a table.", { words: [{ word: "Book", confidence: 0.9 }, { word: "a", confidence: 0.7 }] }));
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 Book a", "eagerEnd item-1 Book a", "resumed item-1", "final item-1 Book a table."]);
    expect(events.at(-1)).toMatchObject({ confidence: 0.8, timeMs: 2_000 });
    expect(said).toEqual(["ready", "heard 2000", "flushed"]);
  });

  it("is another with the next number", () => {
    const { receives, told } = openBench(FLUX);
    receives(turn("EndOfTurn", "Yes."));
    receives(turn("EndOfTurn", "Yes.", { turn_index: 1 }));
    expect(told()).toEqual(["speechStarted item-1", "final item-1 Yes.", "speechStarted item-2", "final item-2 Yes."]);
  });

  it("has events that nobody knows yet", () => {
    const { receives, told } = openBench(FLUX);
    receives(turn("SomethingNew", "Book a"));
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 Book a"]);
  });

  it("without words is no item", () => {
    const { receives, told } = openBench(FLUX);
    receives(turn("StartOfTurn", ""));
    receives(turn("Update", ""));
    receives(turn("EndOfTurn", ""));
    expect(told()).toEqual(["speechStarted item-1"]);
  });

  it("whose end was announced goes on after a lost connection, under its name", () => {
    const { receives, protocol, told } = openBench(FLUX);
    receives(turn("Update", "Book a"));
    receives(turn("EagerEndOfTurn", "Book a"));
    protocol.restarted?.(0);
    receives(turn("EndOfTurn", "Book a table."));
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 Book a", "eagerEnd item-1 Book a", "resumed item-1", "final item-1 Book a table."]);
  });
});

describe("what Flux is told", () => {
  it("is given the silence that ends a turn on a flush, where there is a turn", () => {
    const { receives, protocol, wire, said } = openBench({ ...FLUX, eotTimeoutMs: 3_000 });
    protocol.flush?.(wire);
    receives(turn("Update", "Book a"));
    protocol.flush?.(wire);
    expect(said).toEqual(["flushed", "silence 3000"]);
  });

  it("is given silence where no audio comes", () => {
    const { protocol, wire, said } = openBench(FLUX);
    protocol.keepAlive?.beat(wire);
    expect(said).toEqual(["silence 1000"]);
  });

  it.each([
    ["UNPARSABLE_CLIENT_MESSAGE", "fail internal"],
    ["INTERNAL_SERVER_ERROR", "lost unavailable"],
    ["words of the caller", "lost unavailable"],
  ])("ends with the error %s", (code, line) => {
    const { receives, said } = openBench(FLUX);
    receives({ type: "Error", code, description: "d" });
    expect(said).toEqual([line]);
  });
});
