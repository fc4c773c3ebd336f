import { LIVE_AUDIO_DEFAULTS } from "@openclaw/call-engine";
import { describe, expect, it } from "vitest";
import { expectNothingLeft } from "../live/aftermath.ts";
import { readSocketSubjects } from "../live/subjects.ts";
import { Visitor } from "../live/visitor.ts";
import { heard, openTrial, type Trial } from "../trial.ts";

type Message = string | Uint8Array;

const GARBAGE: readonly Message[] = ["", "no JSON", "[]", "{", '{"event":7}', "null", new Uint8Array([0xff, 0, 0xfe]), '{"event":"media"}', '{"event":"start","start":{}}'];
const OVERSIZED = JSON.stringify({ event: "media", media: { payload: "A".repeat(70_000) } });
const garbage = (count: number) => Array.from({ length: count }, (_, at) => GARBAGE[at % GARBAGE.length] ?? "");

/** What a socket says that has a token, and how it is closed for that. */
const BEFORE_THE_START: readonly (readonly [what: string, messages: (genuine: readonly Message[]) => readonly Message[], end: { readonly code: number; readonly reason: string }])[] = [
  ["a message larger than any carrier's", () => [OVERSIZED], { code: 1009, reason: "too-large" }],
  ["audio before the start", (genuine) => Array.from({ length: 21 }, () => genuine.at(-1) ?? ""), { code: 1002, reason: "protocol" }],
  ["nothing but garbage", () => garbage(21), { code: 1002, reason: "protocol" }],
];

/** What comes in the middle of a stream. */
const IN_THE_STREAM: readonly (readonly [what: string, messages: (genuine: readonly Message[]) => readonly Message[], code: number])[] = [
  ["a message larger than any carrier's", () => [OVERSIZED], 1009],
  ["garbage", () => garbage(21), 1002],
  ["starts", (genuine) => Array.from({ length: 21 }, () => genuine.find((message) => String(message).includes('"start"')) ?? ""), 1002],
  ["a flood", (genuine) => Array.from({ length: 1500 }, () => genuine.at(-1) ?? ""), 1006],
];

describe.each(await readSocketSubjects())("security 10: oversized, early, double and countless frames (%s)", (_name, subject) => {
  it.each(BEFORE_THE_START)("%s ends the socket before anything begins, and the carrier still gets in", async (_what, messages, end) => {
    await using trial = await openTrial(subject, { live: true });
    const genuine = await genuineMessages(trial);
    let visitor: Visitor | undefined;
    trial.live.path.onConnect = async (url) => {
      visitor ??= new Visitor(trial.telephone.media, url);
      visitor.say(...messages(genuine));
      await trial.clock.settle();
      return url;
    };
    const lines = trial.live.lines.all.length;
    const { party } = await trial.call({ message: "Hello again.", mode: "conversation" });
    await party.answer();
    await trial.until(() => heard(party).includes("Hello again."), "the greeting is heard");
    expect(visitor?.closed).toEqual(end);
    expect(visitor?.heard).toEqual([]);
    expect(trial.live.lines.all).toHaveLength(lines + 1);
  });

  it("a socket that says nothing is closed after its time, and the carrier still gets in", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { streaming: { ...LIVE_AUDIO_DEFAULTS.streaming, preStartTimeoutMs: 1000 } } });
    let visitor: Visitor | undefined;
    trial.live.path.onConnect = async (url) => {
      if (visitor) return url;
      visitor = new Visitor(trial.telephone.media, url);
      await trial.live.wait(1500);
      return url;
    };
    const { party } = await trial.call({ message: "Hello.", mode: "conversation" });
    await party.answer();
    await trial.until(() => heard(party).includes("Hello."), "the greeting is heard");
    expect(visitor?.closed).toEqual({ code: 1008, reason: "no-start" });
  });

  it.each(IN_THE_STREAM)("%s ends that connection and nothing else: the carrier connects anew, and the call goes on", async (_what, messages, code) => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    const [wire] = trial.live.path.wires;
    for (const message of messages(wire?.received ?? [])) wire?.inject(message);
    expect(wire?.closedWith).toBe(code);
    await trial.until(() => trial.live.path.wires.length === 2, "the carrier connects anew", 2000);
    await trial.listening(callId);
    void party.say("Are you there?");
    expect((await trial.question()).text).toBe("Are you there?");
    expect(heard(party)).toEqual(["Hi."]);
    expect(trial.live.ears).toHaveLength(1);
    await party.hangUp();
    await expectNothingLeft(trial);
  });

  it("a little garbage ends nothing", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { party } = await trial.talk("Hi.");
    const [wire] = trial.live.path.wires;
    for (const message of garbage(20)) wire?.inject(message);
    void party.say("Are you there?");
    expect((await trial.question()).text).toBe("Are you there?");
    expect(trial.live.path.wires).toHaveLength(1);
  });

  it("sockets that have not begun are few, of everybody and of one source", async () => {
    const streaming = { ...LIVE_AUDIO_DEFAULTS.streaming, maxPendingConnections: 2, maxPendingConnectionsPerIp: 1 };
    await using trial = await openTrial(subject, { live: true, settings: { streaming } });
    const urls: string[] = [];
    trial.live.path.onConnect = (url) => {
      urls.push(url);
      return new Promise(() => {});
    };
    for (const to of ["+15550100011", "+15550100012", "+15550100013"]) {
      const { party } = await trial.call({ to, message: "Hi.", mode: "conversation" });
      await party.answer();
    }
    await trial.until(() => urls.length === 3, "three carriers are about to connect");
    const visit = (index: number, from: string) => new Visitor(trial.telephone.media, urls[index] ?? "", { from });
    const first = visit(0, "198.51.100.1");
    expect(first.refusal).toBeUndefined();
    expect(visit(1, "198.51.100.1").refusal).toEqual({ status: 429, reason: "too-many" });
    expect(visit(1, "198.51.100.2").refusal).toBeUndefined();
    expect(visit(2, "198.51.100.3").refusal).toEqual({ status: 503, reason: "too-many" });
    first.leave();
    await trial.clock.settle();
    expect(visit(2, "198.51.100.1").refusal).toBeUndefined();
    expect(trial.telephone.media.sizes).toMatchObject({ pending: 2, active: 0 });
  });
});

/** What a carrier says on a stream of its own, from a call before. */
async function genuineMessages(trial: Trial): Promise<readonly Message[]> {
  const { callId } = await trial.talk("Hi.");
  const messages = trial.live.path.wires[0]?.received ?? [];
  void trial.telephone.end(callId);
  await trial.until(() => trial.telephone.active().length === 0, "that call is over");
  return messages;
}
