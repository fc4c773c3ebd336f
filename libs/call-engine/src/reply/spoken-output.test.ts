import { describe, expect, it } from "vitest";
import { ReplyStream } from "./reply-stream.ts";
import { endsCall, spokenPart } from "./spoken-output.ts";
import { SentenceSplitter } from "./sentences.ts";

describe("what of an answer is spoken", () => {
  it.each([
    ["the contract's JSON", '{"spoken":"Hello there."}', "Hello there."],
    ["JSON in a fence", '```json\n{"spoken": "Hello there."}\n```', "Hello there."],
    ["JSON after other text", 'Here you go: {"spoken":"Hello there."}', "Hello there."],
    ["JSON that is still being written", '{"spoken":"Hello the', "Hello the"],
    ["escapes", '{"spoken":"He said \\"hi\\"\\u002e"}', 'He said "hi".'],
    ["an escape that is cut in two", '{"spoken":"Hi\\u00', "Hi"],
    ["nothing, while JSON may follow", '{"spo', ""],
    ["plain text", "Hello there.", "Hello there."],
    ["plain text after an announcement", "Let me check that for you. It is five.", "It is five."],
    ["an announcement that is all there is", "I'll call you back.", "I'll call you back."],
    ["text without its markup", "**Hello** `there`, see [the page](https://x.example).", "Hello there, see the page."],
  ])("%s", (_what, written, spoken) => expect(spokenPart(written)).toBe(spoken));
});

describe("sentences of a text that is still being written", () => {
  const split = (text: string) => {
    const splitter = new SentenceSplitter();
    const sentences: string[] = [];
    for (let end = 1; end <= text.length; end++) sentences.push(...splitter.push(text.slice(0, end)));
    return [...sentences, ...splitter.flush(text)];
  };

  it.each([
    ["It is five o'clock. Shall I wake you?", ["It is five o'clock.", "Shall I wake you?"]],
    ["Ask Dr. Smith about it. He knows.", ["Ask Dr. Smith about it.", "He knows."]],
    ["It costs 3.50 euros a piece. Cheap!", ["It costs 3.50 euros a piece.", "Cheap!"]],
    ["Yes. That is right, of course.", ["Yes. That is right, of course."]],
    ["It opens at 9 a.m. on Mondays and closes late.", ["It opens at 9 a.m. on Mondays and closes late."]],
    ["First line of it\nsecond line of it", ["First line of it", "second line of it"]],
    ["That was question 3. Next one, please.", ["That was question 3.", "Next one, please."]],
    ["No end in sight", ["No end in sight"]],
  ])("%s", (text, sentences) => expect(split(text)).toEqual(sentences));
});

describe("a reply stream", () => {
  it("speaks the same whether the answer comes in pieces or at once", () => {
    const answer = '{"spoken":"It is five o\'clock now. Shall I wake you tomorrow?"}';
    for (const step of [1, 7, answer.length]) {
      const spoken: string[] = [];
      const stream = new ReplyStream((sentence) => spoken.push(sentence));
      for (let end = step; end < answer.length; end += step) stream.write(answer.slice(0, end));
      expect(stream.finish([{ kind: "speech", text: answer }])).toEqual({ answered: true, endCall: false });
      expect(spoken).toEqual(["It is five o'clock now.", "Shall I wake you tomorrow?"]);
    }
  });

  it("does not speak twice when the model begins anew", () => {
    const spoken: string[] = [];
    const stream = new ReplyStream((sentence) => spoken.push(sentence));
    stream.write("It is five o'clock now. Shall");
    stream.write("Well, it is five.");
    stream.finish([{ kind: "speech", text: "Well, it is five." }]);
    expect(spoken).toEqual(["It is five o'clock now."]);
  });

  it("says so when nothing of the answer is for speaking", () => {
    expect(new ReplyStream(() => {}).finish([{ kind: "reasoning", text: "hm" }])).toEqual({ answered: false, endCall: false });
    expect(new ReplyStream(() => {}).finish([{ kind: "speech", text: '{"spoken":"' }])).toMatchObject({ answered: false });
  });

  it("takes silence that is meant for an answer", () => {
    const spoken: string[] = [];
    const stream = new ReplyStream((sentence) => spoken.push(sentence));
    expect(stream.finish([{ kind: "speech", text: '{"spoken":""}' }])).toEqual({ answered: true, endCall: false });
    expect(spoken).toEqual([]);
  });
});

describe("the end of the call, as the agent asks for it", () => {
  it.each([
    ["after the words", '{"spoken":"Goodbye.","endCall":true}', true],
    ["before the words", '{"endCall": true, "spoken": "Goodbye."}', true],
    ["in a fence, among other text", 'Well: ```json\n{"spoken":"Goodbye.",\n"endCall" : true}\n```', true],
    ["without words", '{"spoken":"","endCall":true}', true],
    ["refused", '{"spoken":"Goodbye.","endCall":false}', false],
    ["not mentioned", '{"spoken":"Goodbye."}', false],
    ["only spoken about", '{"spoken":"Write \\"endCall\\":true to end it."}', false],
    ["in another object", '{"spoken":"Goodbye."} {"endCall":true}', false],
    ["in text that is no answer of the contract", '"endCall":true', false],
    ["cut off in its words", '{"spoken":"Goodbye, \\"endCall\\":true', false],
  ])("%s", (_where, written, ends) => {
    expect(endsCall(written)).toBe(ends);
    const stream = new ReplyStream(() => {});
    expect(stream.finish([{ kind: "speech", text: written }]).endCall).toBe(ends);
  });
});
