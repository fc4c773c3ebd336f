import { describe, expect, it } from "vitest";
import { readSocketSubjects } from "../live/subjects.ts";
import { Visitor } from "../live/visitor.ts";
import { heard, openTrial } from "../trial.ts";

describe.each(await readSocketSubjects())("pain 4: media stream rejected for its token (%s)", (_name, subject) => {
  it("the token is part of the path, so that a carrier that drops the query of URLs gets in", async () => {
    await using trial = await openTrial(subject, { live: true });
    const asked: string[] = [];
    trial.live.path.onConnect = (url) => {
      asked.push(url);
      return url.split("?", 1)[0] ?? "";
    };
    const { callId, party } = await trial.talk();
    expect(new URL(asked[0] ?? "").search).toBe("");
    void party.say("Are you there?");
    (await trial.question()).finish("Yes, I am here.");
    await trial.until(() => heard(party).includes("Yes, I am here."), "the answer is heard");
    await trial.listening(callId);
  });

  it("it is good for one stream: nobody else gets in with it, and the carrier's next stream has one of its own", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk();
    const { path } = trial.live;
    const [first = ""] = path.urls;
    expect(new Visitor(trial.telephone.media, first).refusal).toEqual({ status: 403, reason: "used-token" });
    path.wires[0]?.break();
    await trial.until(() => path.wires.length === 2, "the carrier connects anew");
    await trial.listening(callId);
    expect(path.urls[1]).not.toBe(first);
    for (const url of path.urls) expect(new Visitor(trial.telephone.media, url).refusal?.reason).toBe("used-token");
    void party.say("Are you there?");
    expect((await trial.question()).text).toBe("Are you there?");
  });

  it("it is good for its own call: a stream of another call that brings it is closed, and the right one still gets in", async () => {
    await using trial = await openTrial(subject, { live: true });
    const ada = await trial.call({ to: "+15550100011", message: "Hello Ada.", mode: "conversation" });
    await ada.party.answer();
    await trial.listening(ada.callId);
    const stream = trial.live.path.wires[0]?.received ?? [];
    let thief: Visitor | undefined;
    trial.live.path.onConnect = async (url) => {
      thief = new Visitor(trial.telephone.media, url);
      thief.say(...stream);
      await trial.clock.settle();
      return url;
    };
    const bob = await trial.call({ to: "+15550100012", message: "Hello Bob.", mode: "conversation" });
    await bob.party.answer();
    await trial.until(() => heard(bob.party).includes("Hello Bob."), "Bob is greeted");
    expect(thief?.closed).toEqual({ code: 1008, reason: "wrong-call" });
    expect(thief?.heard).toEqual([]);
    expect(heard(ada.party)).toEqual(["Hello Ada."]);
    expect(trial.log.lines).toContainEqual(expect.objectContaining({ level: "warn", fields: expect.objectContaining({ reason: "wrong-call" }) as object }));
  });

  it("a call that rings for longer than it holds has its audio all the same, and the operator learns that it was never used", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { ringTimeoutMs: 500_000, staleCallMs: 0, maxDurationMs: 900_000 } });
    const { callId, party } = await trial.call({ message: "Hello at last.", mode: "conversation" });
    await trial.pass(5 * 60_000 + 1000);
    expect(party.state()).toBe("ringing");
    const warned = trial.log.lines.filter(({ message }) => message.includes("was never connected"));
    await party.answer();
    await trial.until(() => heard(party).includes("Hello at last."), "the greeting is heard");
    await trial.listening(callId);
    expect(warned).toMatchObject([{ level: "warn", fields: { attempts: 0 } }]);
  });
});
