import { TelephonyError } from "@openclaw/telephony-contract";
import type { RemoteParty } from "@openclaw/telephony-contract/testing";
import type { CarrierSubject } from "@openclaw/phone-network/wire";
import { describe, expect, it } from "vitest";
import { heard, openTrial, type Trial } from "../trial.ts";
import { expectNothingLeft } from "./aftermath.ts";
import { pieces, tones } from "./lab-voice.ts";
import type { MediaPath } from "./media-path.ts";
import { readLiveSubjects, readSocketSubjects } from "./subjects.ts";

/** A call that is under way, and how it came so far. */
interface Call {
  readonly trial: Trial;
  readonly callId: string;
  readonly party: RemoteParty;
}

const STORY = "Once upon a time there was a telephone that nobody answered. It rang and rang the whole day long.";

/** What a call goes through, in order. */
const PHASES: Readonly<Record<string, (call: Call) => Promise<void>>> = {
  ringing: async () => {},
  greeting: async ({ trial, party }) => {
    await party.answer();
    await sounding(trial);
  },
  listening: async ({ trial, callId, party }) => {
    await party.answer();
    await trial.until(() => heard(party).length > 0, "the greeting is heard");
    await trial.listening(callId);
  },
  "listening to a sentence": async (call) => {
    await reach(call, "listening");
    void call.party.say("I would like to know");
    await call.trial.pass(500);
  },
  thinking: async (call) => {
    await reach(call, "listening");
    void call.party.say("A story, please.");
    await call.trial.question(call.trial.questions.length + 1);
  },
  speaking: async (call) => {
    await reach(call, "thinking");
    call.trial.questions.at(-1)?.write(`${STORY} And`);
    await call.trial.until(() => call.trial.telephone.get(call.callId)?.activity === "speaking", "the story begins");
    await call.trial.pass(800);
  },
  interrupted: async (call) => {
    await reach(call, "speaking");
    const { line } = call.trial.live;
    void call.party.say("Stop, please, stop it.");
    await call.trial.until(() => line.clears.length > 0, "the voice stops");
  },
  "saying goodbye": async (call) => {
    await reach(call, "thinking");
    call.trial.questions.at(-1)?.finish(JSON.stringify({ spoken: STORY, endCall: true }));
    await call.trial.until(() => call.trial.telephone.get(call.callId)?.activity === "speaking", "the goodbye begins");
    await call.trial.pass(500);
  },
};

/** Those that only a connection has. */
const PHASES_OF_SOCKETS: typeof PHASES = {
  connecting: async ({ trial, party }) => {
    trial.live.path.onConnect = () => new Promise(() => {});
    await party.answer();
    await trial.pass(300);
  },
  reconnecting: async (call) => {
    await reach(call, "speaking");
    call.trial.live.path.cut = true;
    call.trial.live.breakLine();
    await call.trial.pass(300);
  },
};

