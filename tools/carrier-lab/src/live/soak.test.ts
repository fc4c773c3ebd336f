import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { LIVE_AUDIO_DEFAULTS } from "@openclaw/call-engine";
import type { RemoteParty } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { capabilitiesIn } from "../carriers.ts";
import { heard, openTrial, type Trial, type TrialOptions } from "../trial.ts";
import { expectNothingLeft } from "./aftermath.ts";
import { readLiveSubjects } from "./subjects.ts";

const CALLS = 1000;
const AT_ONCE = 50;
/** Bytes that a call may leave behind: what the network and the store note of it. Its audio alone has five times as much. */
const BYTES_A_CALL = 8_000;
/** Virtual milliseconds within which whatever is waited for happens. */
const WAIT_MS = 10_000;
/** Callers and agent say little, and are quick. */
const OPTIONS: TrialOptions = {
  live: true,
  settings: {
    silenceTimeoutMs: 200,
    maxConcurrentCalls: AT_ONCE,
    // A network connects the audio of all of them at the same moment, from one address.
    streaming: { ...LIVE_AUDIO_DEFAULTS.streaming, maxPendingConnections: AT_ONCE, maxPendingConnectionsPerIp: AT_ONCE },
  },
};

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const subjects = await readLiveSubjects();
/** One whose network costs nothing, so that what is measured is the telephone. */
const quick = subjects.filter(([, subject]) => capabilitiesIn(subject).media?.transport === "attached").slice(0, 1);

describe.each(quick)("a thousand live calls one after another (%s)", (_name, subject) => {
  it("leave nothing behind: no line, no timer, no memory", { timeout: 120_000 }, async () => {
    await using trial = await openTrial(subject, OPTIONS);
    const timers = trial.clock.pending;
    const heap: number[] = [];
    for (let count = 1; count <= CALLS; count++) {
      await talkShortly(trial, "+15550100011");
      if (count % (CALLS / 4) > 0) continue;
      expect(trial.telephone.media.sizes).toMatchObject({ tokens: 0, pending: 0, active: 0, playing: 0 });
      trial.forget();
      collectGarbage();
      heap.push(process.memoryUsage().heapUsed);
    }
    await expectNothingLeft(trial, timers);
    const [first = 0, , , last = 0] = heap;
    expect((last - first) / (0.75 * CALLS)).toBeLessThan(BYTES_A_CALL);
  });
});

describe.each(subjects)("fifty live calls at once (%s)", (_name, subject) => {
  it("are each heard and answered, and leave nothing behind", async () => {
    await using trial = await openTrial(subject, OPTIONS);
    const timers = trial.clock.pending;
    await talkShortly(trial, ...Array.from({ length: AT_ONCE }, (_, at) => `+155501${String(at).padStart(5, "0")}`));
    await expectNothingLeft(trial, timers);
  });
});

/** Calls side by side, each with a greeting, a question and an answer, in which everything is understood. */
async function talkShortly(trial: Trial, ...numbers: readonly string[]): Promise<void> {
  const { telephone, network, clock } = trial;
  const calls = await Promise.all(
    numbers.map(async (to) => {
      const { callId } = await telephone.initiate({ to, message: "Hi.", mode: "conversation" });
      const party = () => network.party(to) as RemoteParty;
      return { callId, to, party, question: () => trial.questions.findLast(({ call }) => call.callId === callId) };
    }),
  );
  const all = (holds: (call: (typeof calls)[number]) => boolean) => clock.runUntil(() => calls.every(holds), WAIT_MS);
  await all(({ to }) => network.party(to)?.state() === "ringing");
  for (const { party } of calls) void party().answer();
  await all(({ party }) => heard(party()).length === 1);
  for (const { party, to } of calls) void party().say(`${to.slice(-2)} here`);
  await all(({ question }) => question() !== undefined);
  for (const { question } of calls) question()?.finish(`Yes, ${question()?.text}.`);
  await all(({ party }) => heard(party()).length === 2);
  for (const { party, to } of calls) expect(heard(party())).toEqual(["Hi.", `Yes, ${to.slice(-2)} here.`]);
  for (const { party } of calls) void party().hangUp();
  await all(({ callId }) => telephone.get(callId)?.endReason === "completed");
}
