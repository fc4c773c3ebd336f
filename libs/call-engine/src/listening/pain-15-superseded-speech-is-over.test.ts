import { describe, expect, it } from "vitest";
import { Listener, MUTE } from "./listener.test-support.ts";
import { noise, speech } from "./sounds.test-support.ts";

const REPLY = "Our opening hours are from nine in the morning until six in the evening.";
const VOICE = speech(10_000, -16, 11);
const ROOM = noise(20_000, -52);

async function inCall(options: ConstructorParameters<typeof Listener>[0] = {}): Promise<Listener> {
  const line = new Listener(options);
  line.behave();
  line.hear(ROOM);
  await line.run(1000);
  return line;
}

describe("pain 15: what is superseded is over", () => {
  it("tells an interruption once, and it lasts until the caller's turn, whatever comes meanwhile", async () => {
    const line = await inCall();
    line.speak(REPLY, VOICE);
    await line.run(1000);
    line.hear(speech(3000, -14));
    line.tell({ type: "speechStarted", itemId: "a" });
    for (const text of ["no", "no I", "no I meant", "no I meant Sunday"]) {
      await line.run(700);
      line.partial("a", text);
    }
    await line.run(700);
    line.final("a", "No, I meant Sunday.");
    await line.run(5000);
    expect(line.types).toEqual(["speechStarted", "interrupted", "turn"]);
  });

  it("keeps late words about the turn that is being answered from interrupting the answer", async () => {
    const line = await inCall();
    line.partial("a", "are you open");
    line.final("a", "Are you open on Sunday?");
    await line.run(100);
    line.speak(REPLY, VOICE);
    await line.run(1000);
    line.partial("a", "are you open on Sunday");
    line.final("a", "Are you open on Sunday?");
    line.tell({ type: "speechStarted", itemId: "a" }, { type: "eagerEnd", itemId: "a", text: "Are you open" });
    line.hear(speech(800, -14));
    await line.run(3000);
    expect(line.of("interrupted")).toEqual([]);
    expect(line.turns).toEqual(["Are you open on Sunday?"]);
    expect(line.of("eager")).toEqual([]);
  });

  it("makes one turn of a caller who goes on before the first part is answered", async () => {
    const line = await inCall();
    line.hear(speech(800, -16));
    line.partial("a", "are you open");
    await line.run(1100);
    line.hear(speech(1200, -16, 5));
    await line.run(200);
    line.final("a", "Are you open");
    await line.run(100);
    line.partial("b", "on Sunday");
    await line.run(1400);
    line.final("b", "on Sunday?");
    await line.run(100);
    expect(line.turns).toEqual(["Are you open on Sunday?"]);
  });

  it("takes back what seemed to be the end of a turn when the caller goes on", async () => {
    const line = await inCall();
    line.tell({ type: "eagerEnd", itemId: "a", text: "Are you open" }, { type: "resumed", itemId: "a" });
    line.tell({ type: "eagerEnd", itemId: "a", text: "Are you open on Sunday" }, { type: "final", itemId: "a", text: "Are you open on Sunday?" });
    await line.run(100);
    expect(line.types).toEqual(["speechStarted", "eager", "eagerRevoked", "eager", "turn"]);
  });

  it("interrupts again in the next reply, by a new word about a new item", async () => {
    const line = await inCall();
    for (const id of ["a", "b"]) {
      line.speak(REPLY, VOICE);
      await line.run(1000);
      line.partial(id, "no wait");
      line.final(id, "No, wait!");
      await line.run(1000);
    }
    expect(line.of("interrupted")).toHaveLength(2);
    expect(line.turns).toEqual(["No, wait!", "No, wait!"]);
  });

  it("gets the text of an interruption from a transcriber that says nothing by itself", async () => {
    const line = await inCall({ capabilities: MUTE });
    line.speak(REPLY, VOICE);
    await line.run(1000);
    line.hear(speech(1500, -14));
    await line.run(1600);
    expect(line.types).toEqual(["speechStarted", "interrupted"]);
    await line.run(800);
    expect(line.flushes).toBe(1);
    line.final("a", "No, I meant Sunday.");
    await line.run(2000);
    expect(line.types).toEqual(["speechStarted", "interrupted", "turn"]);
  });

  it.each<[string, (line: Listener) => void]>([
    ["in an interruption", (line) => line.partial("a", "no wait")],
    ["before one", (line) => line.tell({ type: "speechStarted", itemId: "a" })],
    ["with words that wait for more", (line) => line.partial("a", "no")],
  ])("tells nothing after its end, %s", async (_when, begin) => {
    const line = await inCall();
    line.speak(REPLY, VOICE);
    await line.run(1000);
    begin(line);
    line.ear.close();
    const { length } = line.events;
    line.final("a", "No, wait!");
    line.partial("b", "are you there");
    line.hear(speech(1000, -14));
    await line.run(900);
    expect(line.clock.pending).toBe(0);
    await line.run(9000);
    expect(line.events).toHaveLength(length);
  });
});
