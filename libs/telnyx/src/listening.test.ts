import { afterEach, describe, expect, it } from "vitest";
import type { ListenStep } from "@openclaw/telephony-contract";
import { benches, type Bench, type StepContent } from "./test/bench.ts";

const open = benches(afterEach);
const NO_INPUT_MS = 10_000;

function listen(changes: Partial<ListenStep> = {}): StepContent {
  return { kind: "listen", input: "speech", noInputMs: NO_INPUT_MS, endSilenceMs: 800, ...changes };
}

async function listening(changes: Partial<ListenStep> = {}): Promise<Bench> {
  const bench = await open();
  await bench.talk();
  await bench.perform(listen(changes));
  return bench;
}

describe("listening for speech", () => {
  it("transcribes the caller for one turn, and stops with the answer", async () => {
    const bench = await listening();
    const { nonce } = bench;
    void bench.person.say("Yes please");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.names().includes("transcription_stop"));
    expect(bench.of("partialSpeech")).toMatchObject([{ text: "Yes", turn: { nonce, proof: "leg-state" } }]);
    expect(bench.of("answer")).toMatchObject([{ input: { kind: "speech", text: "Yes please", confidence: 0.97 }, turn: { nonce, proof: "leg-state" } }]);
    expect(bench.names()).toEqual(["calls", "transcription_start", "transcription_stop"]);
    expect(bench.sent().at(-1)?.body).toMatchObject({ state: { activity: "idle", nonce } });
    await bench.clock.advance(60_000);
    expect(bench.of("listenEnded")).toEqual([]);
  });

  it.each([
    ["de-DE", { transcription_engine: "Google", interim_results: true, language: "de", hints: ["Ada"] }],
    ["he-IL", { language: "iw" }],
    ["nb-NO", { language: "no" }],
    [undefined, { transcription_engine: "Google", interim_results: true, hints: ["Ada"] }],
  ])("tells the engine what to expect in %s", async (language, transcription_engine_config) => {
    const bench = await listening({ hints: ["Ada"], ...(language !== undefined && { language }) });
    expect(bench.sent().at(-1)).toMatchObject({ name: "transcription_start", body: { transcription_engine: "Google", transcription_engine_config, transcription_tracks: "inbound" } });
  });

  it("names a hundred likely words, the first, and no language where none was given", async () => {
    const bench = await listening({ hints: Array.from({ length: 120 }, (_, index) => `word${index}`) });
    const config = bench.sent().at(-1)?.body.transcription_engine_config as { hints: string[] };
    expect([config.hints.length, config.hints.at(-1)]).toEqual([100, "word99"]);
    expect(config).not.toHaveProperty("language");
  });

  it("ends without input after the time of the step, once, and stops", async () => {
    const bench = await listening();
    await bench.clock.advance(NO_INPUT_MS - 1);
    expect(bench.of("listenEnded")).toEqual([]);
    await bench.clock.advance(1);
    await bench.until(() => bench.names().includes("transcription_stop"));
    expect(bench.of("listenEnded")).toMatchObject([{ outcome: "no-input", turn: { nonce: bench.nonce, proof: "leg-state" }, callId: "call-1" }]);
    await bench.clock.advance(60_000);
    expect(bench.of("listenEnded")).toHaveLength(1);
  });

  it("reports keys, which are no answer here", async () => {
    const bench = await listening();
    void bench.person.press("5");
    await bench.until(() => bench.of("digits").length > 0);
    expect(bench.of("digits")).toMatchObject([{ digits: "5" }]);
    expect(bench.of("answer")).toEqual([]);
  });

  it("stops before the next words are spoken, which interrupt it", async () => {
    const bench = await listening();
    const said = await bench.perform({ kind: "say", text: "One more thing" });
    expect(bench.names()).toEqual(["calls", "transcription_start", "transcription_stop", "speak"]);
    await bench.clock.advance(60_000);
    expect(bench.of("stepEnded")).toMatchObject([{ stepId: said, outcome: "completed" }]);
    expect(bench.of("listenEnded")).toEqual([]);
  });

  it("begins anew under the next turn", async () => {
    const bench = await listening();
    const first = bench.nonce;
    void bench.person.say("One");
    await bench.clock.advance(2_000);
    await bench.perform(listen());
    void bench.person.say("Two");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.of("answer").length === 2);
    expect(bench.of("answer").map(({ turn }) => turn.nonce)).toEqual([first, bench.nonce]);
    expect(bench.names()).toEqual(["calls", "transcription_start", "transcription_stop", "transcription_start", "transcription_stop"]);
  });

  it("goes on where a report of an earlier turn comes late", async () => {
    const bench = await listening();
    void bench.person.say("One");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.of("answer").length === 1);
    await bench.perform(listen());
    for (const { method, headers, body } of bench.webhooks) bench.carrier.parse?.({ method, url: "", headers, body }, { purpose: "status" });
    await bench.settle();
    expect(bench.names().filter((name) => name === "transcription_stop")).toHaveLength(1);
    await bench.clock.advance(NO_INPUT_MS);
    expect(bench.of("listenEnded")).toMatchObject([{ outcome: "no-input", turn: { nonce: bench.nonce } }]);
  });

  it("goes on while a key is pressed for the far end", async () => {
    const bench = await listening();
    await bench.perform({ kind: "sendDigits", digits: "1" }, "same");
    void bench.person.say("Still here");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.of("answer").length > 0);
    expect(bench.of("answer")).toMatchObject([{ turn: { nonce: bench.nonce } }]);
  });

  it("goes on over a restart of the process, though transcription runs already", async () => {
    const bench = await listening();
    await bench.restart();
    await bench.perform(listen());
    expect(bench.names().slice(-2)).toEqual(["transcription_start", "client_state_update"]);
    void bench.person.say("Are you there");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.of("answer").length > 0);
    expect(bench.of("answer")).toMatchObject([{ turn: { nonce: bench.nonce } }]);
  });

  it("fails where the carrier refuses to transcribe, and leaves nothing behind", async () => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.next({ status: 422, body: '{"errors":[{"code":"90053"}]}' });
    await expect(bench.perform(listen())).rejects.toMatchObject({ code: "invalid-request", providerCode: "90053" });
    await bench.clock.advance(60_000);
    expect(bench.of("listenEnded")).toEqual([]);
  });
});

