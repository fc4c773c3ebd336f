import { afterEach, describe, expect, it } from "vitest";
import { THEIRS, benches, type Bench, type StepContent } from "./test/bench.ts";

const open = benches(afterEach);

/** The last command that a step leads to on a call that is up. */
async function command(step: StepContent, section = {}) {
  const bench = await open(section);
  await bench.talk();
  const id = await bench.perform(step);
  const { name, body } = bench.sent().at(-1) ?? { name: "none", body: {} };
  const { command_id, state, ...rest } = body;
  return { name, rest, command_id, state, id, bench };
}

describe("a dial", () => {
  it("asks for the call with all its limits, and says whose it is", async () => {
    const bench = await open();
    await bench.dial({ dialDigits: "w12#", machineDetection: true });
    expect(bench.sent()).toEqual([
      {
        name: "calls",
        body: {
          connection_id: "1494404757140276705",
          from: "+15550100001",
          to: THEIRS,
          command_id: "call-1:dial",
          state: { callId: "call-1", nonce: "nonce0", activity: "dial", pressingMs: 1_550 },
          webhook_url: "https://telephone.example.com/status/k1",
          webhook_url_method: "POST",
          timeout_secs: 30,
          time_limit_secs: 300,
          send_digits_on_answer: "w12#",
          answering_machine_detection: "greeting_end",
        },
      },
    ]);
  });

  it.each([
    [1_000, 1_000, 5, 60],
    [30_001, 90_500, 31, 91],
    [10_000_000, 100_000_000, 600, 14_000],
  ])("clamps %d ms of ringing and %d ms of talk to what the carrier takes", async (ringTimeoutMs, maxDurationMs, timeout_secs, time_limit_secs) => {
    const bench = await open();
    await bench.dial({ ringTimeoutMs, maxDurationMs });
    expect(bench.sent()[0]?.body).toMatchObject({ timeout_secs, time_limit_secs });
  });

  it.each([{ to: "5550100002" }, { to: `${THEIRS},200` }, { to: "sip:someone@example.com" }, { from: "anonymous" }, { dialDigits: "12x" }])("is refused before it is sent with %o", async (changes) => {
    const bench = await open();
    await expect(bench.dial(changes)).rejects.toMatchObject({ code: "invalid-request", retryable: false });
    expect(bench.names()).toEqual([]);
  });

  it("pain-11: refuses keys that the carrier cannot press before anything rings", async () => {
    const { carrier } = await open();
    const intent = { direction: "outbound", mode: "conversation", audioMode: "native" } as const;
    expect(carrier.check?.(intent)).toEqual([]);
    expect(carrier.check?.({ ...intent, dialDigits: "wW12#*AD", machineDetection: true })).toEqual([]);
    for (const dialDigits of ["1".repeat(65), "12x", ""]) expect(carrier.check?.({ ...intent, dialDigits })).toMatchObject([{ code: "dial-digits-invalid" }]);
  });

  it("refuses to be recorded, and says so together with what else does not fit", async () => {
    const { carrier } = await open();
    const intent = { direction: "outbound", mode: "conversation", audioMode: "native", record: true } as const;
    expect(carrier.check?.(intent)).toMatchObject([{ code: "record-not-supported" }]);
    expect(carrier.check?.({ ...intent, dialDigits: "x" })).toMatchObject([{ code: "dial-digits-invalid" }, { code: "record-not-supported" }]);
  });
});

