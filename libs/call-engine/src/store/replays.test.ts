import { describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { openForTest, temporaryDirectory } from "./store.test-support.ts";

const reply = (body: string) => ({ status: 200, headers: { "content-type": "application/xml" }, body });

describe("replies to webhooks", () => {
  it("come back byte for byte, and are unknown before", () => {
    const store = openForTest(temporaryDirectory());
    expect(store.replayOf("k")).toBeUndefined();
    const original = { status: 418, headers: { "x-a": "ä", "content-type": "t" }, body: "<a>\r\n\u0000ü😀</a> " };
    store.rememberReply("k", original);
    expect(store.replayOf("k")).toEqual(original);
  });

  it("survive a restart", () => {
    const directory = temporaryDirectory();
    const before = openForTest(directory);
    before.rememberReply("k", reply("token-1"));
    before.close();
    expect(openForTest(directory).replayOf("k")).toEqual(reply("token-1"));
  });

  it("stay the first ones, so that a token is never replaced by another", () => {
    const store = openForTest(temporaryDirectory());
    store.rememberReply("k", reply("first"));
    store.rememberReply("k", reply("second"));
    expect(store.replayOf("k")).toEqual(reply("first"));
  });

  it("are at most as many as allowed; the oldest go first, across restarts", () => {
    const directory = temporaryDirectory();
    const replays = { maxReplies: 3 };
    const before = openForTest(directory, { replays });
    for (const key of ["a", "b"]) before.rememberReply(key, reply(key));
    before.close();
    const store = openForTest(directory, { replays });
    for (const key of ["a", "c", "d"]) store.rememberReply(key, reply(key));
    expect(["a", "b", "c", "d"].map((key) => store.replayOf(key)?.body)).toEqual([undefined, "b", "c", "d"]);
  });

  it("are forgotten when they are too old, and may then be given anew", async () => {
    const clock = createVirtualClock();
    const store = openForTest(temporaryDirectory(), { clock, replays: { maxAgeMs: 1_000 } });
    store.rememberReply("k", reply("old"));
    await clock.advance(1_000);
    expect(store.replayOf("k")?.body).toBe("old");
    await clock.advance(1);
    expect(store.replayOf("k")).toBeUndefined();
    store.rememberReply("k", reply("new"));
    expect(store.replayOf("k")?.body).toBe("new");
  });

  it("leave the disk when they are too old, also if no other comes", async () => {
    const clock = createVirtualClock();
    const directory = temporaryDirectory();
    const store = openForTest(directory, { clock, replays: { maxAgeMs: 1_000 } });
    store.rememberReply("k", reply("old"));
    await clock.advance(1_001);
    store.prune();
    expect(openForTest(directory, { clock, replays: { maxAgeMs: 1_000_000 } }).replayOf("k")).toBeUndefined();
  });

  it("that were given together are told apart, at once and after a restart", () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory);
    const given = [{ status: 200, headers: {}, body: "" }, reply("document"), { status: 200, headers: { "x-a": "1" }, body: "" }];
    const read = (from: typeof store) => given.map((_, index) => from.replayOf(`k${index}`));
    store.together(() => {
      for (const [index, one] of given.entries()) store.rememberReply(`k${index}`, one);
      expect(read(store)).toEqual(given);
    });
    expect(read(store)).toEqual(given);
    store.close();
    expect(read(openForTest(directory))).toEqual(given);
  });

  it("are unknown again where they could not be stored", () => {
    const store = openForTest(temporaryDirectory());
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const given = () =>
      store.together(() => {
        store.rememberReply("k", reply("never stored"));
        store.rememberReply("broken", { status: 200, headers: circular as Record<string, string>, body: "" });
      });
    expect(given).toThrow(expect.objectContaining({ code: "store-unavailable" }));
    expect(store.replayOf("k")).toBeUndefined();
    store.rememberReply("k", reply("stored"));
    expect(store.replayOf("k")?.body).toBe("stored");
  });

  it("are at most as many as allowed also where many come together", () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory, { replays: { maxReplies: 3 } });
    const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const part of [keys.slice(0, 4), keys.slice(4, 6), keys.slice(6)])
      store.together(() => {
        for (const key of part) store.rememberReply(key, reply(key));
      });
    expect(keys.filter((key) => store.replayOf(key))).toEqual(["f", "g", "h"]);
    expect(keys.filter((key) => openForTest(directory, { replays: { maxReplies: 3 } }).replayOf(key))).toEqual(["f", "g", "h"]);
  });
});
