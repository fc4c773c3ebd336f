import { describe, expect, it } from "vitest";
import { readSocketSubjects } from "../live/subjects.ts";
import { Visitor } from "../live/visitor.ts";
import { PUBLIC_URL, heard, openTrial, type Trial } from "../trial.ts";

const DOOR = `wss://${new URL(PUBLIC_URL).host}/voice/stream`;

describe.each(await readSocketSubjects())("security 1: media sockets without authentication (%s)", (_name, subject) => {
  it("before any call exists nobody gets in", async () => {
    await using trial = await openTrial(subject, { live: true });
    expect(knock(trial, `${DOOR}/`)).toEqual({ status: 401, reason: "missing-token" });
    for (const url of [DOOR, `${DOOR}/nonce1`, `${DOOR}/${"x".repeat(500)}`, `${DOOR}/%00`, `${DOOR}/../nonce1`, "wss://elsewhere.example.com/"]) expect(knock(trial, url)?.status).toBe(401);
    expect(trial.live.ears).toEqual([]);
  });

  it("during a call nobody gets in with a wrong, used, foreign or expired token, hears a word or says one", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { ringTimeoutMs: 500_000, staleCallMs: 0, maxDurationMs: 900_000 } });
    const ada = await trial.call({ to: "+15550100011", message: "Hello Ada.", mode: "conversation" });
    await ada.party.answer();
    await trial.listening(ada.callId);
    const [wire] = trial.live.path.wires;
    const token = wire?.url.split("/").at(-1) ?? "";
    // A token that is nobody's yet: Bob's carrier is about to connect.
    let unused = "";
    trial.live.path.onConnect = (url) => {
      unused = url;
      return new Promise(() => {});
    };
    const bob = await trial.call({ to: "+15550100012", message: "Hello Bob.", mode: "conversation" });
    await bob.party.answer();
    await trial.until(() => unused !== "", "Bob's carrier is about to connect");

    expect(knock(trial, `${DOOR}/${token.slice(0, -1)}`)).toEqual({ status: 401, reason: "unknown-token" });
    expect(knock(trial, `${DOOR}/?token=${token}`)).toEqual({ status: 401, reason: "missing-token" });
    expect(knock(trial, wire?.url ?? "")).toEqual({ status: 403, reason: "used-token" });
    const foreign = new Visitor(trial.telephone.media, unused);
    expect(knock(trial, unused)).toEqual({ status: 403, reason: "reserved-token" });
    foreign.say(...(wire?.received ?? []));
    expect(foreign.closed).toEqual({ code: 1008, reason: "wrong-call" });
    expect(foreign.heard).toEqual([]);
    expect(trial.live.lines.all.flatMap(({ heard: { texts } }) => texts.map(({ text }) => text))).toEqual(["Hello Ada."]);
    await bob.party.hangUp();
    await trial.until(() => trial.record(bob.callId).lifecycle === "ended", "Bob has gone");
    expect(knock(trial, unused)).toEqual({ status: 403, reason: "call-over" });

    void ada.party.say("Who is there?");
    const question = await trial.question();
    expect(question.text).toBe("Who is there?");
    question.finish("Only me.");
    await trial.until(() => heard(ada.party).includes("Only me."), "Ada is answered");
    expect(trial.questions).toHaveLength(1);
    const secrets = [token, unused.split("/").at(-1) ?? ""];
    for (const secret of secrets) expect(JSON.stringify(trial.log.lines)).not.toContain(secret);
  });

  it("a token that is too old opens nothing", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { ringTimeoutMs: 500_000, staleCallMs: 0, maxDurationMs: 900_000 } });
    let minted = "";
    trial.live.path.onConnect = (url) => {
      minted ||= url;
      return url;
    };
    const { party } = await trial.call({ message: "Hi.", mode: "conversation" });
    await trial.pass(5 * 60_000 + 1000);
    await party.answer();
    await trial.until(() => heard(party).includes("Hi."), "the greeting is heard");
    expect(knock(trial, minted)).toEqual({ status: 401, reason: "expired-token" });
  });
});

/** Why somebody is turned away. */
function knock(trial: Trial, url: string): Visitor["refusal"] {
  return new Visitor(trial.telephone.media, url).refusal;
}
