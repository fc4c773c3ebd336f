import { describe, expect, it } from "vitest";
import { COMMIT } from "./protocol.ts";
import { openBench, says } from "./test/bench.ts";

const MINUTE = 60_000;
const frame = new Uint8Array(160).fill(0xff);

describe("an item whose end OpenAI finds", () => {
  it("begins and ends where OpenAI says, and is heard through when its text is there", () => {
    const { receives, told, did, events } = openBench();
    for (const one of [says.started("a", 200), says.stopped("a", 1_900), says.committed("a")]) receives(one);
    expect(did()).toEqual([]);
    for (const one of [says.delta("a", "Good"), says.delta("a", " morning."), says.completed("a", " Good morning. ")]) receives(one);
    expect(told()).toEqual(["speechStarted item-1", "final item-1 Good morning."]);
    expect(events).toMatchObject([{ timeMs: 200 }, { timeMs: 1_900 }]);
    expect(did()).toEqual(["heard 1900", "flushed", "finished"]);
  });

  it("is reported also where nothing was said, so that its begin is taken back", () => {
    const { receives, told } = openBench();
    for (const one of [says.started("a", 0), says.stopped("a", 500), says.committed("a"), says.completed("a", " ")]) receives(one);
    expect(told()).toEqual(["speechStarted item-1", "final item-1"]);
  });

  it("is none where nothing began and nothing was said", () => {
    const { protocol, wire, receives, told, did } = openBench();
    wire.sentMs = 700;
    protocol.flush(wire);
    for (const one of [says.committed("a"), says.completed("a", "")]) receives(one);
    expect([told(), did().slice(1)]).toEqual([[], ["heard 700", "flushed", "finished"]]);
  });

  it("counts times from the session's begin on a later connection", () => {
    const { receives, wire, events } = openBench();
    wire.startMs = 60_000;
    for (const one of [says.started("a", 100), says.stopped("a", 900), says.committed("a"), says.completed("a", "Yes.")]) receives(one);
    expect(events).toMatchObject([{ timeMs: 60_100 }, { timeMs: 60_900 }]);
  });

  it("is begun once and ends once", () => {
    const { receives, told } = openBench();
    const item = [says.started("a", 0), says.started("a", 0), says.stopped("a", 500), says.committed("a"), says.completed("a", "Yes.")];
    for (const one of [...item, ...item]) receives(one);
    expect(told()).toEqual(["speechStarted item-1", "final item-1 Yes."]);
  });

  it("is told in the order in which it was spoken, whichever text comes first", () => {
    const { receives, told, did } = openBench();
    for (const one of [says.started("a", 0), says.stopped("a", 500), says.committed("a"), says.started("b", 600), says.stopped("b", 900), says.committed("b", "a")]) receives(one);
    receives(says.completed("b", "Second."));
    expect([told().length, did()]).toEqual([2, []]);
    receives(says.completed("a", "First."));
    expect(told().slice(2)).toEqual(["final item-1 First.", "final item-2 Second."]);
    expect(did()).toEqual(["heard 500", "heard 900", "flushed", "finished"]);
  });

  it("waits two seconds of audio for the one before it, and that one comes when it comes", () => {
    const { receives, told, writes } = openBench();
    for (const one of [says.started("a", 0), says.stopped("a", 5), says.committed("a"), says.started("b", 6), says.stopped("b", 9), says.committed("b", "a")]) receives(one);
    receives(says.completed("b", "Second."));
    for (let ms = 0; ms < 1_980; ms += 20) writes(frame);
    expect(told().length).toBe(2);
    writes(frame);
    expect(told().slice(2)).toEqual(["final item-2 Second."]);
    receives(says.completed("a", "First."));
    expect(told().slice(3)).toEqual(["final item-1 First."]);
  });

  it("that is lost is reported under its id, with OpenAI's name for it and not its words", () => {
    const { receives, events, did } = openBench();
    for (const one of [says.started("a", 0), says.stopped("a", 500), says.committed("a")]) receives(one);
    receives(says.failed("a", { type: "server_error", code: "audio_unintelligible", message: "I heard something about money" }));
    expect(events[1]).toMatchObject({ type: "itemFailed", itemId: "item-1", error: { code: "unavailable", providerCode: "audio_unintelligible" } });
    expect(String(events[1]?.type === "itemFailed" && events[1].error.message)).not.toContain("money");
    expect(did()).toEqual(["heard 500", "flushed", "finished"]);
  });
});

