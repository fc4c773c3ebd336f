import { TelephonyError, pcm16 } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { HandSynthesizer, NotedSink, audio, createBooth } from "./voice.test-support.ts";

describe("a voice", () => {
  it("writes audio as it comes, and says who speaks", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice, speakers } = createBooth(synthesizer);
    const sink = new NotedSink();
    voice.speak("Good morning.", sink);
    await clock.settle();
    expect(synthesizer.asked[0]).toMatchObject({ text: "Good morning.", preferred: { encoding: "mulaw", sampleRate: 8000 } });
    synthesizer.asked[0]?.send(audio("good"));
    await clock.settle();
    expect([sink.heard, sink.ended]).toEqual(["good", "no"]);
    synthesizer.asked[0]?.send(audio(" morning"));
    synthesizer.asked[0]?.end();
    await clock.settle();
    expect([sink.heard, sink.ended]).toEqual(["good morning", "ended"]);
    expect(speakers).toEqual([{ source: "first", provider: "hand" }]);
    expect(clock.pending).toBe(0);
  });

  it("gives voice and language along", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, open } = createBooth(synthesizer);
    open({ voice: "Anna", language: "de-DE" }).speak("Guten Tag.", new NotedSink());
    await clock.settle();
    expect(synthesizer.asked[0]).toMatchObject({ voice: "Anna", language: "de-DE" });
  });

  it("converts what comes in another format", async () => {
    const synthesizer = new HandSynthesizer(pcm16(24_000));
    const { clock, voice } = createBooth(synthesizer);
    const sink = new NotedSink();
    voice.speak("Good morning.", sink);
    await clock.settle();
    // A second of audio, cut in the middle of a sample.
    synthesizer.asked[0]?.send(new Uint8Array(24_001), new Uint8Array(23_999));
    synthesizer.asked[0]?.end();
    await clock.settle();
    expect([sink.bytes, sink.ended]).toEqual([8000, "ended"]);
  });

  it.each(["", "  ", "🎉🎉", "👩‍👩‍👧", "...", "<break time='1s'/>", "[[tts:voice=anna]]", "**"])("says nothing where there is nothing to say: %j", async (text) => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice } = createBooth(synthesizer);
    const sink = new NotedSink();
    voice.speak(text, sink);
    await clock.settle();
    expect([sink.ended, sink.bytes, synthesizer.texts]).toEqual(["ended", 0, []]);
  });

  it("makes two texts at a time, in order, and the next as soon as one has all its audio", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice } = createBooth(synthesizer);
    const sinks = ["One.", "Two.", "Three.", "Four."].map((text) => {
      const sink = new NotedSink(text);
      voice.speak(text, sink);
      return sink;
    });
    await clock.settle();
    expect(synthesizer.texts).toEqual(["One.", "Two."]);
    synthesizer.asked[1]?.send(audio("two"));
    synthesizer.asked[1]?.end();
    await clock.settle();
    expect(synthesizer.texts).toEqual(["One.", "Two.", "Three."]);
    synthesizer.asked[0]?.send(audio("one"));
    await clock.settle();
    expect(synthesizer.texts).toHaveLength(3);
    synthesizer.asked[0]?.end();
    await clock.settle();
    expect(synthesizer.texts).toEqual(["One.", "Two.", "Three.", "Four."]);
    expect(sinks.map(({ ended }) => ended)).toEqual(["ended", "ended", "no", "no"]);
  });

  it("cuts a text that is too long for its source, and loses no word", async () => {
    const synthesizer = new HandSynthesizer();
    synthesizer.answer = (asked) => {
      asked.send(audio(`[${asked.text}]`));
      asked.end();
    };
    const { clock, open, sources } = createBooth(synthesizer);
    const [source] = sources;
    if (!source) throw new Error("there is no source");
    const sink = new NotedSink();
    open({ sources: async () => [{ ...source, capabilities: { formats: [], maxChars: 24 } }] }).speak("It is five o'clock. Shall I wake you tomorrow, or not?", sink);
    await clock.settle();
    expect([sink.heard, sink.ended]).toEqual(["[It is five o'clock.][Shall I wake you][tomorrow, or not?]", "ended"]);
  });

  it("waits where the utterance is full, and lets nothing time out meanwhile", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice, failures } = createBooth(synthesizer);
    const sink = new NotedSink();
    sink.full = true;
    voice.speak("A long story.", sink);
    await clock.settle();
    synthesizer.asked[0]?.send(audio("a"), audio("b"));
    await clock.advance(120_000);
    expect(sink.heard).toBe("a");
    sink.makeRoom();
    synthesizer.asked[0]?.end();
    await clock.settle();
    expect([sink.heard, sink.ended, failures]).toEqual(["ab", "ended", []]);
  });

  it("ends the synthesis of an utterance that is skipped, and asks for none that was skipped before", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice, failures, log } = createBooth(synthesizer);
    const sinks = [new NotedSink("one"), new NotedSink("two"), new NotedSink("three"), new NotedSink("four")];
    for (const sink of sinks) voice.speak(`Sentence ${sink.id}.`, sink);
    await clock.settle();
    synthesizer.asked[0]?.send(audio("begun"));
    await clock.settle();
    for (const sink of sinks.slice(0, 3)) sink.skip();
    await clock.settle();
    expect(synthesizer.asked.map(({ text, signal }) => [text, signal.aborted])).toEqual([
      ["Sentence one.", true],
      ["Sentence two.", true],
      ["Sentence four.", false],
    ]);
    expect(synthesizer.asked[0]?.returned).toBe(true);
    expect([failures, log.lines, sinks[0]?.ended]).toEqual([[], [], "no"]);
  });

  it("ends everything when the call is over, says so to nobody, and speaks no more", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice, failures, log } = createBooth(synthesizer);
    const sinks = [new NotedSink("one"), new NotedSink("two"), new NotedSink("three"), new NotedSink("late")];
    for (const sink of sinks.slice(0, 3)) voice.speak(`Sentence ${sink.id}.`, sink);
    voice.prepare("For later.");
    await clock.settle();
    voice.close();
    voice.close();
    for (const sink of sinks.slice(3)) voice.speak("Too late.", sink);
    await clock.settle();
    expect(sinks.map(({ ended }) => ended)).toEqual(["failed", "failed", "failed", "failed"]);
    expect(synthesizer.asked.every(({ signal }) => signal.aborted)).toBe(true);
    expect([failures, log.lines, clock.pending]).toEqual([[], [], 0]);
  });

  it("asks for no further part of an utterance that is skipped", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, open, sources } = createBooth(synthesizer);
    const short = sources.map((source) => ({ ...source, capabilities: { formats: [], maxChars: 6 } }));
    const sink = new NotedSink();
    sink.full = true;
    open({ sources: () => Promise.resolve(short) }).speak("One. Two. Three.", sink);
    await clock.settle();
    synthesizer.asked[0]?.send(audio("one"));
    synthesizer.asked[0]?.end();
    await clock.settle();
    sink.skip();
    await clock.settle();
    expect([synthesizer.texts, sink.ended, clock.pending]).toEqual([["One."], "no", 0]);
  });

  it("ends also while its sources are not there yet", async () => {
    const { clock, open, failures, log } = createBooth();
    const voice = open({ sources: () => new Promise(() => {}) });
    const sink = new NotedSink();
    voice.speak("Good morning.", sink);
    await clock.settle();
    voice.close();
    await clock.settle();
    expect([sink.ended, failures, log.lines, clock.pending]).toEqual(["failed", [], [], 0]);
  });

  it("goes on where whoever is told of a failure has a defect", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, open, log } = createBooth(synthesizer);
    const defect = () => {
      throw new Error("a defect");
    };
    const voice = open({ onFailed: defect });
    const sinks = ["one", "two", "three"].map((id) => new NotedSink(id));
    for (const sink of sinks) voice.speak(`Sentence ${sink.id}.`, sink);
    await clock.settle();
    synthesizer.asked[0]?.reject(new TelephonyError("unavailable", "down"));
    await clock.settle();
    synthesizer.asked[2]?.send(audio("three"));
    synthesizer.asked[2]?.end();
    await clock.settle();
    expect(sinks.map(({ ended }) => ended)).toEqual(["failed", "no", "ended"]);
    expect(log.lines).toMatchObject([{ level: "warn" }, { level: "error", fields: { code: "internal" } }]);
  });

  it("refuses more texts than anybody says", async () => {
    const { clock, voice, failures } = createBooth(new HandSynthesizer());
    const sinks = Array.from({ length: 503 }, (_, index) => new NotedSink(`${index}`));
    for (const sink of sinks) voice.speak("Once more.", sink);
    await clock.settle();
    expect(sinks.filter(({ ended }) => ended === "failed").map(({ id }) => id)).toEqual(["502"]);
    expect(failures).toMatchObject([{ id: "502", code: "unavailable" }]);
  });
});

