import { pcm16 } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { MistralSession } from "./session.ts";
import { REQUEST, openBench } from "./test/bench.ts";

describe("what Mistral is told", () => {
  it("is the format, before the audio that follows at once", () => {
    const { receives, said } = openBench();
    receives({ type: "session.created", session: { audio_format: { encoding: "pcm_s16le", sample_rate: 16_000 } } });
    receives({ type: "session.updated", session: {} });
    expect(said).toEqual(["session.update", "ready"]);
  });

  it("is given silence where no audio comes", () => {
    const { protocol, wire, said } = openBench();
    protocol.keepAlive?.beat(wire);
    expect(said).toEqual(["silence 1000"]);
  });

  it("is flushed where there is something to flush", async () => {
    const { flush, hears, done, said } = openBench();
    flush();
    await hears(400);
    flush();
    done("Yes.");
    flush();
    expect(said).toEqual(["flushed", "input_audio.flush", "heard 400", "flushed", "flushed"]);
  });

  it("is flushed and ended at the end", () => {
    const { protocol, wire, said } = openBench();
    protocol.finish?.(wire);
    expect(said).toEqual(["input_audio.flush", "input_audio.end"]);
  });
});

describe("what Mistral writes", () => {
  it("is a partial text that grows, until a segment brings the final one", () => {
    const { wire, writes, segment, told, said, events } = openBench();
    wire.startMs = 60_000;
    wire.sentMs = 4_000;
    writes(" I would", "", " ", "like");
    segment(" I would like to.", { start: 1, end: 2.5, speaker_id: null });
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 I would", "partial item-1 I would like", "final item-1 I would like to."]);
    expect(events.at(-1)).toMatchObject({ timeMs: 62_500 });
    expect(said).toEqual(["heard 2500", "flushed"]);
  });

  it("is another item beyond a segment", () => {
    const { writes, segment, told } = openBench();
    writes(" Yes.", " And");
    segment("Yes.");
    writes(" no");
    expect(told().slice(3)).toEqual(["final item-1 Yes.", "speechStarted item-2", "partial item-2 And", "partial item-2 And no"]);
  });

  it.each([
    ["no time", {}, 3_520],
    ["a time that counts from elsewhere", { end: 0.5 }, 3_520],
    ["a time that is still to come", { end: 9 }, 3_520],
    ["a time that is none", { end: "2" }, 3_520],
    ["a time", { end: 2 }, 2_000],
  ])("was said by then, with %s", (_what, more, heardMs) => {
    const { wire, segment, said } = openBench();
    wire.sentMs = 1_200;
    segment("Yes.", { end: 1 });
    wire.sentMs = 4_000;
    segment("No.", more);
    expect(said).toEqual(["heard 1000", "flushed", `heard ${heardMs}`, "flushed"]);
  });

  it("counts also without an end", () => {
    const { writes, finals } = openBench();
    writes(...Array.from({ length: 1000 }, () => " on"));
    expect(finals()).toEqual([`item-1 ${Array.from({ length: 1000 }, () => "on").join(" ")}`]);
  });

  it("may be about something else than words", () => {
    const { receives, told } = openBench();
    receives({ type: "transcription.language", audio_language: "en" });
    expect(told()).toEqual([]);
  });
});