describe.each(await readLiveSubjects())("where bad things happen (%s)", (_name, subject) => {
  it.each(Object.keys(PHASES))("the caller hangs up while the call is %s: it ends at once, and nothing is left", async (phase) => {
    await hangUpWhile(subject, phase);
  });

  it("the agent fails: the caller hears an apology, and the call goes on", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const { callId, party } = await trial.talk("Hi.");
    void party.say("Who is it?");
    (await trial.question()).fail(new Error("the model is down"));
    await trial.until(() => heard(party).length === 2, "an apology is heard");
    expect(heard(party)[1]).toContain("could not answer");
    await trial.listening(callId);
    void party.say("Who is it?");
    const question = await trial.question(2);
    question.finish("It is me.");
    await trial.settle();
    question.write("It is me. And it is me again, twice.");
    question.finish("It is somebody else.");
    await trial.until(() => heard(party).includes("It is me."), "it is answered");
    await trial.pass(3000);
    expect(heard(party).slice(2)).toEqual(["It is me."]);
    await hangUpAndLook(trial, party, timers);
  });

  it("the agent says nothing for ever: the caller hears an apology when its time is over", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { responseTimeoutMs: 10_000 } });
    const timers = trial.clock.pending;
    const { party } = await trial.talk("Hi.");
    void party.say("Who is it?");
    const question = await trial.question();
    await trial.until(() => heard(party).length === 2, "an apology is heard");
    expect(heard(party)[1]).toContain("could not answer");
    expect(question.signal.aborted).toBe(true);
    await hangUpAndLook(trial, party, timers);
  });

  it("the voice breaks off in the middle of a sentence: the caller hears an apology, and the call goes on", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const { callId, party } = await trial.talk("Hi.");
    trial.live.voice = ({ text }) => (text.startsWith("Once") ? Promise.resolve({ audio: breakingOff("Once upon a time") }) : undefined);
    void party.say("A story.");
    (await trial.question()).finish("Once upon a time there was a telephone that nobody answered.");
    await trial.until(() => heard(party).some((text) => text.includes("could not answer")), "an apology is heard");
    await trial.listening(callId);
    void party.say("Go on.");
    (await trial.question(2)).finish("And now it is over.");
    await trial.until(() => heard(party).includes("And now it is over."), "it is answered");
    await hangUpAndLook(trial, party, timers);
  });

  it("an ear that tells everything twice, and goes on when it is closed, is believed once", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const { callId, party } = await trial.talk("Hi.");
    const { session } = trial.live;
    const twice = [{ type: "speechStarted", itemId: "a" }, { type: "partial", itemId: "a", text: "Who" }, { type: "final", itemId: "a", text: "Who is it?" }] as const;
    session.tell(...twice, ...twice);
    (await trial.question()).finish("It is me.");
    await trial.until(() => heard(party).includes("It is me."), "it is answered");
    await trial.listening(callId);
    session.tell(...twice);
    await party.hangUp();
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call is over");
    session.tell({ type: "final", itemId: "b", text: "Who is it now?" }, { type: "failed", error: new TelephonyError("unavailable", "gone") });
    await expectNothingLeft(trial, timers);
    expect(trial.questions).toHaveLength(1);
  });

  it("an ear that hears nothing, and a caller who talks to it: somebody asks, and the call ends when nobody talks any more", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { inactivity: { promptAfterMs: 6000, prompt: "Are you still there?", hangupAfterMs: 6000 } } });
    const timers = trial.clock.pending;
    const { callId, party } = await trial.talk("Hi.");
    trial.live.session.deaf = true;
    for (const count of [1, 2]) {
      void party.say("Hello? Is there anybody who hears what I say?");
      await trial.until(() => heard(party).filter((text) => text === "Are you still there?").length === count, "the caller is asked", 45_000);
      await trial.listening(callId);
    }
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call is over", 45_000);
    expect(trial.record(callId).endReason).toBe("inactivity");
    await expectNothingLeft(trial, timers);
  });

  it("somebody calls again before their last call is quite over: that one ends, and this one is answered", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const first = await trial.receive();
    await trial.until(() => heard(first).length === 1, "the first call is greeted");
    const [{ callId = "" } = {}] = trial.telephone.active();
    const news = trial.post.hold();
    await first.hangUp();
    await trial.settle();
    trial.post.stopHolding();
    const second = await trial.receive();
    await trial.until(() => heard(second).length === 1, "the second call is greeted");
    news.release();
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the first call is over");
    expect(trial.telephone.active()).toHaveLength(1);
    void second.say("It is me again.");
    expect((await trial.question()).text).toBe("It is me again.");
    await hangUpAndLook(trial, second, timers);
  });
});

