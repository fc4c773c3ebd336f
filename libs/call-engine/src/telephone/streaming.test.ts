import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { PUSH } from "../test-support/desk-carrier.test-support.ts";
import { LIVE_PULL, createLiveDesk, tell, type LiveDesk, type TestLink } from "../test-support/live-desk.test-support.ts";

const transcriptOf = (desk: LiveDesk, callId: string) => desk.store.get(callId)?.transcript.map(({ speaker, text }) => `${speaker}: ${text}`);
const loud = new Uint8Array(160).fill(0x10);
const quiet = new Uint8Array(160).fill(0xff);

/** Sends the caller's audio in real time. */
async function hears(desk: LiveDesk, link: TestLink, payload: Uint8Array, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 20) {
    link.audio(payload);
    await desk.clock.advance(20);
    link.playMarks();
  }
}

describe("a conversation over live audio", () => {
  it("greets when the audio is there, hears the caller, and speaks the answer sentence by sentence", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    expect(desk.spoken).toEqual(["Hello, this is your agent."]);
    expect(desk.telephone.get(callId)?.activity).toBe("listening");
    await desk.callerSays("What time is it?");
    expect(desk.questions[0]?.text).toBe("What time is it?");
    expect(desk.telephone.get(callId)?.activity).toBe("thinking");
    desk.questions[0]?.write("It is five o'clock now. Shall I");
    await desk.clock.settle();
    expect(desk.spoken.at(-1)).toBe("It is five o'clock now.");
    desk.questions[0]?.finish("It is five o'clock now. Shall I wake you?");
    await desk.play(link, 4000);
    expect(desk.spoken.at(-1)).toBe("Shall I wake you?");
    expect(transcriptOf(desk, callId)).toEqual(["agent: Hello, this is your agent.", "caller: What time is it?", "agent: It is five o'clock now. Shall I wake you?"]);
    expect(desk.telephone.get(callId)?.activity).toBe("listening");
  });

  it("keeps where the time of each answer went", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    await desk.callerSays("What time is it?");
    await desk.clock.advance(600);
    desk.questions[0]?.write("It is five o'clock now. Shall");
    desk.questions[0]?.finish("It is five o'clock now.");
    await desk.play(link, 3000);
    const answer = desk.store.get(callId)?.transcript.at(-1);
    expect(answer?.turnLatencyMs).toBeGreaterThanOrEqual(600);
    expect(Object.keys(answer?.latency ?? {})).toEqual(["finalTranscriptMs", "firstTokenMs", "firstSentenceMs", "firstAudioMs", "firstFrameSentMs", "firstFrameHeardMs"]);
    const times = Object.values<number>({ ...answer?.latency });
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  it("falls silent when the caller takes the floor, and answers what was said", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    await desk.callerSays("Tell me a story.");
    desk.questions[0]?.finish("Once upon a time there was a telephone that nobody ever answered. It rang and rang all day.");
    await desk.play(link, 1500);
    expect(link.clears).toBe(0);
    tell(desk.ears, { type: "speechStarted", itemId: "stop" });
    await hears(desk, link, loud, 700);
    expect(link.clears).toBeGreaterThan(0);
    tell(desk.ears, { type: "final", itemId: "stop", text: "Stop, please, that is enough." });
    await hears(desk, link, quiet, 1000);
    expect(desk.questions[1]?.text).toBe("Stop, please, that is enough.");
    const told = desk.store.get(callId)?.transcript.find((turn) => turn.interrupted);
    expect(told?.text).toMatch(/^Once upon a time.*…$/);
    expect(desk.spoken).not.toContain("It rang and rang all day.".repeat(2));
  });

  it("goes on with its sentence when nobody said a word", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    await desk.callerSays("Tell me a story.");
    desk.questions[0]?.finish("Once upon a time there was a telephone that nobody ever answered.");
    await desk.play(link, 1000);
    await hears(desk, link, loud, 700);
    tell(desk.ears, { type: "speechStarted", itemId: "noise" });
    await hears(desk, link, quiet, 6000);
    expect(desk.questions).toHaveLength(1);
    expect(desk.store.get(callId)?.transcript.at(-1)).toMatchObject({ text: "Once upon a time there was a telephone that nobody ever answered." });
    expect(desk.store.get(callId)?.transcript.at(-1)?.interrupted).toBeUndefined();
    expect(desk.telephone.get(callId)?.activity).toBe("listening");
  });

  it("asks once more with everything that the caller said before an answer began", async () => {
    await using desk = await createLiveDesk();
    await desk.talking();
    await desk.callerSays("I would like to book");
    await desk.callerSays("a table for two.");
    expect(desk.questions.map(({ text }) => text)).toEqual(["I would like to book", "I would like to book a table for two."]);
    expect(desk.questions[0]?.signal.aborted).toBe(true);
  });

  it("says nothing of an answer to a turn that only seemed to be over", async () => {
    await using desk = await createLiveDesk();
    const { link } = await desk.talking();
    tell(desk.ears, { type: "speechStarted", itemId: "a" });
    tell(desk.ears, { type: "eagerEnd", itemId: "a", text: "Call my" });
    await desk.clock.settle();
    expect(desk.questions.map(({ text }) => text)).toEqual(["Call my"]);
    desk.questions[0]?.finish("Whom do you want me to call for you?");
    await desk.play(link, 500);
    expect(desk.spoken).toHaveLength(1);
    tell(desk.ears, { type: "resumed", itemId: "a" });
    tell(desk.ears, { type: "final", itemId: "a", text: "Call my mother." });
    await desk.clock.advance(100);
    expect(desk.questions.at(-1)?.text).toBe("Call my mother.");
    expect(desk.spoken).toHaveLength(1);
  });

  it("has the answer ready when the turn that seemed to be over was", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    tell(desk.ears, { type: "speechStarted", itemId: "a" });
    tell(desk.ears, { type: "eagerEnd", itemId: "a", text: "Call my mother." });
    await desk.clock.settle();
    desk.questions[0]?.finish("I am calling your mother now.");
    await desk.clock.advance(200);
    tell(desk.ears, { type: "final", itemId: "a", text: "Call my mother." });
    await desk.play(link, 3000);
    expect(desk.questions).toHaveLength(1);
    expect(transcriptOf(desk, callId)?.slice(-2)).toEqual(["caller: Call my mother.", "agent: I am calling your mother now."]);
  });

  it("makes no apology for an answer that was heard, however long the agent works on after it", async () => {
    await using desk = await createLiveDesk({ settings: { responseTimeoutMs: 5000 } });
    const { callId, link } = await desk.talking();
    await desk.callerSays("What time is it?");
    desk.questions[0]?.write("It is five o'clock now.");
    await desk.play(link, 6000);
    expect(desk.spoken).toEqual(["Hello, this is your agent.", "It is five o'clock now."]);
    expect(desk.telephone.get(callId)?.activity).toBe("listening");
    await desk.callerSays("Thank you very much.");
    expect(desk.questions).toHaveLength(2);
  });

  it("takes keys in the stream for an answer", async () => {
    await using desk = await createLiveDesk();
    const { link } = await desk.talking();
    for (const key of "42#") link.press(key);
    await desk.clock.settle();
    expect(desk.questions[0]?.text).toBe("[pressed keys: 42]");
  });

  it("presses keys by tones after what it says", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    const before = link.sentBytes;
    await desk.telephone.sendDigits(callId, "12");
    await desk.play(link, 1000);
    expect(link.sentBytes - before).toBeGreaterThan(8 * 200);
  });

  it("waits for the answer to its own question and to no earlier one", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    let say: (ms: number) => void = () => {};
    desk.speech = () => new Promise((resolve) => (say = resolve));
    const asked = desk.telephone.continue(callId, "What is your date of birth?");
    await desk.clock.settle();
    await desk.callerSays("My account number is seven.");
    expect(desk.telephone.get(callId)?.transcript.at(-1)?.text).toBe("My account number is seven.");
    say(1000);
    await desk.play(link, 1500);
    await desk.callerSays("The first of May.");
    await expect(asked).resolves.toMatchObject({ text: "The first of May." });
  });

  it("gives the answer to whoever asked", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    const asked = desk.telephone.continue(callId, "What is your date of birth?");
    await desk.play(link, 2000);
    await desk.callerSays("The first of May.");
    await expect(asked).resolves.toMatchObject({ text: "The first of May." });
    expect(desk.questions).toHaveLength(0);
  });
});

