import { TelephonyError, pcm16 } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { HandSynthesizer, NotedSink, audio, createBooth, type Asked } from "../voice/voice.test-support.ts";

/** Until another voice speaks, the caller hears nothing: this long at most. */
const BUDGET_MS = 10_000;
const SECRET = "sk-0123456789";

function speaking(): HandSynthesizer {
  const synthesizer = new HandSynthesizer();
  synthesizer.answer = (asked) => {
    asked.send(audio(`${asked.text} `));
    asked.end();
  };
  return synthesizer;
}

/** A synthesizer of audio in some format that answers in some way. */
function broken(answer: ((asked: Asked) => void) | undefined, format?: HandSynthesizer["format"]): HandSynthesizer {
  const synthesizer = new HandSynthesizer(format);
  synthesizer.answer = answer;
  return synthesizer;
}

const all = (asked: Asked, ...chunks: readonly Uint8Array[]) => {
  asked.send(...chunks);
  asked.end();
};

const FAULTS: readonly (readonly [fault: string, synthesizer: () => HandSynthesizer, code: string])[] = [
  ["refuses its key", () => broken((asked) => asked.reject(new TelephonyError("auth-failed", "the key is refused"))), "auth-failed: the key is refused"],
  ["throws an error of its own", () => broken((asked) => asked.reject(new Error(`401 for ${SECRET}`))), "internal"],
  ["throws at once", () => Object.assign(new HandSynthesizer(), { synthesize: () => { throw new TypeError(SECRET); } }), "internal"],
  ["brings zero bytes", () => broken((asked) => asked.end()), "unavailable"],
  ["brings empty chunks", () => broken((asked) => all(asked, new Uint8Array(0), new Uint8Array(0))), "unavailable"],
  ["brings half a sample", () => broken((asked) => all(asked, new Uint8Array(1)), pcm16(8000)), "unavailable"],
  ["says a rate that no audio has", () => broken((asked) => all(asked, new Uint8Array(800)), pcm16(12_345)), "unsupported"],
  ["says no rate", () => broken((asked) => all(asked, new Uint8Array(800)), pcm16(Number.NaN)), "unsupported"],
  ["speaks an encoding that nobody knows", () => broken((asked) => all(asked, new Uint8Array(800)), { encoding: "opus", sampleRate: 8000 }), "unsupported"],
  ["brings a file", () => broken((asked) => all(asked, audio("RIFF....WAVEfmt ..."), new Uint8Array(800))), "unsupported"],
  ["never answers", () => broken(undefined), "timeout"],
  ["answers, and then brings nothing", () => broken((asked) => asked.send()), "timeout"],
];

