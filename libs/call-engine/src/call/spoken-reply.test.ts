import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { SpokenReply } from "./spoken-reply.ts";

const MOMENT_MS = 300;

function listen() {
  const clock = createVirtualClock();
  const spoken: string[] = [];
  const reply = new SpokenReply(clock, (sentence) => spoken.push(sentence));
  const finish = (text: string) => reply.finish([{ kind: "speech", text }]);
  return { clock, spoken, reply, finish };
}

describe("the last sentence of an answer", () => {
  it.each([
    ["plain text", "It is five o'clock now. Shall I wake you?", ["It is five o'clock now.", "Shall I wake you?"]],
    ["a short answer", "Yes.", ["Yes."]],
    ["the agent's JSON", '{"spoken":"It is five o\'clock."}', ["It is five o'clock."]],
    ["a quotation", 'He said: "Call me back."', ['He said: "Call me back."']],
  ])("is spoken after a short pause, while the agent is still busy (%s)", async (_what, text, sentences) => {
    const { clock, spoken, reply, finish } = listen();
    reply.write(text);
    await clock.advance(MOMENT_MS);
    expect(spoken).toEqual(sentences);
    await clock.advance(20_000);
    expect(finish(text)).toMatchObject({ answered: true });
    expect(spoken).toEqual(sentences);
    expect(clock.pending).toBe(0);
  });

  it.each([["Ask Dr."], ["It costs 3."], ["Let us go to the"], ["She is here at 9 a.m."], ['{"spoken":"Call me at'], [""]])("is none yet where it may go on: %s", async (text) => {
    const { clock, spoken, reply } = listen();
    reply.write(text);
    await clock.advance(10_000);
    expect(spoken).toEqual([]);
  });

  it("is said once, and nothing is lost, where the answer goes on after all", async () => {
    const { clock, spoken, reply, finish } = listen();
    for (const text of ["Yes.", "Yes. Sure.", "Yes. Sure. It is five o'clock now. And it", "Yes. Sure. It is five o'clock now. And it rains."]) {
      reply.write(text);
      await clock.advance(MOMENT_MS);
    }
    finish("Yes. Sure. It is five o'clock now. And it rains. Goodbye.");
    expect(spoken).toEqual(["Yes.", "Sure.", "It is five o'clock now.", "And it rains.", "Goodbye."]);
  });

  it("does not come early while the answer grows", async () => {
    const { clock, spoken, reply } = listen();
    for (const text of ["Yes.", "Yes. That", "Yes. That is right, of course."]) {
      reply.write(text);
      await clock.advance(MOMENT_MS - 1);
    }
    expect(spoken).toEqual([]);
    await clock.advance(1);
    expect(spoken).toEqual(["Yes. That is right, of course."]);
  });

  it("is not spoken to anybody once the answer is not wanted", async () => {
    const { clock, spoken, reply } = listen();
    reply.write("It is five o'clock.");
    reply.close();
    await clock.advance(10_000);
    expect(spoken).toEqual([]);
  });
});

describe("an answer that turns out to be another one", () => {
  it("is spoken behind its announcement, whether or not that was spoken", async () => {
    const text = "Let me check that for you. It is five o'clock now. Shall I wake you?";
    for (const step of [1, 9, text.length]) {
      const { spoken, reply, finish } = listen();
      for (let end = step; end < text.length; end += step) reply.write(text.slice(0, end));
      finish(text);
      expect(spoken.filter((sentence) => !sentence.startsWith("Let me"))).toEqual(["It is five o'clock now.", "Shall I wake you?"]);
    }
    const { clock, spoken, reply, finish } = listen();
    reply.write("Let me check that for you.");
    await clock.advance(5000);
    reply.write(text);
    finish(text);
    expect(spoken).toEqual(["Let me check that for you.", "It is five o'clock now.", "Shall I wake you?"]);
  });

  it("is spoken once where markup is understood only at its end", () => {
    const text = "Hello there, my friend. See [the page](https://page.example/x) about it. It says *all*.";
    for (const step of [1, 7]) {
      const { spoken, reply, finish } = listen();
      for (let end = step; end < text.length; end += step) reply.write(text.slice(0, end));
      finish(text);
      expect(spoken).toEqual(["Hello there, my friend.", "See the page about it.", "It says *all*."]);
    }
  });

  it("is spoken where nothing was spoken of the first one", () => {
    const { spoken, reply, finish } = listen();
    reply.write("It is five o'clock, I");
    finish("Well, it is six.");
    expect(spoken).toEqual(["Well, it is six."]);
  });

  it("is spoken while it is written, where nothing was spoken of the first one", () => {
    const { spoken, reply } = listen();
    for (const text of ["It is five o'clock, I", "Well, it is", "Well, it is six. And"]) reply.write(text);
    expect(spoken).toEqual(["Well, it is six."]);
  });

  it("is not spoken behind sentences of the first one", () => {
    const { spoken, reply, finish } = listen();
    for (const text of ["It is five o'clock now. Shall", "Well, it is", "Well, it is six. And"]) reply.write(text);
    finish("Well, it is six. And more.");
    expect(spoken).toEqual(["It is five o'clock now."]);
  });

  it("is silence where that is meant", () => {
    const { spoken, finish } = listen();
    expect(finish('{"spoken":""}')).toMatchObject({ answered: true });
    expect(spoken).toEqual([]);
  });
});
