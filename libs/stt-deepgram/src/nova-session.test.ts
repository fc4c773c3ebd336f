import { describe, expect, it } from "vitest";
import { openBench } from "./test/bench.ts";

/** A stretch of an utterance, from and to so many seconds. */
const results = (transcript: string, [start, end]: readonly [number, number], flags: object = {}) => ({
  type: "Results",
  start,
  duration: end - start,
  is_final: false,
  ...flags,
  channel: { alternatives: [{ transcript, confidence: 0.9 }] },
});
const LOCKED = { is_final: true };
const LAST = { is_final: true, speech_final: true };

describe("an utterance of Nova", () => {
  it("is put together from the stretches that do not change any more", () => {
    const { receives, told, said, events } = openBench();
    receives({ type: "SpeechStarted", timestamp: 0.5 });
    receives(results("I would", [0.5, 1]));
    receives(results("I would like", [0.5, 2], LOCKED));
    receives(results("to book", [2, 3]));
    receives(results("to book a table.", [2, 3.5], LAST));
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 I would", "partial item-1 I would like", "partial item-1 I would like to book", "final item-1 I would like to book a table."]);
    expect(events[0]).toMatchObject({ timeMs: 500 });
    expect(events.at(-1)).toMatchObject({ confidence: 0.9, timeMs: 3_500 });
    expect(said).toEqual(["heard 3500"]);
  });

  it("ends with a pause that brings no more words", () => {
    const { receives, told } = openBench();
    receives(results("Yes.", [0, 1], LOCKED));
    receives(results("", [1, 2], LAST));
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 Yes.", "final item-1 Yes."]);
  });

  it("ends with the words' end where the pause was not noticed", () => {
    const { receives, told, said } = openBench();
    receives(results("Yes.", [0, 1], LOCKED));
    receives({ type: "UtteranceEnd", last_word_end: 0.9 });
    receives({ type: "UtteranceEnd", last_word_end: 0.9 });
    expect(told().slice(-1)).toEqual(["final item-1 Yes."]);
    expect(said).toEqual(["heard 1000"]);
  });

  it("is none without words", () => {
    const { receives, told, said } = openBench();
    receives(results("", [0, 1], LAST));
    receives(results(" ", [1, 2]));
    receives({ type: "Metadata", request_id: "r", duration: 2 });
    expect([told(), said]).toEqual([[], []]);
  });

  it("may be announced again where only noise was heard, and not beside its words", () => {
    const { receives, events } = openBench();
    receives({ type: "SpeechStarted", timestamp: 0 });
    receives({ type: "SpeechStarted", timestamp: 60 });
    receives(results("Yes.", [60, 61]));
    receives({ type: "SpeechStarted", timestamp: 61 });
    receives(results("Yes.", [60, 62], LAST));
    expect(events).toMatchObject([{ type: "speechStarted", itemId: "item-1", timeMs: 0 }, { type: "speechStarted", itemId: "item-1", timeMs: 60_000 }, { type: "partial" }, { type: "final" }]);
  });

  it("counts times from the session's begin on a later connection", () => {
    const { receives, wire, events } = openBench();
    wire.startMs = 60_000;
    receives({ type: "SpeechStarted", timestamp: 0.5 });
    receives(results("Yes.", [0.5, 1], LAST));
    expect(events).toMatchObject([{ timeMs: 60_500 }, { timeMs: 61_000 }]);
  });
});

describe("what Nova is told", () => {
  it("is ready with the connection", () => {
    const { protocol, wire, said } = openBench();
    protocol.opened?.(wire);
    expect(said).toEqual(["ready"]);
  });

  it("ends a flush with its answer, which may be empty", () => {
    const { protocol, wire, receives, told, said } = openBench();
    protocol.flush?.(wire);
    receives(results("Half a", [0, 1], { is_final: true, from_finalize: true }));
    protocol.flush?.(wire);
    receives(results("", [1, 2], { is_final: true, from_finalize: true }));
    expect(said).toEqual(['{"type":"Finalize"}', "heard 1000", "flushed", '{"type":"Finalize"}', "flushed"]);
    expect(told()).toEqual(["speechStarted item-1", "final item-1 Half a"]);
  });

  it("keeps a session alive by messages, once some audio was sent", () => {
    const { protocol, wire, said } = openBench();
    protocol.keepAlive?.beat(wire);
    wire.sentMs = 20;
    protocol.keepAlive?.beat(wire);
    expect(said).toEqual(["silence 20", '{"type":"KeepAlive"}']);
  });

  it("closes the stream at the end", () => {
    const { protocol, wire, said } = openBench();
    protocol.finish?.(wire);
    expect(said).toEqual(['{"type":"CloseStream"}']);
  });
});

describe("a connection that Nova loses", () => {
  it("takes back what will be heard again, and keeps what is older", () => {
    const { protocol, receives, told } = openBench();
    receives(results("A long time ago", [0, 8], LOCKED));
    receives(results("there was", [8, 16], LOCKED));
    protocol.restarted?.(8_000);
    receives(results("there was a king.", [0, 9], LAST));
    expect(told().at(-1)).toBe("final item-1 A long time ago there was a king.");
  });

  it("keeps that over two losses", () => {
    const { protocol, receives, told } = openBench();
    receives(results("A long time ago", [0, 8], LOCKED));
    protocol.restarted?.(8_000);
    protocol.restarted?.(0);
    receives(results("there was a king.", [0, 9], LAST));
    expect(told().at(-1)).toBe("final item-1 A long time ago there was a king.");
  });

  it("is over for good where the audio is refused, and in the service's words", () => {
    const { protocol } = openBench();
    expect(protocol.closed?.(1008, "DATA-0000: cannot be decoded")).toMatchObject({ code: "invalid-request", retryable: false, providerCode: "DATA-0000" });
    expect(protocol.closed?.(1008, "something else")).toMatchObject({ providerCode: "1008" });
    expect(protocol.closed?.(1011, "NET-0001")).toBeUndefined();
  });
});
