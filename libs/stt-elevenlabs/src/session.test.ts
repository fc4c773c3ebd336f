import { describe, expect, it } from "vitest";
import { openBench } from "./test/bench.ts";

const PLAIN = "committed_transcript";
const TIMED = "committed_transcript_with_timestamps";
const COMMIT = '{"message_type":"input_audio_chunk","audio_base_64":"","commit":true,"sample_rate":8000}';

describe("an utterance of ElevenLabs'", () => {
  it("begins with its first words, and each text is all of it", () => {
    const { receives, told } = openBench();
    receives("session_started");
    for (const text of [" ", "hello", "hello how"]) receives("partial_transcript", { text });
    receives(PLAIN, { text: " Hello, how are you? " });
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 hello", "partial item-1 hello how", "final item-1 Hello, how are you?"]);
  });

  it("may come without partials", () => {
    const { receives, told } = openBench();
    receives(PLAIN, { text: "Yes." });
    expect(told()).toEqual(["speechStarted item-1", "final item-1 Yes."]);
  });

  it("that comes to nothing is taken back, and silence is none", () => {
    const { receives, told } = openBench();
    receives("partial_transcript", { text: "uh" });
    receives(PLAIN, { text: "" });
    receives(TIMED, { text: "" });
    receives(PLAIN, { text: "" });
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 uh", "final item-1"]);
  });

  it.each([
    ["after", [PLAIN, TIMED]],
    ["before", [TIMED, PLAIN]],
  ])("that is told with times %s it is told without is one", (_when, kinds) => {
    const { receives, told } = openBench();
    for (const kind of [...kinds, ...kinds]) receives(kind, { text: "Yes." });
    expect(told().filter((one) => one.startsWith("final"))).toEqual(["final item-1 Yes.", "final item-2 Yes."]);
  });

  it("is two where it is said twice, also when the times come late", () => {
    const { receives, told } = openBench();
    for (const kind of [PLAIN, PLAIN, TIMED, TIMED, PLAIN]) receives(kind, { text: "Yes." });
    expect(told().filter((one) => one.startsWith("final"))).toEqual(["final item-1 Yes.", "final item-2 Yes.", "final item-3 Yes."]);
  });

  it("is one, whatever a later version calls its final text", () => {
    const { receives, told } = openBench();
    for (const kind of ["final_transcript", "final_transcript_with_timestamps", PLAIN, TIMED]) receives(kind, { text: "Yes." });
    expect(told()).toEqual(["speechStarted item-1", "final item-1 Yes."]);
  });

  it("is heard through to the middle of the silence that ended it, by its times", () => {
    const { receives, wire, did } = openBench();
    const times = { text: "Yes, please.", words: [{ text: "Yes,", start: 1, end: 1.2 }, { text: "please.", start: 1.25, end: 1.5 }] };
    wire.sentMs = 60_000;
    receives(PLAIN, { text: "Yes, please." });
    expect(did()).toEqual(["flushed", "finished"]);
    receives(TIMED, times);
    expect(did()).toEqual(["heard 1900"]);
    receives(TIMED, { ...times, text: "No." });
    expect(did()).toEqual(["heard 1900", "flushed", "finished"]);
  });

  it("is heard through by what was sent, when its times have not come until the next one", () => {
    const { receives, wire, did } = openBench({ vadSilenceThresholdSecs: 0.5 });
    for (const [sentMs, text] of [[400, "Yes."], [3_000, "No."], [5_000, ""], [9_000, "Well."]] as const) {
      wire.sentMs = sentMs;
      receives(PLAIN, { text });
    }
    expect(did().filter((one) => one.startsWith("heard"))).toEqual(["heard 0", "heard 2500"]);
  });

  it.each([[[]], [[{ end: "1" }]], [[{ end: -1 }]], [{}], [null]])("has no times that can be used in %j", (words) => {
    const { receives, did } = openBench();
    receives(TIMED, { text: "Yes.", words });
    expect(did()).toEqual(["flushed", "finished"]);
  });

  it("goes on under its name on another connection", () => {
    const { protocol, receives, told } = openBench();
    receives("partial_transcript", { text: "To be" });
    protocol.restarted();
    receives("partial_transcript", { text: "To be or" });
    receives(PLAIN, { text: "To be or not." });
    receives("partial_transcript", { text: "To be" });
    expect(told()).toEqual(["speechStarted item-1", "partial item-1 To be", "partial item-1 To be or", "final item-1 To be or not.", "speechStarted item-2", "partial item-2 To be"]);
  });

  it("that was told on a lost connection may be said again on the next", () => {
    const { protocol, receives, told } = openBench();
    receives(PLAIN, { text: "Yes." });
    protocol.restarted();
    receives(TIMED, { text: "Yes." });
    expect(told().filter((one) => one.startsWith("final"))).toEqual(["final item-1 Yes.", "final item-2 Yes."]);
  });
});