describe("the end of a conversation over live audio", () => {
  it("comes after the last words were heard", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    await desk.callerSays("That is all, thank you.");
    desk.questions[0]?.finish('{"spoken":"Goodbye, and thank you for calling.","endCall":true}');
    await desk.clock.advance(200);
    expect(desk.carrier.hangups).toHaveLength(0);
    await desk.play(link, 3000);
    expect(desk.carrier.hangups).toHaveLength(1);
    expect(desk.store.get(callId)?.transcript.at(-1)?.text).toBe("Goodbye, and thank you for calling.");
  });

  it("releases ear, voice and wire", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    desk.carrier.emit("ended", callId, { reason: "completed" });
    await desk.clock.advance(5000);
    expect(desk.ears.every(({ closed }) => closed)).toBe(true);
    expect(link.closedBecause).toBe("call-over");
    expect(desk.telephone.media.sizes).toEqual({ tokens: 0, pending: 0, active: 0, playing: 0, services: 0 });
  });

  it("comes when the audio is lost and does not come back", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    link.end("network", "reset");
    await desk.clock.advance(1900);
    expect(desk.carrier.hangups).toHaveLength(0);
    await desk.clock.advance(200);
    expect(desk.carrier.hangups).toHaveLength(1);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.store.get(callId)?.endReason).toBe("media-lost");
  });

  it("does not come when the audio comes back in time", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    link.end("network", "reset");
    await desk.clock.advance(1000);
    expect(desk.carrier.performed.filter(({ step }) => step.kind === "connectMedia")).toHaveLength(2);
    await desk.connect(callId);
    await desk.clock.advance(10_000);
    expect(desk.carrier.hangups).toHaveLength(0);
    await desk.callerSays("Are you still there?");
    expect(desk.questions).toHaveLength(1);
  });

  it("is an apology by the carrier's own voice where no audio ever comes", async () => {
    await using desk = await createLiveDesk();
    const callId = await desk.call({ message: "Hello." });
    desk.carrier.emit("answered", callId);
    await desk.clock.advance(10_100);
    expect(desk.carrier.performed.at(-1)?.step).toMatchObject({ kind: "say", text: expect.stringContaining("technical problem") as string });
  });

  it("is an apology when the transcriber is gone for good", async () => {
    await using desk = await createLiveDesk();
    const { callId, link } = await desk.talking();
    tell(desk.ears, { type: "failed", error: new TelephonyError("auth-failed", "the key is not valid") });
    await desk.play(link, 6000);
    expect(desk.spoken.at(-1)).toContain("cannot hear you");
    expect(desk.carrier.hangups).toHaveLength(1);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.store.get(callId)).toMatchObject({ endReason: "failed", endDetail: "the transcriber failed" });
  });

  it("is clean when no voice can be had, and the caller is not left in silence", async () => {
    await using desk = await createLiveDesk();
    const { link } = await desk.talking();
    desk.speech = () => Promise.resolve(new TelephonyError("unavailable", "quota"));
    await desk.callerSays("Hello?");
    desk.questions[0]?.finish("Here I am, what can I do for you?");
    await desk.play(link, 3000);
    expect(desk.carrier.hangups).toHaveLength(1);
  });

  it("comes after long silence where that is wanted, with a question before", async () => {
    await using desk = await createLiveDesk({ settings: { inactivity: { promptAfterMs: 8000, prompt: "Are you still there?", hangupAfterMs: 5000 } } });
    const { link } = await desk.talking();
    await desk.play(link, 8500);
    expect(desk.spoken.at(-1)).toBe("Are you still there?");
    await desk.play(link, 7000);
    expect(desk.carrier.hangups).toHaveLength(1);
  });
});

