import { describe, expect, it } from "vitest";
import type { RemoteParty } from "@openclaw/telephony-contract/testing";
import { heard, openTrial, type Trial } from "../trial.ts";
import { expectNothingLeft } from "./aftermath.ts";
import { readLiveSubjects } from "./subjects.ts";

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
  connecting: async ({ trial, party }) => {
    trial.live.path.onConnect = () => new Promise(() => {});
    await party.answer();
    await trial.pass(300);
  },
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
  reconnecting: async (call) => {
    await reach(call, "speaking");
    call.trial.live.path.cut = true;
    call.trial.live.breakLine();
    await call.trial.pass(300);
  },
  "saying goodbye": async (call) => {
    await reach(call, "thinking");
    call.trial.questions.at(-1)?.finish(JSON.stringify({ spoken: STORY, endCall: true }));
    await call.trial.until(() => call.trial.telephone.get(call.callId)?.activity === "speaking", "the goodbye begins");
    await call.trial.pass(500);
  },
};

describe.each(await readLiveSubjects())("where bad things happen (%s)", (_name, subject) => {
  it.each(Object.keys(PHASES))("the caller hangs up while the call is %s: it ends at once, and nothing is left", async (phase) => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    const { callId, party } = await trial.call({ message: "Hello, here I am.", mode: "conversation" });
    await reach({ trial, callId, party }, phase);
    await (phase === "ringing" ? party.busy() : party.hangUp());
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call is over", 5000);
    if (phase !== "saying goodbye") expect(trial.questions.map(({ signal }) => signal.aborted)).not.toContain(false);
    trial.live.path.onConnect = (url) => url;
    await expectNothingLeft(trial, timers);
  });
});

async function reach(call: Call, phase: string): Promise<void> {
  await PHASES[phase]?.(call);
}

/** Waits until something of ours is on the line. */
async function sounding(trial: Trial): Promise<void> {
  await trial.until(() => trial.live.lines.all.length > 0 && trial.live.line.firstAudioAt !== undefined, "something is to be heard");
}