describe("a flush", () => {
  it("is answered by segments, one or several", async () => {
    const { hears, writes, flush, segment, finals, said } = openBench();
    await hears(4_000);
    writes(" Book a table.", " For");
    flush();
    segment("Book a table.");
    expect(said).toEqual(["input_audio.flush", "heard 4000"]);
    segment("For two.");
    expect(finals()).toEqual(["item-1 Book a table.", "item-2 For two."]);
    expect(said).toEqual(["input_audio.flush", "heard 4000", "heard 4000", "flushed"]);
  });

  it.each([
    ["its own text", "Book a table."],
    ["none", ""],
    ["the session's text", "Good morning. Book a table."],
  ])("is answered by its end with %s", async (_what, text) => {
    const { hears, writes, flush, segment, done, finals, said } = openBench();
    await hears(4_000);
    segment("Good morning.", { end: 1 });
    writes(" Book a table.");
    flush();
    done(text);
    expect(finals()).toEqual(["item-1 Good morning.", "item-2 Book a table."]);
    expect(said.slice(2)).toEqual(["input_audio.flush", "heard 4000", "flushed"]);
  });

  it("is answered by a segment and an end that says it again", async () => {
    const { hears, writes, flush, segment, done, finals } = openBench();
    await hears(4_000);
    writes(" Yes.");
    flush();
    segment("Yes.");
    done("Yes.");
    writes(" No.");
    done("");
    expect(finals()).toEqual(["item-1 Yes.", "item-2 No."]);
  });

  it("is answered by nothing but words: they count when no more come", async () => {
    const { hears, writes, flush, finals, said } = openBench();
    await hears(4_000);
    writes(" Book a");
    flush();
    await hears(280);
    writes(" table.");
    await hears(280);
    expect(finals()).toEqual([]);
    await hears(20);
    expect(finals()).toEqual(["item-1 Book a table."]);
    expect(said).toEqual(["input_audio.flush", "heard 4000", "flushed"]);
  });

  it("waits for words that follow the speech later than the pause lasts", async () => {
    const { hears, writes, flush, finals } = openBench({ targetStreamingDelayMs: 1_200 });
    await hears(4_000);
    writes(" Book a");
    flush();
    await hears(680);
    expect(finals()).toEqual([]);
    await hears(20);
    expect(finals()).toEqual(["item-1 Book a"]);
  });

  it("does not wait for ever, for words that never come or never cease", async () => {
    const silent = openBench();
    await silent.hears(4_000);
    silent.flush();
    await silent.hears(1_580);
    expect(silent.said).toEqual(["input_audio.flush"]);
    await silent.hears(20);
    expect(silent.said).toEqual(["input_audio.flush", "flushed"]);
    const talkative = openBench();
    await talkative.hears(4_000);
    talkative.flush();
    for (let ms = 0; ms < 1_600; ms += 200) {
      talkative.writes(" on");
      await talkative.hears(200);
    }
    expect(talkative.finals()).toEqual(["item-1 on on on on on on on on"]);
  });

  it.each(["segment", "done"] as const)("that is overdue may still be answered, by a %s, and the next one is not taken for answered", async (kind) => {
    const bench = openBench();
    const { hears, writes, flush, finals, said } = bench;
    await hears(4_000);
    writes(" Yes.");
    flush();
    await hears(300);
    await hears(4_000);
    flush();
    bench[kind]("Yes.");
    expect(said).toEqual(["input_audio.flush", "heard 4000", "flushed", "input_audio.flush"]);
    writes(" Book a");
    bench[kind]("Book a table.");
    expect(finals()).toEqual(["item-1 Yes.", "item-2 Book a table."]);
    expect(said.slice(4)).toEqual(["heard 8300", "flushed"]);
  });

  it("is asked anew on another connection", async () => {
    const { protocol, hears, writes, flush, done, finals, said } = openBench();
    await hears(4_000);
    writes(" Yes");
    flush();
    protocol.restarted?.(0);
    await hears(4_000);
    expect([finals(), said]).toEqual([[], ["input_audio.flush"]]);
    flush();
    done("");
    expect(said).toEqual(["input_audio.flush", "input_audio.flush", "flushed"]);
  });
});

describe("the end of a session", () => {
  it("brings the last words, once", () => {
    const { protocol, wire, writes, done, finals, said } = openBench();
    writes(" And one");
    protocol.finish?.(wire);
    done("And one thing more.");
    done("And one thing more.");
    expect(finals()).toEqual(["item-1 And one thing more."]);
    expect(said).toContain("finished");
  });

  it("takes what was written where Mistral only closes", () => {
    const { protocol, wire, writes, finals } = openBench();
    writes(" And one thing");
    expect(protocol.closed?.(1000, "")).toBeUndefined();
    expect(finals()).toEqual([]);
    protocol.finish?.(wire);
    protocol.closed?.(1000, "");
    expect(finals()).toEqual(["item-1 And one thing"]);
  });
});

describe("a connection that is lost", () => {
  it("leaves what is not heard again, and the item goes on", async () => {
    const { protocol, hears, writes, segment, told } = openBench();
    await hears(1_000);
    writes(" A long time ago");
    await hears(9_000);
    writes(" there was");
    protocol.restarted?.(5_000);
    writes(" there was a");
    segment("there was a king.");
    expect(told().slice(3)).toEqual(["partial item-1 A long time ago there was a", "final item-1 A long time ago there was a king."]);
  });
});

describe("an error of Mistral's", () => {
  it.each([
    [{ code: 401, message: "Unauthorized" }, "fail auth-failed"],
    [{ code: 402, message: "?" }, "fail quota-exceeded"],
    [{ code: 404, message: { detail: "no such model" } }, "fail config-invalid"],
    [{ code: "400", message: "Bad audio" }, "fail invalid-request"],
    [{ code: 408, message: "Timeout" }, "lost unavailable"],
    [{ code: 429, message: "Too many" }, "lost rate-limited"],
    [{ code: 503, message: "EngineDeadError" }, "lost unavailable"],
    [{ code: 3000, message: "Something" }, "lost unavailable"],
    [{ message: "Something" }, "lost unavailable"],
    [undefined, "lost unavailable"],
  ])("%o", (error, line) => {
    const { receives, said } = openBench();
    receives({ type: "error", error });
    expect(said).toEqual([line]);
  });

  it("says nothing of Mistral's words", () => {
    const messages: string[] = [];
    const session = new MistralSession({ apiKey: "key" }, REQUEST, () => undefined);
    const note = ({ message }: Error) => void messages.push(message);
    for (const code of [401, 400, 777, undefined]) session.received(JSON.stringify({ type: "error", error: { code, message: "swordfish" } }), { fail: note, lost: note } as never);
    expect(messages).toEqual([
      "Transcribing: Mistral refuses the API key: check apiKey (HTTP 401)",
      "Transcribing: the provider refuses the request as wrong (HTTP 400)",
      "Mistral ended the session (777)",
      "Mistral ended the session (no code)",
    ]);
  });
});

it("linear audio is sent as it is", () => {
  const session = new MistralSession({ apiKey: "key" }, { ...REQUEST, format: pcm16(16_000) }, () => undefined);
  expect(session.encodeAudio(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toBe('{"type":"input_audio.append","audio":"AgM="}');
});