describe("live audio over a carrier that asks for documents", () => {
  it("is connected by the first document, and by the next one when it is lost", async () => {
    await using desk = await createLiveDesk({ capabilities: LIVE_PULL });
    const callId = await desk.call({ message: "Hello, this is your agent." });
    const { urls } = desk.carrier.dials[0] ?? {};
    const first = await desk.carrier.fetch(urls?.document ?? "");
    expect(first.steps.map(({ kind }) => kind)).toEqual(["connectMedia"]);
    const link = await desk.connect(callId);
    await desk.play(link, 3000);
    link.end("carrier", "stopped");
    await desk.clock.advance(100);
    const next = await desk.carrier.fetch(urls?.continuation ?? "");
    expect(next.steps).toMatchObject([{ kind: "connectMedia" }]);
    expect(next.steps).not.toEqual(first.steps);
    await desk.connect(callId);
    await desk.clock.advance(5000);
    expect(desk.carrier.hangups).toHaveLength(0);
    expect(desk.spoken).toEqual(["Hello, this is your agent."]);
  });
});

describe("what is missing for live audio", () => {
  it("costs live audio, not the call", async () => {
    await using desk = await createLiveDesk({ settings: { streaming: { sections: {}, transcriber: "nobody", path: "/s", preStartTimeoutMs: 1, maxPendingConnections: 1, maxPendingConnectionsPerIp: 1, maxConnections: 1, leadMs: 200 } } });
    const callId = await desk.listening();
    expect(desk.telephone.get(callId)?.activity).toBe("listening");
    expect(desk.logs.some(({ level, message }) => level === "warn" && message.includes("without live audio"))).toBe(true);
  });

  it("costs live audio, not the call of somebody who calls us over a carrier without", async () => {
    await using desk = await createLiveDesk({ capabilities: PUSH, settings: { inboundPolicy: "open", inboundGreeting: "Hello." } });
    desk.carrier.emit("incoming", "in-1", { from: "+15550100002", to: "+15550100000", callId: undefined } as never);
    await desk.clock.settle();
    expect(desk.carrier.kinds).toContain("answer");
    expect(desk.telephone.active()).toHaveLength(1);
    expect(desk.ears).toHaveLength(0);
  });

  it("is nothing to a notification, which the carrier speaks", async () => {
    await using desk = await createLiveDesk();
    const callId = await desk.call({ mode: "notify", message: "Your table is ready." });
    desk.carrier.emit("answered", callId);
    await desk.clock.settle();
    expect(desk.carrier.performed[0]?.step).toMatchObject({ kind: "say", text: "Your table is ready." });
  });
});
