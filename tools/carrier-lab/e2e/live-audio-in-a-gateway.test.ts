import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCarriers } from "../src/carriers.ts";
import { GREETING, openLiveGatewayTrial, type LiveGatewayTrial, type Talk } from "../src/live-gateway-trial.ts";
import { readTranscribers } from "../src/transcribers.ts";

const carriers = (await readCarriers()).filter(({ startLoopbackCarrier }) => startLoopbackCarrier !== undefined);
const transcribers = await readTranscribers();

/** What the agent answers to something, sentence by sentence. */
const answerTo = (text: string) => [`You said: ${text}`, "Is that right?"];
const WORDS = ["It is Monday today.", "I have two cats.", "Good night to you."];

let trial: LiveGatewayTrial;
let numbers = 0;
const number = () => `+1555013${String(++numbers).padStart(4, "0")}`;

beforeAll(async () => {
  trial = await openLiveGatewayTrial(carriers, transcribers);
  await settleIn(trial);
}, 400_000);
afterAll(async () => trial?.[Symbol.asyncDispose]());

/** Every sentence was heard once, in order, whole, and without a silence inside that anybody would notice. */
function expectCleanSound({ streams }: Talk, sentences: readonly string[]): void {
  const heard = streams.flatMap((stream) => stream.heard.texts);
  expect(heard.filter(({ complete }) => complete).map(({ text }) => text)).toEqual(sentences);
  expect(streams.flatMap((stream) => stream.heard.damaged)).toEqual([]);
  expect(streams.flatMap((stream) => stream.heard.underruns).filter(({ startMs, endMs }) => endMs - startMs > 40)).toEqual([]);
  expect(streams.flatMap((stream) => stream.refused)).toEqual([]);
}

/** A conversation of three turns, with everything about it as it should be. */
async function converse(carrier: string, talk: Talk): Promise<void> {
  for (const text of WORDS) {
    await talk.say(text);
    await talk.heard(...answerTo(text));
  }
  talk.party.hangUp();
  const call = await talk.over();
  expect(call).toMatchObject({ carrier, state: "completed" });
  expect(call.transcript.map(({ text }) => text)).toEqual([GREETING, ...WORDS.flatMap((text) => [text, answerTo(text).join(" ")])]);
  expectCleanSound(talk, [GREETING, ...WORDS.flatMap(answerTo)]);
}

describe.each(carriers.map(({ id }) => id))("live audio over %s", (carrier) => {
  it("is a conversation of three turns, heard by every transcriber word for word", async () => {
    const talks: { readonly transcriber: string; readonly talk: Talk }[] = [];
    for (const { id } of transcribers) {
      await trial.use(carrier, id);
      talks.push({ transcriber: id, talk: await trial.talk(number()) });
    }
    const outcomes = await Promise.all(talks.map(({ transcriber, talk }) => converse(carrier, talk).then(() => "well", (error: unknown) => `${transcriber}: ${String(error)}`)));
    expect(outcomes).toEqual(transcribers.map(() => "well"));
  }, 180_000);

  it("is not heard to stumble when the whole Gateway stands still for 200 ms in mid-sentence", async () => {
    const talk = await trial.talk(number());
    await talk.say("Tell me something long enough to be interrupted by a pause of the machine.");
    await trial.eventually(() => (talk.streams[0]?.heard.bufferedMs ?? 0) > 100 || undefined, "the answer begins");
    await standStill(200);
    await talk.heard("Is that right?");
    expectCleanSound(talk, [GREETING, ...answerTo("Tell me something long enough to be interrupted by a pause of the machine.")]);
    talk.party.hangUp();
    await talk.over();
  }, 60_000);

  it("goes on after the Gateway was killed in mid-conversation, without a greeting", async () => {
    const talk = await trial.talk(number());
    await talk.say("Before the crash.");
    await talk.heard(...answerTo("Before the crash."));
    await trial.lab.kill();
    await trial.lab.start();
    await trial.eventually(() => (talk.streams.length > 1 && talk.streams.at(-1)?.state === "open") || undefined, "the audio comes back");
    await talk.say("After the crash.");
    await talk.heard(...answerTo("After the crash."));
    expect(talk.party.heard().filter((one) => one.kind === "say" && one.text === GREETING)).toHaveLength(1);
    talk.party.hangUp();
    expect(await talk.over()).toMatchObject({ state: "completed" });
  }, 120_000);
});

it("leaves no number, no secret and nothing that was said in the log", () => {
  const logs = trial.lab.logs();
  for (const said of [...WORDS, GREETING, "After the crash."]) expect(logs).not.toContain(said);
  expect(logs).not.toContain("+1555013");
  for (const { section } of [...trial.ears.values(), ...trial.carriers.values()])
    for (const [key, value] of Object.entries(section)) if (/key|token|secret/i.test(key) && typeof value === "string") expect(logs).not.toContain(value);
});

/**
 * A Gateway that has just started loads its agent, its models and its store for the first call, and stands still for
 * seconds on a small machine: one call is made that nobody listens to.
 */
async function settleIn({ lab, eventually }: LiveGatewayTrial): Promise<void> {
  const { callId } = (await lab.rpc("voicecall.start", { to: number(), mode: "notify", message: "Hello." })) as { callId: string };
  await eventually(async () => {
    const { call } = (await lab.rpc("voicecall.status", { callId })) as { call?: { endedAt?: number } };
    return call?.endedAt !== undefined || undefined;
  }, "the first call is over");
  await lab.agent("Say hello.").catch(() => undefined);
}

/** Nothing in the Gateway's process runs for so long, as when the machine is busy with something else. */
async function standStill(ms: number): Promise<void> {
  const { pid } = trial.lab;
  if (pid === undefined) throw new Error("the Gateway does not run");
  process.kill(pid, "SIGSTOP");
  const began = performance.now();
  while (performance.now() - began < ms) await new Promise((resolve) => setImmediate(resolve));
  process.kill(pid, "SIGCONT");
}
