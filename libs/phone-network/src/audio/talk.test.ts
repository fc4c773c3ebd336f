import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { MULAW_8K } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { AudioEnd, Network, type Heard, type Leg, type PartyLine, type RemoteParty, type ScriptMove } from "../index.ts";
import { ToneListener, speakTones } from "../tones/index.ts";
import { sampleCodec } from "./sample-codec.ts";

/** A call whose parties hear each other by a stream, and our end of it: says something back to each text that it hears. */
function talk(parts: { script?: readonly ScriptMove[]; party?: RemoteParty; replies?: readonly string[]; inbound?: boolean }) {
  const clock = createVirtualClock();
  const log = createLogRecorder();
  const replies = [...(parts.replies ?? [])];
  const heard: string[] = [];
  const news: string[] = [];
  const codec = sampleCodec(MULAW_8K);
  let end: AudioEnd | undefined;
  const say = (text: string) => {
    const bytes = new Uint8Array(speakTones(text, 8000).length);
    codec.encode(speakTones(text, 8000), bytes);
    end?.receive(bytes);
  };
  const listener = new ToneListener(8000, (event) => {
    if (event.type !== "text") return;
    heard.push(event.text);
    const reply = replies.shift();
    if (reply !== undefined) say(reply);
  });
  const samples = new Int16Array(160);
  const network = new Network({
    clock,
    log,
    idFor: () => randomUUID(),
    people: { ringMs: 0, ...(parts.script && { script: parts.script }) },
    party: parts.party && (() => parts.party),
  });
  const conduct = (leg: Leg) => ({
    report: ({ news: { type } }: { news: { type: string } }) => void news.push(type),
    answered: () => {
      const outlet = { audio: (frame: Uint8Array) => (codec.decode(frame, samples), listener.write(samples)), mark: () => undefined };
      end = new AudioEnd({ clock, formatIn: MULAW_8K, formatOut: MULAW_8K, outlet, call: leg.call });
      end.start();
    },
    ended: () => end?.stop(),
  });
  const numbers = { from: "+15550100001", to: "+15550100002" };
  const leg = parts.inbound ? network.visit(numbers, conduct) : network.place({ ...numbers, ringTimeoutMs: 30_000 }, conduct);
  return { clock, network, leg, heard, news, say, clear: () => end?.clear(), report: () => end?.report };
}

describe("a call whose parties hear each other by a stream", () => {
  it("goes through a script as any other call does", async () => {
    const { clock, leg, heard, say } = talk({
      script: [{ waitFor: "speech" }, { say: "Who is there?" }, { waitFor: "speech" }, { say: "Goodbye then." }, { hangup: true }],
      replies: ["It is only me."],
    });
    await clock.advance(100);
    say("Hello.");
    await clock.runUntil(() => leg.call.state === "ended", 20_000);
    expect(heard).toEqual(["Who is there?", "Goodbye then."]);
    expect(leg.call.heard).toEqual(["Hello.", "It is only me."]);
    expect([leg.call.reason, clock.pending]).toEqual(["completed", 0]);
  });

  it("is begun by whoever calls us, where nobody greets", async () => {
    const { clock, leg, heard } = talk({ inbound: true, script: [{ waitFor: "speech" }, { say: "Anybody there?" }, { hangup: true }] });
    leg.call.answer();
    await clock.advance(2_900);
    expect(heard).toEqual([]);
    await clock.runUntil(() => leg.call.state === "ended", 5_000);
    expect(heard).toEqual(["Anybody there?"]);
  });

  it("lets the party hear what was cut short, and when it is its turn", async () => {
    const told: (Heard | "turn")[] = [];
    const party: RemoteParty = { ring: (line) => line.answer(), hear: (heard) => void told.push(heard), yourTurn: () => void told.push("turn") };
    const { clock, leg, say, clear } = talk({ party });
    await clock.advance(20);
    say("One sentence to be cut short.");
    await clock.advance(500);
    clear();
    await clock.advance(200);
    expect(leg.call.line.myTurn).toBe(false);
    say("And another one.");
    await clock.advance(500);
    expect(leg.call.line.myTurn).toBe(false);
    await clock.advance(1_000);
    expect(told).toEqual([
      { kind: "started" },
      { kind: "speech", text: "One", complete: false },
      { kind: "started" },
      { kind: "speech", text: "And another one.", complete: true },
      "turn",
    ]);
    expect(leg.call.line.myTurn).toBe(true);
    expect(leg.call.heard).toEqual(["One", "And another one."]);
  });

  it("does not take what the party says for its turn twice", async () => {
    const line: { current?: PartyLine } = {};
    const party: RemoteParty = { ring: (on) => ((line.current = on), on.answer()) };
    const { clock, heard, say } = talk({ party });
    await clock.advance(20);
    say("Yes?");
    await clock.advance(1_000);
    expect(line.current?.myTurn).toBe(true);
    const saying = line.current?.say("This is me.");
    await clock.advance(20);
    expect(line.current?.myTurn).toBe(false);
    await clock.advance(2_000);
    await saying;
    expect([heard, line.current?.myTurn]).toEqual([["This is me."], false]);
  });

  it("may be ended by what the party hears, at its begin or its end", async () => {
    for (const kind of ["started", "speech"] as const) {
      const told: string[] = [];
      const party: RemoteParty = {
        ring: (line) => line.answer(),
        hear: (heard, line) => void (heard.kind === kind && (told.push(heard.kind), line.hangUp())),
        yourTurn: () => void told.push("turn"),
      };
      const { clock, leg, say } = talk({ party });
      await clock.advance(20);
      say("Hello.");
      await clock.advance(2_000);
      expect([told, leg.call.state, clock.pending]).toEqual([[kind], "ended", 0]);
    }
  });

  it("tells of keys as ever", async () => {
    const line: { current?: PartyLine } = {};
    const { clock, news } = talk({ party: { ring: (on) => ((line.current = on), on.answer()) } });
    await clock.advance(20);
    void line.current?.press("5");
    await clock.advance(500);
    expect(news).toContain("digits");
  });

  it("ends with the call, and what is said then is heard by nobody", async () => {
    const { clock, leg, heard, say, report } = talk({ script: [] });
    await clock.advance(100);
    void leg.call.line.say("A long sentence that never ends, as it seems.");
    say("And so is this one, which we say.");
    await clock.advance(400);
    leg.call.end("completed", "us");
    await clock.advance(5_000);
    expect(heard).toEqual([]);
    expect(report()?.texts).toMatchObject([{ complete: false }]);
    expect(clock.pending).toBe(0);
  });
});