describe("listening for keys", () => {
  it("gathers them as one answer, and reports none of them beside it", async () => {
    const bench = await listening({ input: "digits", digits: { max: 4, finishOn: "*", interDigitMs: 2_000 } });
    expect(bench.sent().at(-1)).toMatchObject({ name: "gather", body: { minimum_digits: 1, maximum_digits: 4, terminating_digit: "*", inter_digit_timeout_millis: 2_000, state: { gathers: true } } });
    void bench.person.press("12*");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.names().includes("client_state_update"));
    expect(bench.of("answer")).toMatchObject([{ input: { kind: "digits", digits: "12" }, turn: { nonce: bench.nonce } }]);
    expect(bench.of("digits")).toEqual([]);
  });

  it("pain-11: reports keys again as soon as the answer is there", async () => {
    const bench = await listening({ input: "digits", digits: { finishOn: "#" } });
    void bench.person.press("1#");
    await bench.clock.advance(1_000);
    await bench.until(() => bench.names().includes("client_state_update"));
    void bench.person.press("9");
    await bench.until(() => bench.of("digits").length > 0);
    expect(bench.of("digits")).toMatchObject([{ digits: "9" }]);
  });

  it("ends without input when no key comes, and gives more time after each", async () => {
    const bench = await listening({ input: "digits", digits: { interDigitMs: 9_000 } });
    await bench.clock.advance(NO_INPUT_MS - 1_000);
    void bench.person.press("1");
    await bench.clock.advance(9_500);
    await bench.until(() => bench.of("answer").length > 0);
    expect([bench.of("listenEnded"), bench.of("answer")[0]?.input]).toEqual([[], { kind: "digits", digits: "1" }]);
    await bench.perform(listen({ input: "digits" }));
    await bench.clock.advance(NO_INPUT_MS);
    expect(bench.of("listenEnded")).toMatchObject([{ outcome: "no-input", turn: { nonce: bench.nonce } }]);
  });

  it("is refused with more than one key to finish on, which the carrier cannot do", async () => {
    const bench = await open();
    await bench.talk();
    await expect(bench.perform(listen({ input: "digits", digits: { finishOn: "#*" } }))).rejects.toMatchObject({ code: "unsupported" });
  });
});