describe("pain 13: speech that fails is replaced or told, and nobody sits in silence", () => {
  it.each(FAULTS)("lets another voice speak where one %s", async (_fault, synthesizer, code) => {
    const { clock, voice, log, speakers, failures } = createBooth(synthesizer(), speaking());
    const sink = new NotedSink();
    voice.speak("Your train leaves at seven.", sink);
    await clock.advance(BUDGET_MS);
    expect([sink.heard, sink.ended, failures]).toEqual(["Your train leaves at seven. ", "ended", []]);
    expect(speakers).toEqual([{ source: "second", provider: "hand" }]);
    expect(log.lines).toMatchObject([{ level: "warn", fields: { from: "first", to: "second", attempts: expect.stringContaining(`first (${code}`) as string } }]);
    expect(JSON.stringify(log.lines)).not.toContain(SECRET);
    expect(clock.pending).toBe(0);
  });

  it.each(FAULTS)("says so within the budget where the only voice %s", async (_fault, synthesizer) => {
    const { clock, voice, log, failures } = createBooth(synthesizer());
    const sink = new NotedSink("greeting");
    voice.speak("Your train leaves at seven.", sink);
    await clock.advance(BUDGET_MS);
    expect([sink.bytes, sink.ended]).toEqual([0, "failed"]);
    expect(failures).toMatchObject([{ id: "greeting", code: "unavailable", message: expect.stringContaining("no voice could speak: first (") as string }]);
    expect(log.lines).toMatchObject([{ level: "warn", fields: { code: "unavailable" } }]);
    expect(JSON.stringify([log.lines, failures])).not.toMatch(/sk-|train/);
  });

  it("waits for a voice that hangs once a call, and hears nothing of it afterwards", async () => {
    const hanging = broken(undefined);
    const { clock, voice, log } = createBooth(hanging, speaking());
    const first = new NotedSink();
    voice.speak("One.", first);
    await clock.advance(BUDGET_MS);
    expect(hanging.asked[0]?.signal.aborted).toBe(true);
    hanging.asked[0]?.send(audio("much too late"));
    const later = ["Two.", "Three."].map((text) => {
      const sink = new NotedSink();
      voice.speak(text, sink);
      return sink;
    });
    await clock.settle();
    expect([first, ...later].map(({ heard }) => heard)).toEqual(["One. ", "Two. ", "Three. "]);
    expect([hanging.texts, log.lines.length]).toEqual([["One."], 1]);
  });

  it("goes back to a voice that failed before where nobody else is left", async () => {
    const [first, second] = [speaking(), speaking()];
    const answer = first.answer;
    first.answer = (asked) => asked.reject(new TelephonyError("rate-limited", "too many"));
    const { clock, voice, log, speakers } = createBooth(first, second);
    voice.speak("One.", new NotedSink());
    await clock.settle();
    first.answer = answer;
    second.answer = (asked) => asked.reject(new TelephonyError("unavailable", "down"));
    const sink = new NotedSink();
    voice.speak("Two.", sink);
    await clock.settle();
    expect([sink.heard, sink.ended]).toEqual(["Two. ", "ended"]);
    expect(speakers.map(({ source }) => source)).toEqual(["second", "first"]);
    expect(log.lines).toHaveLength(1);
  });

  it("ends a sentence that breaks off in its middle, and speaks the next with another voice", async () => {
    const stalling = broken((asked) => asked.send(audio("Your tr")));
    const { clock, voice, failures } = createBooth(stalling, speaking());
    const [cut, next] = [new NotedSink("cut"), new NotedSink("next")];
    voice.speak("Your train leaves at seven.", cut);
    await clock.advance(4999);
    expect(cut.ended).toBe("no");
    await clock.advance(1);
    expect([cut.heard, cut.ended]).toEqual(["Your tr", "failed"]);
    expect(failures).toMatchObject([{ id: "cut", message: expect.stringContaining("speech broke off: first (timeout") as string }]);
    voice.speak("Hurry up.", next);
    await clock.settle();
    expect([next.heard, next.ended]).toEqual(["Hurry up. ", "ended"]);
  });

  it("names the voice that failed also where it broke off only in the middle", async () => {
    const stalling = broken((asked) => asked.send(audio("Your tr")));
    const { clock, voice, log } = createBooth(stalling, speaking());
    voice.speak("Your train leaves at seven.", new NotedSink());
    await clock.advance(5000);
    voice.speak("Hurry up.", new NotedSink());
    await clock.settle();
    expect(log.lines.at(-1)).toMatchObject({ fields: { from: "first", to: "second", attempts: expect.stringContaining("first (timeout") as string } });
  });

  it("cuts off a synthesizer that never comes to an end", async () => {
    const endless = broken((asked) => asked.send(...Array.from({ length: 1000 }, () => new Uint8Array(8000))));
    const { clock, voice, failures } = createBooth(endless);
    const sink = new NotedSink("endless");
    voice.speak("One.", sink, { keep: true });
    await clock.settle();
    expect([sink.bytes, sink.ended, endless.asked[0]?.signal.aborted]).toEqual([600 * 8000, "failed", true]);
    expect(failures).toHaveLength(1);
  });

  it("does not give up on audio that is slow but comes", async () => {
    const slow = broken((asked) => asked.send(audio("a")));
    const { clock, voice, failures } = createBooth(slow, speaking());
    const sink = new NotedSink();
    voice.speak("A slow sentence.", sink);
    for (const piece of ["b", "c", "d"]) {
      await clock.advance(4900);
      slow.asked[0]?.send(audio(piece));
    }
    slow.asked[0]?.end();
    await clock.settle();
    expect([sink.heard, sink.ended, failures]).toEqual(["abcd", "ended", []]);
  });

  it("says the rest of a long text with another voice, and no word twice", async () => {
    const first = broken((asked) => (asked.text.startsWith("One") ? all(asked, audio("(1)One. ")) : asked.reject(new TelephonyError("unavailable", "down"))));
    const { clock, open, sources } = createBooth(first, speaking());
    const short = sources.map((source) => ({ ...source, capabilities: { formats: [], maxChars: 10 } }));
    const sink = new NotedSink();
    open({ sources: () => Promise.resolve(short) }).speak("One, two. Three, four.", sink, { keep: true });
    await clock.settle();
    expect([sink.heard, sink.ended]).toEqual(["(1)One. Three, four. ", "ended"]);
  });

  it.each([
    ["there is none", () => Promise.resolve([]), "config-invalid"],
    ["none can be made", () => Promise.reject(new TelephonyError("auth-failed", "no key")), "auth-failed"],
    ["they never come", () => new Promise<never>(() => {}), "timeout"],
  ])("says so where %s, and asks again for the next text", async (_what, sources, code) => {
    const { clock, open, failures, sources: working } = createBooth(speaking());
    let asked = 0;
    const voice = open({ sources: async () => (asked++ === 0 ? sources() : working) });
    const [lost, said] = [new NotedSink("lost"), new NotedSink("said")];
    voice.speak("One.", lost);
    await clock.advance(BUDGET_MS);
    expect([lost.ended, failures]).toMatchObject(["failed", [{ id: "lost", code }]]);
    voice.speak("Two.", said);
    await clock.settle();
    expect([said.heard, said.ended]).toEqual(["Two. ", "ended"]);
  });
});
