import { describe, expect, it } from "vitest";
import type { NetworkFault } from "@openclaw/telephony-contract/testing";
import { readSubjects } from "../carriers.ts";
import { openTrial } from "../trial.ts";

describe.each(await readSubjects())("pain 33: hangup unreliable (%s)", (_name, subject) => {
  it.each(["stall", "lost", "server-error", "rate-limited"] satisfies NetworkFault[])("a hang-up gets through whatever happens to its first request (%s)", async (fault) => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    trial.network.failNext(fault);
    const ending = [trial.telephone.end(callId), trial.telephone.end(callId)];
    let settled = 0;
    for (const one of ending) void one.then(() => settled++, () => settled++);
    await trial.until(() => party.state() === "ended", "the network has hung up", 180_000);
    await trial.until(() => settled === 2, "both requests are answered", 180_000);
    expect(trial.record(callId).lifecycle).toBe("ended");
    expect(trial.telephone.active()).toEqual([]);
  });

  it("a call that has ended at the network already is no error", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    trial.post.cut = true;
    await party.hangUp();
    let done = false;
    void trial.telephone.end(callId).then(() => (done = true));
    await trial.until(() => done, "ending it succeeds", 120_000);
    expect(trial.record(callId).lifecycle).toBe("ended");
  });

  it("a caller who is refused is refused at the network, and takes no line", async () => {
    await using trial = await openTrial(subject, { settings: { inboundPolicy: "allowlist", allowFrom: [], maxConcurrentCalls: 1 } });
    const refused = await trial.receive();
    await trial.until(() => refused.state() === "ended", "the caller is refused");
    expect(refused.heard()).toEqual([]);
    await trial.talk();
  });

  it("a caller beyond the last line hears busy, and nobody who talks is disturbed", async () => {
    await using trial = await openTrial(subject, { settings: { maxConcurrentCalls: 1 } });
    const { party } = await trial.talk();
    const second = await trial.receive({ from: "+15550100009" });
    await trial.until(() => second.state() === "ended", "the second is refused");
    expect(party.state()).toBe("answered");
    expect(trial.telephone.active()).toHaveLength(1);
  });
});