describe("listening for both", () => {
  it("does not gather keys for a turn that speech has answered before", async () => {
    const bench = await open({}, { speakingMsPerWord: 0 });
    await bench.talk();
    // The carrier listens already, and we do not know it yet.
    bench.fake.faults.next("lost");
    const beginning = bench.perform(listen({ input: "both" }));
    await bench.until(() => bench.names().includes("transcription_start"));
    await bench.settle();
    bench.fake.faults.next({ status: 429, headers: { "retry-after": "2" } });
    void bench.person.say("Yes");
    await beginning;
    await bench.until(() => bench.of("answer").length > 0 && bench.names().includes("transcription_stop"));
    expect(bench.names()).not.toContain("gather");
  });

  it("ends the gathering of keys with speech", async () => {
    const bench = await listening({ input: "both" });
    void bench.person.say("Hello");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.names().includes("gather_stop") && bench.names().includes("transcription_stop"));
    expect(bench.of("answer")).toMatchObject([{ input: { kind: "speech", text: "Hello" } }]);
  });

  it("ends the transcription with keys", async () => {
    const bench = await listening({ input: "both" });
    void bench.person.press("7#");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.names().includes("transcription_stop"));
    expect(bench.of("answer")).toMatchObject([{ input: { kind: "digits", digits: "7" } }]);
    expect(bench.names()).not.toContain("gather_stop");
  });
});

describe("a prompt", () => {
  const prompt = { text: "one two three four five six", interruptible: true };
  const slowly = { speakingMsPerWord: 1_000 };
  const asking = async (interruptible: boolean) => {
    const bench = await open({}, slowly);
    await bench.talk();
    await bench.perform(listen({ prompt: { ...prompt, interruptible } }));
    return bench;
  };

  it("is spoken with open ears where it may be talked over", async () => {
    const bench = await asking(true);
    expect(bench.names()).toEqual(["calls", "transcription_start", "speak"]);
    await bench.clock.advance(2_000);
    void bench.person.say("Wait");
    await bench.clock.advance(2_000);
    await bench.until(() => bench.of("answer").length > 0);
    expect(bench.of("answer")).toMatchObject([{ input: { text: "Wait" }, turn: { nonce: bench.nonce } }]);
    expect(bench.of("stepEnded")).toEqual([]);
  });

  it("does not count as silence of the caller", async () => {
    const bench = await asking(true);
    await bench.clock.advance(6_000);
    await bench.settle();
    await bench.clock.advance(NO_INPUT_MS - 1);
    expect(bench.of("listenEnded")).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.of("listenEnded")).toMatchObject([{ outcome: "no-input" }]);
  });

  it("that has to be heard in full opens ears only after it", async () => {
    const bench = await asking(false);
    void bench.person.say("Too early");
    await bench.clock.advance(5_999);
    expect(bench.names()).toEqual(["calls", "speak"]);
    await bench.clock.advance(1);
    await bench.until(() => bench.names().includes("transcription_start"));
    await bench.settle();
    void bench.person.say("Now");
    await bench.clock.advance(3_000);
    await bench.until(() => bench.of("answer").length > 0);
    expect(bench.of("answer")).toMatchObject([{ input: { text: "Now" } }]);
  });

  it("after which the carrier cannot listen fails the turn", async () => {
    const bench = await asking(false);
    bench.fake.faults.always({ status: 422, body: '{"errors":[{"code":"90053"}]}' });
    await bench.clock.advance(6_000);
    await bench.until(() => bench.of("listenEnded").length > 0);
    expect(bench.of("listenEnded")).toMatchObject([{ outcome: "failed", turn: { nonce: bench.nonce } }]);
  });
});