describe("a flush", () => {
  it("makes an item of what came, and is done with its text", () => {
    const { protocol, wire, receives, told, did } = openBench();
    wire.sentMs = 700;
    receives(says.started("a", 100));
    protocol.flush(wire);
    receives(says.committed("a"));
    expect(did()).toEqual([COMMIT]);
    receives(says.completed("a", "Half a"));
    expect(did()).toEqual(["heard 700", "flushed", "finished"]);
    expect(told()).toEqual(["speechStarted item-1", "final item-1 Half a"]);
  });

  it("is done at once where less than 100 ms came since the last item", () => {
    const { protocol, wire, receives, did } = openBench();
    wire.sentMs = 99;
    protocol.flush(wire);
    for (const one of [says.started("a", 0), says.stopped("a", 500), says.committed("a"), says.completed("a", "Yes.")]) receives(one);
    did();
    wire.sentMs = 599;
    protocol.flush(wire);
    expect(did()).toEqual(["flushed", "finished"]);
  });

  it("waits for texts that are under way anyhow", () => {
    const { protocol, wire, receives, did } = openBench();
    wire.sentMs = 550;
    for (const one of [says.started("a", 0), says.stopped("a", 500), says.committed("a")]) receives(one);
    protocol.flush(wire);
    expect(did()).toEqual([]);
    receives(says.completed("a", "Yes."));
    expect(did()).toEqual(["heard 500", "flushed", "finished"]);
  });

  it("is done where OpenAI has just made the item by itself", () => {
    const { protocol, wire, receives, did } = openBench();
    wire.sentMs = 700;
    protocol.flush(wire);
    for (const one of [says.started("a", 0), says.stopped("a", 690), says.committed("a")]) receives(one);
    receives(says.error({ code: "input_audio_buffer_commit_empty", event_id: "commit" }));
    expect(did()).toEqual([COMMIT]);
    receives(says.completed("a", "Yes."));
    expect(did()).toEqual(["heard 690", "flushed", "finished"]);
  });

  it("at the end asks for the rest, and ends with it", () => {
    const { protocol, wire, receives, did } = openBench();
    wire.sentMs = 700;
    protocol.finish(wire);
    receives(says.committed("a"));
    receives(says.completed("a", "Goodbye."));
    expect(did()).toEqual([COMMIT, "heard 700", "flushed", "finished"]);
  });
});

describe("a session that grows old", () => {
  it("is replaced after 55 minutes, once the audio at hand is sent", async () => {
    const { wire, writes, did } = openBench();
    wire.sentMs = 55 * MINUTE - 40;
    writes(frame);
    await Promise.resolve();
    expect(did()).toEqual([]);
    writes(frame);
    expect(did()).toEqual([]);
    await Promise.resolve();
    expect(did()).toEqual(["lost unavailable: The session with OpenAI is about to end"]);
  });

  it("waits until nothing is under way, and at the latest until the 59th minute is over", async () => {
    const { wire, writes, receives, did } = openBench();
    receives(says.started("a", 0));
    wire.sentMs = 55 * MINUTE;
    writes(frame);
    await Promise.resolve();
    expect(did()).toEqual([]);
    wire.sentMs = 59 * MINUTE;
    writes(frame);
    await Promise.resolve();
    expect(did()).toEqual(["lost unavailable: The session with OpenAI is about to end"]);
  });

  it("is not replaced any more while it says its last words", async () => {
    const { protocol, wire, writes, did } = openBench();
    wire.sentMs = 55 * MINUTE;
    writes(frame);
    protocol.finish(wire);
    await Promise.resolve();
    expect(did()).toEqual([COMMIT]);
  });

  it("forgets the connection's items with the connection, and goes on under their names", () => {
    const { protocol, wire, receives, told, did } = openBench();
    for (const one of [says.started("a", 0), says.stopped("a", 500), says.committed("a"), says.started("b", 600)]) receives(one);
    protocol.restarted();
    protocol.opened(wire);
    expect(did()).toHaveLength(1);
    for (const one of [says.started("x", 0), says.stopped("x", 500), says.committed("x"), says.completed("x", "First.")]) receives(one);
    for (const one of [says.started("y", 600), says.stopped("y", 900), says.committed("y", "x"), says.completed("y", "Second.")]) receives(one);
    expect(told()).toEqual(["speechStarted item-1", "speechStarted item-2", "final item-1 First.", "final item-2 Second."]);
  });
});

describe("where no audio comes", () => {
  it("silence is given, which also counts the session's time", () => {
    const { protocol, wire, did } = openBench();
    expect(protocol.keepAlive.everyMs).toBe(1_000);
    protocol.keepAlive.beat(wire);
    expect(did()).toEqual(["silence 1000"]);
  });
});