describe.each(await readSocketSubjects())("where connections go bad (%s)", (_name, subject) => {
  it.each(Object.keys(PHASES_OF_SOCKETS))("the caller hangs up while the call is %s: it ends at once, and nothing is left", async (phase) => {
    await hangUpWhile(subject, phase);
  });

  it("a connection that closes now and then, with whatever code, is made anew, and the call goes on", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const { path } = trial.live;
    const { callId, party } = await trial.talk("Hi.");
    for (const code of [1000, 1001, 1002, 1005, 1006, 1008, 1011, 1012, 1013, 4000]) {
      const count = path.wires.length;
      path.wires.at(-1)?.break(code);
      await trial.until(() => path.wires.length > count, `there is another connection after ${code}`, 2000);
      await trial.listening(callId);
      await trial.pass(5000);
    }
    void party.say("Still there?");
    (await trial.question()).finish("Yes, I am here.");
    await trial.until(() => heard(party).includes("Yes, I am here."), "it is answered");
    expect(heard(party)).toEqual(["Hi.", "Yes, I am here."]);
    expect(trial.live.ears).toHaveLength(1);
    await hangUpAndLook(trial, party, timers);
  });

  it("a connection that always breaks again is given up: the caller hears an apology, or the call ends", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const { path } = trial.live;
    const { callId, party } = await trial.talk("Hi.");
    const began = trial.clock.now();
    while (party.state() === "answered" && trial.clock.now() - began < 30_000) {
      path.wires.at(-1)?.break();
      await trial.pass(400);
    }
    expect(party.state()).toBe("ended");
    expect(trial.record(callId).endReason).toMatch(/^(?:failed|media-lost)$/);
    await expectNothingLeft(trial, timers);
  });

  it("a connection that stands still is noticed and made anew", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const { path } = trial.live;
    const { callId, party } = await trial.talk("Hi.");
    for (const wire of path.wires) wire.mute = true;
    await trial.until(() => path.wires.length === 2, "there is another connection", 65_000);
    await trial.listening(callId);
    void party.say("Still there?");
    expect((await trial.question()).text).toBe("Still there?");
    await hangUpAndLook(trial, party, timers);
  });

  it.each([
    ["never starts", (path: MediaPath) => (path.mute = true)],
    ["never comes", (path: MediaPath) => (path.cut = true)],
  ])("a connection that %s: the caller hears an apology by the carrier's own voice, and the call ends", async (_what, spoil) => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    spoil(trial.live.path);
    const { callId, party } = await trial.call({ message: "Hi.", mode: "conversation" });
    await party.answer();
    await trial.until(() => party.state() === "ended", "the call ends", 40_000);
    expect(heard(party)).toEqual([expect.stringContaining("technical problem")]);
    expect(trial.record(callId).endReason).toBe("failed");
    await expectNothingLeft(trial, timers);
  });

  it("a connection that breaks and does not come back ends the call within seconds", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const { callId, party } = await trial.talk("Hi.");
    trial.live.path.cut = true;
    trial.live.breakLine();
    await trial.until(() => party.state() === "ended", "the call ends", 15_000);
    expect(trial.record(callId).endReason).toMatch(/^(?:failed|media-lost)$/);
    await expectNothingLeft(trial, timers);
  });
});

async function hangUpWhile(subject: CarrierSubject, phase: string): Promise<void> {
  await using trial = await openTrial(subject, { live: true });
  const timers = trial.clock.pending;
  const { callId, party } = await trial.call({ message: "Hello, here I am.", mode: "conversation" });
  await reach({ trial, callId, party }, phase);
  await (phase === "ringing" ? party.busy() : party.hangUp());
  await trial.until(() => trial.record(callId).lifecycle === "ended", "the call is over", 5000);
  if (phase !== "saying goodbye") expect(trial.questions.map(({ signal }) => signal.aborted)).not.toContain(false);
  trial.live.path.onConnect = (url) => url;
  await expectNothingLeft(trial, timers);
}

async function hangUpAndLook(trial: Trial, party: RemoteParty, timers: number): Promise<void> {
  await party.hangUp();
  await trial.until(() => trial.telephone.active().length === 0, "the call is over");
  await expectNothingLeft(trial, timers);
}

async function reach(call: Call, phase: string): Promise<void> {
  await { ...PHASES, ...PHASES_OF_SOCKETS }[phase]?.(call);
}

/** Waits until something of ours is on the line. */
async function sounding(trial: Trial): Promise<void> {
  await trial.until(() => trial.live.lines.all.length > 0 && trial.live.line.firstAudioAt !== undefined, "something is to be heard");
}

/** The begin of a text and a breath after it, and then no more. */
async function* breakingOff(begin: string): AsyncGenerator<Uint8Array> {
  yield* pieces(Buffer.concat([tones(begin), Buffer.alloc(800, 0xff)]));
  throw new Error("the connection broke");
}
