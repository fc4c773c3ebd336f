import { describe, expect, it } from "vitest";
import { XAiSession } from "./session.ts";
import { REQUEST, openBench } from "./test/bench.ts";

describe("what xAI is told", () => {
  it("is audio once it is ready, as it is", () => {
    const { protocol, receives, said } = openBench();
    receives({ type: "transcript.created" });
    expect(said).toEqual(["ready"]);
    const audio = new Uint8Array([1, 2, 3]);
    expect(protocol.encodeAudio(audio)).toBe(audio);
    expect(protocol.chunkMs).toBe(100);
  });

  it("is given silence where no audio comes", () => {
    const { protocol, wire, said } = openBench();
    protocol.keepAlive?.beat(wire);
    expect(said).toEqual(["silence 1000"]);
  });

  it("is given the silence that ends an utterance on a flush, where there is one", () => {
    const { protocol, wire, hears, said } = openBench({ endpointingMs: 500 });
    protocol.flush?.(wire);
    hears("Half a");
    protocol.flush?.(wire);
    hears("Half a sentence.", { from: 0, to: 1, last: true });
    expect(said).toEqual(["flushed", "silence 600", "heard 1000", "flushed"]);
  });

  it("is that no more comes, at the end", () => {
    const { protocol, wire, said } = openBench();
    protocol.finish?.(wire);
    expect(said).toEqual(['{"type":"audio.done"}']);
  });
});

describe("an utterance", () => {
  it("is told word by word, locked, and whole", () => {
    const { hears, told, said, events, wire } = openBench();
    wire.startMs = 60_000;
    hears("I would", { from: 0.5, to: 1 });
    hears("I would like", { from: 0.5, to: 3.5, locked: true });
    hears("I would like", { from: 0.5, to: 3.5 });
    hears("to book", { from: 3.5, to: 4 });
    hears("to book.", { from: 3.5, to: 4.5, last: true });
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 I would", "partial item-1 I would like", "partial item-1 I would like to book", "final item-1 I would like to book."]);
    expect([events[0], events.at(-1)]).toMatchObject([{ timeMs: 60_500 }, { timeMs: 64_500 }]);
    expect(said).toEqual(["heard 4500", "flushed"]);
  });

  it("is another one after its end, with the same words", () => {
    const { hears, finals } = openBench();
    hears("Yes.", { from: 0, to: 1, last: true });
    hears("Yes.", { from: 2, to: 3, last: true });
    expect(finals()).toEqual(["item-1 Yes.", "item-2 Yes."]);
  });

  it("ends without words where all of them were locked", () => {
    const { hears, finals, said } = openBench();
    hears("Yes.", { from: 0, to: 1, locked: true });
    hears("", { from: 0, to: 0, last: true });
    expect(finals()).toEqual(["item-1 Yes."]);
    expect(said).toEqual(["heard 1000", "flushed"]);
  });

  it("that is taken back ends as nothing; one that never was does not", () => {
    const { hears, told } = openBench();
    hears("", { from: 0, to: 1, last: true });
    hears("", { from: 1, to: 2 });
    expect(told()).toEqual([]);
    hears("Um");
    hears("", { from: 2, to: 3, last: true });
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 Um", "final item-1"]);
  });

  it("ends only where its text is final as well", () => {
    const { receives, told } = openBench();
    receives({ type: "transcript.partial", text: "Yes", is_final: false, speech_final: true });
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 Yes"]);
  });

  it("is timed by its words where they have times", () => {
    const { receives, events, said } = openBench();
    const words = [{ text: "Yes", start: 1.25, end: 1.5 }, { text: "please", start: 1.5, end: 2 }];
    receives({ type: "transcript.partial", text: "Yes please", words, is_final: true, speech_final: true });
    expect(events).toMatchObject([{ timeMs: 1_250 }, { timeMs: 2_000 }]);
    expect(said).toEqual(["heard 2000", "flushed"]);
  });

  it("without times counts for all that was sent", () => {
    const { receives, events, said } = openBench();
    receives({ type: "transcript.partial", transcript: " Yes. ", words: [], start: "0", duration: null, is_final: true, speech_final: true });
    expect(events).toEqual([{ type: "speechStarted", itemId: "item-1" }, { type: "final", itemId: "item-1", text: "Yes." }]);
    expect(said).toEqual(["heard Infinity", "flushed"]);
  });

  it("goes on over a lost connection, under its name", () => {
    const { protocol, hears, told } = openBench();
    hears("A long time ago", { from: 0, to: 8, locked: true });
    hears("there was");
    protocol.restarted?.(8_000);
    hears("there was a king.", { from: 0, to: 9, last: true });
    expect(told().slice(3)).toEqual(["final item-1 A long time ago there was a king."]);
  });
});

describe("the end of a session", () => {
  it.each(["And one thing more.", "Good morning. And one thing more."])("brings the rest: %s", (text) => {
    const { protocol, wire, hears, done, finals, said } = openBench();
    hears("Good morning.", { from: 0, to: 1, last: true });
    hears("And one");
    protocol.finish?.(wire);
    done(text);
    expect(finals()).toEqual(["item-1 Good morning.", "item-2 And one thing more."]);
    expect(said.slice(-3)).toEqual(["heard Infinity", "flushed", "finished"]);
  });

  it("takes the last words as they were, where xAI says no more of them", () => {
    const { hears, done, finals, said } = openBench();
    done("");
    expect(said).toEqual(["finished"]);
    hears("And one thing");
    done("");
    expect(finals()).toEqual(["item-1 And one thing"]);
  });

  it("does so too where xAI only closes", () => {
    const { protocol, wire, hears, finals } = openBench();
    hears("And one thing");
    expect(protocol.closed?.(1000, "")).toBeUndefined();
    expect(finals()).toEqual([]);
    protocol.finish?.(wire);
    protocol.closed?.(1000, "");
    protocol.closed?.(1000, "");
    expect(finals()).toEqual(["item-1 And one thing"]);
  });
});

describe("an error of xAI's", () => {
  it.each([
    [{ message: "Incorrect API key provided." }, "fail auth-failed"],
    [{ error: { code: "unauthorized", message: "?" } }, "fail auth-failed"],
    [{ error: { code: 401, message: "?" } }, "fail auth-failed"],
    [{ error: "Your team has used all available credits" }, "fail quota-exceeded"],
    [{ message: "Too many concurrent sessions" }, "lost rate-limited"],
    [{ error: { type: "rate_limit_exceeded", message: "?" } }, "lost rate-limited"],
    [{ message: "Invalid audio encoding" }, "fail invalid-request"],
    [{ message: "Session timed out" }, "lost unavailable"],
    [{}, "lost unavailable"],
    [{ error: null, message: 5 }, "lost unavailable"],
  ])("%o", (error, line) => {
    const { receives, said } = openBench();
    receives({ type: "error", ...error });
    expect(said).toEqual([line]);
  });

  it("is told by its code, and not by xAI's words", () => {
    const told: unknown[] = [];
    const session = new XAiSession({ apiKey: "key" }, REQUEST, () => undefined);
    const note = ({ message, providerCode }: Error & { providerCode?: string }) => void told.push([message, providerCode]);
    for (const code of ["bad_audio", "words of the caller", 503]) {
      session.received(JSON.stringify({ type: "error", error: { code, message: "swordfish" } }), { fail: note, lost: note } as never);
    }
    expect(told).toEqual([
      ["xAI ended the session (bad_audio)", "bad_audio"],
      ["xAI ended the session (no code)", undefined],
      ["xAI ended the session (503)", "503"],
    ]);
  });
});