describe("speech that is made ahead", () => {
  it("is heard at once, without asking again", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice } = createBooth(synthesizer);
    voice.prepare("Hello, how can I help?");
    voice.prepare("Hello, how can I help?");
    await clock.settle();
    synthesizer.asked[0]?.send(audio("hello"));
    synthesizer.asked[0]?.end();
    await clock.settle();
    const sink = new NotedSink();
    voice.speak("Hello, how can I help?", sink, { keep: true });
    await clock.settle();
    expect([sink.heard, sink.ended, synthesizer.texts.length]).toEqual(["hello", "ended", 1]);
  });

  it("is not changed by a synthesizer that uses its memory again", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice } = createBooth(synthesizer);
    voice.prepare("Hello, how can I help?");
    await clock.settle();
    const memory = audio("hello");
    synthesizer.asked[0]?.send(memory);
    await clock.settle();
    memory.fill(0);
    synthesizer.asked[0]?.end();
    await clock.settle();
    for (const id of ["made ahead", "from the cache"]) {
      const sink = new NotedSink(id);
      voice.speak("Hello, how can I help?", sink, { keep: true });
      await clock.settle();
      expect([sink.heard, synthesizer.texts.length]).toEqual(["hello", 1]);
    }
  });

  it("makes the sources ready also where there is no text", async () => {
    let asked = 0;
    const { clock, open } = createBooth();
    const voice = open({ sources: async () => (asked++, Promise.reject(new TelephonyError("unavailable", "not yet"))) });
    voice.prepare("");
    await clock.settle();
    expect(asked).toBe(1);
    voice.close();
    voice.prepare("");
    expect(asked).toBe(1);
  });

  it("is followed by who comes while it is made", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice } = createBooth(synthesizer);
    voice.prepare("Hello, how can I help?");
    await clock.settle();
    synthesizer.asked[0]?.send(audio("hel"));
    await clock.settle();
    const sink = new NotedSink();
    voice.speak("Hello, how can I help?", sink);
    expect(sink.heard).toBe("hel");
    synthesizer.asked[0]?.send(audio("lo"));
    await clock.settle();
    expect(sink.heard).toBe("hello");
    synthesizer.asked[0]?.end();
    await clock.settle();
    expect([sink.ended, synthesizer.texts.length]).toEqual(["ended", 1]);
  });

  it("is asked for again where it failed before anything was heard, and fails where something was", async () => {
    const synthesizer = new HandSynthesizer();
    const { clock, voice, failures } = createBooth(synthesizer);
    const down = new TelephonyError("unavailable", "down");
    voice.prepare("Hello.");
    voice.prepare("Goodbye.");
    await clock.settle();
    const [hello, goodbye] = [new NotedSink("hello"), new NotedSink("goodbye")];
    voice.speak("Hello.", hello);
    voice.speak("Goodbye.", goodbye);
    synthesizer.asked[1]?.send(audio("good"));
    await clock.settle();
    synthesizer.asked[0]?.reject(down);
    synthesizer.asked[1]?.reject(down);
    await clock.settle();
    expect([goodbye.heard, goodbye.ended, failures.map(({ id }) => id)]).toEqual(["good", "failed", ["goodbye"]]);
    expect(synthesizer.texts).toEqual(["Hello.", "Goodbye.", "Hello."]);
    synthesizer.asked[2]?.send(audio("hello"));
    synthesizer.asked[2]?.end();
    await clock.settle();
    expect([hello.heard, hello.ended]).toEqual(["hello", "ended"]);
  });

  it("is kept for other calls where that is asked for, and only there", async () => {
    const synthesizer = new HandSynthesizer();
    synthesizer.answer = (asked) => {
      asked.send(audio(asked.text));
      asked.end();
    };
    const { clock, open } = createBooth(synthesizer);
    for (const keep of [true, true, false, false]) {
      const [voice, sink] = [open(), new NotedSink()];
      voice.speak(keep ? "One moment." : "It is noon.", sink, { keep });
      await clock.settle();
      expect([sink.heard, sink.ended]).toEqual([keep ? "One moment." : "It is noon.", "ended"]);
      voice.close();
    }
    expect(synthesizer.texts).toEqual(["One moment.", "It is noon.", "It is noon."]);
  });
});