describe("a step", () => {
  it("say speaks plain text in the configured voice", async () => {
    const { name, rest, command_id, state, id } = await command({ kind: "say", text: "Hello <b>there</b> & you" });
    expect({ name, rest }).toEqual({ name: "speak", rest: { payload: "Hello <b>there</b> & you", payload_type: "text", voice: "AWS.Polly.Joanna-Neural" } });
    expect({ command_id, state }).toEqual({ command_id: id, state: { callId: "call-1", nonce: expect.stringMatching(/^nonce/) as string, activity: "say", stepId: id } });
  });

  it("say takes another voice, which brings its language", async () => {
    const { rest } = await command({ kind: "say", text: "Hallo", voice: { name: "Azure.de-DE-KatjaNeural", language: "de-DE" } });
    expect(rest).toEqual({ payload: "Hallo", payload_type: "text", voice: "Azure.de-DE-KatjaNeural" });
  });

  it("say speaks every language in the configured voice where no other is named", async () => {
    const { rest } = await command({ kind: "say", text: "Hei", voice: { language: "fi-FI" } }, { voice: "Azure.fi-FI-NooraNeural" });
    expect(rest).toEqual({ payload: "Hei", payload_type: "text", voice: "Azure.fi-FI-NooraNeural" });
  });

  it.each([
    ["a control character", "one\u0000two\u0007", "one two"],
    ["half a character", "one\ud83d two", "one\ufffd two"],
    ["line breaks", "one\ntwo", "one two"],
  ])("say is not stopped by %s", async (_, text, payload) => {
    const { rest } = await command({ kind: "say", text });
    expect(rest).toMatchObject({ payload });
  });

  it("say of nothing is over at once, and asks nothing of the carrier", async () => {
    const { name, id, bench } = await command({ kind: "say", text: "\u0000 " });
    expect(name).toBe("calls");
    expect(bench.of("stepEnded")).toMatchObject([{ stepId: id, outcome: "completed" }]);
  });

  it.each([
    { kind: "sendDigits", digits: "12;3" },
    { kind: "transfer", to: "+15550100003,900", ringTimeoutMs: 20_000, onFailure: [] },
    { kind: "transfer", to: "tel:1", ringTimeoutMs: 20_000, onFailure: [] },
  ] as StepContent[])("is refused where something else is smuggled in: %o", async (step) => {
    const bench = await open();
    await bench.talk();
    await expect(bench.perform(step)).rejects.toMatchObject({ code: "invalid-request" });
    expect(bench.names()).toEqual(["calls"]);
  });

  it("security-09: leaves out voices and languages that are none, and speaks and listens all the same", async () => {
    const said = await command({ kind: "say", text: "x", voice: { name: 'Polly"><Dial>', language: 'en"/>' } });
    expect(said.rest).toEqual({ payload: "x", payload_type: "text", voice: "AWS.Polly.Joanna-Neural" });
    await said.bench.perform({ kind: "listen", input: "speech", noInputMs: 10_000, endSilenceMs: 800, language: "en&x=1" });
    expect(said.bench.sent().at(-1)?.body).toMatchObject({ transcription_engine_config: { transcription_engine: "Google", interim_results: true } });
    expect(JSON.stringify(said.bench.sent())).not.toContain("x=1");
  });

  it.each([{ kind: "pause", durationMs: 10 }, { kind: "record", action: "start" }] as StepContent[])("that has no command is unsupported: %o", async (step) => {
    const bench = await open();
    await bench.talk();
    await expect(bench.perform(step)).rejects.toMatchObject({ code: "unsupported" });
  });

  it("play plays what the carrier fetches, and reports its end", async () => {
    const { name, rest, id, bench } = await command({ kind: "play", url: "https://telephone.example.com/hello.wav" });
    expect({ name, rest }).toEqual({ name: "playback_start", rest: { audio_url: "https://telephone.example.com/hello.wav" } });
    await bench.clock.advance(2_000);
    await bench.until(() => bench.of("stepEnded").length > 0);
    expect(bench.of("stepEnded")).toMatchObject([{ stepId: id, outcome: "completed" }]);
  });

  it("sendDigits is over when the last key was pressed", async () => {
    const { name, rest, id, bench } = await command({ kind: "sendDigits", digits: "1w2W" });
    expect({ name, rest }).toEqual({ name: "send_dtmf", rest: { digits: "1w2W" } });
    await bench.clock.advance(2_199);
    expect(bench.of("stepEnded")).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.of("stepEnded")).toMatchObject([{ stepId: id, outcome: "completed", callId: "call-1" }]);
  });

  it("pain-11: sendDigits beside speech leaves the speech its end", async () => {
    const bench = await open({}, { speakingMsPerWord: 1_000 });
    await bench.talk();
    const said = await bench.perform({ kind: "say", text: "one two three" });
    await bench.perform({ kind: "sendDigits", digits: "5" }, "same");
    expect(bench.sent().at(-1)).toMatchObject({ name: "send_dtmf" });
    expect(bench.sent().at(-1)?.body).not.toHaveProperty("state");
    await bench.clock.advance(4_000);
    await bench.until(() => bench.of("stepEnded").length === 2);
    expect(bench.of("stepEnded").map(({ stepId }) => stepId)).toContain(said);
  });

  it("stopSpeech cuts speech short", async () => {
    const bench = await open({}, { speakingMsPerWord: 1_000 });
    await bench.talk();
    const said = await bench.perform({ kind: "say", text: "one two three" });
    await bench.clock.advance(1_000);
    const stopped = await bench.perform({ kind: "stopSpeech" }, "same");
    await bench.until(() => bench.of("stepEnded").length === 2);
    expect(bench.of("stepEnded")).toEqual(
      expect.arrayContaining([expect.objectContaining({ stepId: said, outcome: "cancelled" }), expect.objectContaining({ stepId: stopped, outcome: "completed" })]),
    );
  });

  it("transfer tells the new leg whose it is", async () => {
    const { name, rest, state, id, bench } = await command({ kind: "transfer", to: "+15550100003", callerId: "+15550100001", ringTimeoutMs: 1_000, onFailure: [] });
    expect(name).toBe("transfer");
    const { target_leg_client_state: target, ...others } = rest;
    expect(others).toEqual({ to: "+15550100003", from: "+15550100001", timeout_secs: 5, webhook_url: "https://telephone.example.com/transfer/k1", webhook_url_method: "POST" });
    expect(JSON.parse(Buffer.from(String(target), "base64").toString())).toMatchObject({ callId: "call-1", activity: "target", stepId: id });
    expect(state).toMatchObject({ activity: "transfer", stepId: id });
    await bench.clock.advance(0);
    await bench.until(() => bench.of("transfer").length > 0);
    expect(bench.of("transfer")).toMatchObject([{ stepId: id, state: "transferred" }]);
  });
});