describe("a flush", () => {
  it("asks for the final text, and is done with it", () => {
    const { protocol, wire, receives, did } = openBench();
    wire.sentMs = 1_000;
    receives("partial_transcript", { text: "Half a" });
    protocol.flush(wire);
    expect(did()).toEqual([COMMIT]);
    receives(PLAIN, { text: "Half a" });
    expect(did()).toEqual(["flushed", "finished"]);
  });

  it("is done at once where less than 300 ms came since the last final text", () => {
    const { protocol, wire, receives, did } = openBench();
    wire.sentMs = 1_000;
    receives(PLAIN, { text: "Yes." });
    did();
    wire.sentMs = 1_299;
    protocol.flush(wire);
    expect(did()).toEqual(["flushed", "finished"]);
    wire.sentMs = 1_300;
    protocol.flush(wire);
    expect(did()).toEqual([COMMIT]);
  });

  it("is done where ElevenLabs finds that there were too many", () => {
    const { protocol, wire, receives, did } = openBench();
    wire.sentMs = 1_000;
    protocol.finish(wire);
    receives("commit_throttled", { error: "Too many" });
    expect(did()).toEqual([COMMIT, "flushed", "finished"]);
  });
});

describe("where no audio comes", () => {
  it("silence is given", () => {
    const { protocol, wire, did } = openBench();
    expect(protocol.keepAlive.everyMs).toBe(1_000);
    protocol.keepAlive.beat(wire);
    expect(did()).toEqual(["silence 1000"]);
  });
});

describe("an error of ElevenLabs'", () => {
  it.each([
    ["auth_error", "auth-failed", "ElevenLabs refuses the API key, or what it may do: check apiKey and its permissions"],
    ["quota_exceeded", "quota-exceeded", "The ElevenLabs account has no credit left: check its subscription"],
    ["unaccepted_terms", "auth-failed", "The ElevenLabs account has not accepted the terms of use: accept them on its web site"],
    ["unaccepted_terms_error", "auth-failed", "The ElevenLabs account has not accepted the terms of use: accept them on its web site"],
    ["invalid_request", "invalid-request", "ElevenLabs refuses how the session is set up: check modelId and the options for silence"],
    ["input_error", "invalid-request", "ElevenLabs refuses what it was sent"],
  ])("%s ends the session", (kind, code, says) => {
    const { receives, did } = openBench();
    receives(kind, { error: "Key sk_secret is no good" });
    expect(did()).toEqual([`fail ${code}: ${says} (${kind})`]);
  });

  it.each([
    ["rate_limited", "rate-limited", "ElevenLabs asks for fewer sessions"],
    ["resource_exhausted", "rate-limited", "ElevenLabs has no room for the session at the moment"],
    ["queue_overflow", "unavailable", "ElevenLabs does not keep up with the audio"],
    ["session_time_limit_exceeded", "unavailable", "The session with ElevenLabs has lasted as long as it may"],
    ["insufficient_audio_activity", "unavailable", "ElevenLabs ended the session since nobody spoke"],
    ["transcriber_error", "unavailable", "ElevenLabs is faulty at the moment"],
    ["chunk_size_exceeded", "unavailable", "ElevenLabs is faulty at the moment"],
    ["error", "unavailable", "ElevenLabs is faulty at the moment"],
    ["something_new", "unavailable", "ElevenLabs is faulty at the moment"],
  ])("%s costs the connection, and another one takes over", (kind, code, says) => {
    const { receives, did } = openBench();
    receives(kind, { error: "You said: swordfish" });
    expect(did()).toEqual([`lost ${code}: ${says} (${kind})`]);
  });

  it("is told by its name alone, where that can stand in a log", () => {
    const { receives, did } = openBench();
    receives("you said swordfish: error", {});
    expect(did()).toEqual(["lost unavailable: ElevenLabs is faulty at the moment (unknown)"]);
  });
});
