import { describe, expect, it } from "vitest";
import { Bench, FLOWS, OURS, THEIRS, ask, hold, say } from "../test/bench.ts";

describe.each(FLOWS)("a person called over the mock (%s)", (flow) => {
  it("asks three questions, one after each thing that is said to it, and hangs up", async () => {
    const bench = new Bench(flow);
    bench.agent = (event) => [ask(event?.type === "answer" ? "Here is my answer." : "Are you there?")];
    await bench.dial([say("Good morning."), ask("How can I help?")]);
    await bench.until("ended");
    expect(bench.answers()).toEqual(["Hello, who is speaking, please?", "And what can you do for me?", "What should I remember from this call?"]);
    expect(bench.heard()).toEqual(["Good morning.", "How can I help?", "Here is my answer.", "Here is my answer.", "Here is my answer."]);
    expect(bench.of("ended")).toMatchObject([{ reason: "completed", by: "callee" }]);
    expect(bench.types().slice(0, 2)).toEqual(["ringing", "answered"]);
  });

  it("brings the nonce of the question with each answer", async () => {
    const bench = new Bench(flow);
    bench.agent = () => [ask("And?")];
    await bench.dial([ask("Yes?")]);
    await bench.until("ended");
    const nonces = bench.of("answer").map(({ turn }) => turn);
    expect(nonces.every(({ proof }) => proof === "echoed")).toBe(true);
    expect(new Set(nonces.map(({ nonce }) => nonce)).size).toBe(3);
  });

  it("waits while nobody listens, as long as thinking takes", async () => {
    const bench = new Bench(flow);
    let thinking = true;
    bench.agent = (event) => (event ? [{ kind: "pause", durationMs: 20_000 }, ask("Done thinking.")] : thinking ? [hold] : undefined);
    await bench.dial([ask("Yes?")]);
    await bench.until("answer");
    await bench.clock.advance(15_000);
    thinking = false;
    expect(bench.answers()).toHaveLength(1);
    await bench.clock.advance(30_000);
    expect(bench.answers()).toHaveLength(2);
  });

  it("speaks first when it calls us and nobody greets", async () => {
    const bench = new Bench(flow);
    bench.agent = (event) => (event?.type === "incoming" ? [{ kind: "answer" }, { ...ask(""), prompt: undefined } as never] : [ask("Go on.")]);
    bench.mock.network.callUs({ from: THEIRS, to: OURS });
    await bench.until("answer");
    expect(bench.answers()).toEqual(["Hello, who is speaking, please?"]);
    await bench.until("ended");
    expect(bench.of("ended")).toMatchObject([{ reason: "completed", by: "caller" }]);
  });

  it("goes through its script: pauses, keys, words, hanging up", async () => {
    const script = [{ waitFor: "speech" }, { pauseMs: 1_000 }, { press: "12#" }, { hangup: true }] as const;
    const bench = new Bench(flow, { script });
    bench.agent = () => [hold];
    await bench.dial([ask("Your number, please.", { input: "digits", digits: { finishOn: "#" } })]);
    await bench.until("answer");
    expect(bench.of("answer")).toMatchObject([{ input: { kind: "digits", digits: "12" } }]);
    expect(bench.of("digits")).toEqual([]);
    await bench.until("ended");
  });

  it("reports keys pressed while nobody listens, each once", async () => {
    const bench = new Bench(flow, { script: [{ pauseMs: 500 }, { press: "5w5*" }] });
    await bench.dial([hold]);
    await bench.clock.advance(5_000);
    expect(bench.of("digits").map(({ digits }) => digits)).toEqual(["5", "5", "*"]);
  });

  it("talks over a prompt that may be interrupted, which stops at once", async () => {
    const bench = new Bench(flow, { script: [{ pauseMs: 1_000 }, { say: "Stop there" }] });
    await bench.dial([ask("one two three four five six seven eight")]);
    await bench.until("answer");
    expect(bench.answers()).toEqual(["Stop there"]);
    expect(bench.heard()).toEqual(["one two three"]);
  });

  it("is not heard over a prompt that may not be interrupted", async () => {
    const bench = new Bench(flow, { script: [{ pauseMs: 500 }, { say: "Stop" }, { waitFor: "speech" }, { say: "Now" }] });
    await bench.dial([ask("one two three four five six", { prompt: { text: "one two three four five six", interruptible: false } })]);
    await bench.until("answer");
    expect(bench.answers()).toEqual(["Now"]);
    expect(bench.heard()).toEqual(["one two three four five six"]);
  });

  it("says two sentences as one answer where its pause is shorter than the silence that ends an utterance", async () => {
    const bench = new Bench(flow, { script: [{ waitFor: "speech" }, { say: "Yes." }, { pauseMs: 700 }, { say: "Of course." }] });
    await bench.dial([ask("Really?")]);
    await bench.until("answer");
    expect(bench.answers()).toEqual(["Yes. Of course."]);
  });

  it("does not begin when we talk again while it thinks", async () => {
    const bench = new Bench(flow, { thinkingMs: 2_000, script: [{ waitFor: "speech" }, { say: "At last." }] });
    bench.agent = () => [say("one two three four five"), ask("Now you.")];
    await bench.dial([ask("Yes?", { noInputMs: 1_000 })]);
    await bench.until("listenEnded");
    await bench.until("answer");
    expect(bench.answers()).toEqual(["At last."]);
    expect(bench.heard()).toEqual(["Yes?", "one two three four five", "Now you."]);
  });

  it("says nothing where that was not asked for: listening ends without input", async () => {
    const bench = new Bench(flow, { script: [] });
    await bench.dial([ask("Anybody?")]);
    await bench.until("listenEnded");
    expect(bench.of("listenEnded")).toMatchObject([{ outcome: "no-input", turn: { proof: "echoed" } }]);
    expect(bench.answers()).toEqual([]);
  });

  it("needs as long to hear as the words take to speak", async () => {
    const bench = new Bench(flow, { script: [] });
    await bench.dial([say("one two three four five six seven eight nine ten"), hold]);
    await bench.until("answered");
    await bench.clock.advance(2_999);
    expect(bench.heard()).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.heard()).toEqual(["one two three four five six seven eight nine ten"]);
  });
});
