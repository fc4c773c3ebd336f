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
