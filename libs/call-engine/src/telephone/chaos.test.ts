import { TelephonyError } from "@openclaw/telephony-contract";
import { expect, it } from "vitest";
import { LIFECYCLE_RANK } from "../record.ts";
import { createDesk, type Desk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";

const RUNS = 25;
const MOVES = 60;

/** Random numbers that are the same in every run of the test (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One thing that may happen to a telephone, in whatever order, sensible or not. */
async function move(desk: Desk, random: (below: number) => number, pending: Promise<unknown>[]): Promise<void> {
  const { carrier, telephone, clock } = desk;
  const calls = telephone.active();
  const callId = calls[random(Math.max(1, calls.length))]?.callId ?? "nobody";
  const patient = (work: Promise<unknown>) => void pending.push(work.catch(() => {}));
  const performed = carrier.performed.filter(({ call }) => call.callId === callId);
  const latest = performed.at(-1 - random(2));
  const nonce = latest?.context.nonce ?? "nonce1";
  const urls = carrier.dials.find((dial) => dial.callId === callId)?.urls;
  const moves: (() => unknown)[] = [
    () => patient(telephone.initiate({ to: "+15550100001", message: random(2) ? "Hello there." : "", mode: random(3) ? "conversation" : "notify" })),
    () => carrier.emit("incoming", "", { from: "+15550100007", to: "+15550100000", carrierIds: [`in-${random(50)}`] }),
    () => carrier.emit("ringing", callId),
    () => carrier.emit("answered", callId),
    () => latest && carrier.emit("stepEnded", callId, { stepId: latest.step.id, outcome: random(4) ? "completed" : "failed" }),
    () => carrier.answer(callId, random(5) ? "Hello?" : " ", nonce),
    () => carrier.emit("listenEnded", callId, { turn: { nonce, proof: "echoed" }, outcome: "no-input" }),
    () => carrier.emit("digits", callId, { digits: "1" }),
    () => carrier.emit("transfer", callId, { stepId: latest?.step.id ?? "1-0", state: random(3) ? "back" : "transferred" }),
    () => patient(telephone.transfer(callId, "+15550100099")),
    () => carrier.emit("machine", callId, { verdict: random(3) ? "machine" : "unsure", greetingEnded: random(2) === 0 }),
    () => random(4) === 0 && carrier.emit("ended", callId, { reason: "completed" }),
    () => desk.questions.at(-1)?.write("A sentence that is complete. And one that is"),
    () => desk.questions.at(-1)?.finish("A sentence that is complete. And one that is not."),
    () => desk.questions.at(-1)?.finish('{"spoken":"Well then, goodbye.","endCall":true}'),
    () => desk.questions.at(-1)?.fail(new Error("model down")),
    () => patient(telephone.speak(callId, "Something.")),
    () => patient(telephone.continue(callId, "And?")),
    () => patient(telephone.sendDigits(callId, "1#")),
    () => random(5) === 0 && patient(telephone.end(callId)),
    () => urls && carrier.fetch(random(2) ? urls.document : urls.continuation),
    () => carrier.nudges.length > 0 && carrier.fetch(carrier.nudges.at(-1) ?? ""),
    () => carrier.failing.set("perform", new TelephonyError("unavailable", "503", { retryable: true })),
    () => carrier.failing.set("nudge", new TelephonyError("unavailable", "503", { retryable: true })),
    () => carrier.failing.clear(),
    () => clock.advance(random(40_000)),
  ];
  await moves[random(moves.length)]?.();
  await clock.settle();
}

it.each([
  ["takes commands", PUSH],
  ["asks for documents", PULL],
])("whatever happens in whatever order over a carrier that %s, calls only move forward, end, and leave nothing", { timeout: 60_000 }, async (_what, capabilities) => {
  for (let run = 1; run <= RUNS; run++) {
    const random = seeded(run);
    const settings = {
      inboundPolicy: "open",
      maxConcurrentCalls: 3,
      machineDetection: (["off", "hangup", "leave-message", "continue"] as const)[run % 4] ?? "off",
      transfer: { allowTo: ["+15550100099"] },
    } as const;
    await using desk = await createDesk({ carrier: new DeskCarrier(capabilities), settings });
    const idle = desk.clock.pending;
    const pending: Promise<unknown>[] = [];
    const ranks = new Map<string, number>();
    const backwards: string[] = [];
    desk.telephone.subscribe(({ call }) => {
      const record = desk.store.get(call.callId);
      if (!record) return;
      const rank = record.lifecycle === "transferring" ? LIFECYCLE_RANK.active : LIFECYCLE_RANK[record.lifecycle];
      // Thrown here, it would only be logged.
      if (rank < (ranks.get(call.callId) ?? 0)) backwards.push(`run ${run}: to ${record.lifecycle}`);
      ranks.set(call.callId, rank);
    });
    for (let count = 0; count < MOVES; count++) await move(desk, random, pending);
    desk.carrier.failing.clear();
    for (const call of desk.telephone.active()) pending.push(desk.telephone.end(call.callId));
    await desk.clock.advance(120_000);
    await Promise.all(pending);
    expect(backwards).toEqual([]);
    expect(desk.telephone.active(), `run ${run}`).toEqual([]);
    expect(desk.clock.pending, `run ${run}`).toBe(idle);
    expect(desk.store.open(), `run ${run}`).toEqual([]);
    expect(desk.logs.filter(({ level }) => level === "error"), `run ${run}`).toEqual([]);
  }
});