describe("a call that reaches us", () => {
  async function ringing(): Promise<Bench> {
    const bench = await open();
    await bench.network.call?.({ from: THEIRS, to: "+15550100001" });
    await bench.until(() => bench.of("incoming").length > 0);
    return bench;
  }

  it("pain-03: is answered by one command, and its webhooks go to a URL of its own from then on", async () => {
    const bench = await ringing();
    const id = await bench.perform({ kind: "answer" });
    await bench.until(() => bench.of("answered").length > 0);
    expect(bench.sent()).toMatchObject([{ name: "answer", body: { command_id: id, webhook_url: "https://telephone.example.com/status/k1", webhook_url_method: "POST", state: { callId: bench.call.callId, activity: "idle" } } }]);
    expect(bench.webhooks.map(({ url }) => url.split("/")[3])).toEqual(["entry", "status"]);
    expect(bench.of("answered")).toMatchObject([{ callId: bench.call.callId }]);
  });

  it.each([
    ["rejected", "CALL_REJECTED", "rejected"],
    ["busy", "USER_BUSY", "busy"],
  ] as const)("is rejected as %s", async (reason, cause, ended) => {
    const bench = await ringing();
    const id = await bench.perform({ kind: "reject", reason });
    await bench.until(() => bench.of("ended").length > 0);
    expect(bench.sent()).toMatchObject([{ name: "reject", body: { cause } }]);
    expect(bench.of("ended")).toMatchObject([{ reason: ended }]);
    expect(bench.of("stepEnded")).toMatchObject([{ stepId: id, outcome: "completed" }]);
  });
});
