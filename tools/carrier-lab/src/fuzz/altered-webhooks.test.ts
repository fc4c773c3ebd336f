import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { alter, same, seeded } from "../altered.ts";
import { readWebhookSubjects } from "../carriers.ts";
import { heard, openTrial, type Trial } from "../trial.ts";

const REQUESTS = 20_000;
/** Bytes by which memory may differ between the second and the last quarter: noise of the collector, far below a leak per request. */
const NOISE = 4 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe.each(await readWebhookSubjects())("altered webhooks (%s)", (_name, subject) => {
  it(`${REQUESTS} of them change no call, crash nothing, and leave nothing behind`, { timeout: 240_000 }, async () => {
    await using trial = await openTrial(subject);
    const callId = await aWholeTalk(trial);
    const genuine = trial.post.letters.map(({ request }) => request);
    const before = stateOf(trial);
    const random = seeded(20_000);
    const statuses = new Map<number, number>();
    const heap: number[] = [];
    for (let count = 0; count < REQUESTS; count++) {
      const original = genuine[count % genuine.length];
      if (!original) throw new Error("there was no webhook to alter");
      const request = alter(original, random);
      if (same(request, original)) continue;
      const { status } = await trial.post.repeat({ request, reply: { status: 0, headers: {}, body: "" } });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      trial.forget();
      if ((count + 1) % (REQUESTS / 4) === 0) {
        await trial.settle();
        collect();
        heap.push(process.memoryUsage().heapUsed);
      }
    }
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    // Far most are refused; the rest differ only in what no signature covers, and are answered as the genuine one was.
    expect((statuses.get(403) ?? 0) + (statuses.get(404) ?? 0)).toBeGreaterThan(REQUESTS / 2);
    expect(stateOf(trial)).toBe(before);
    expect((heap[3] ?? 0) - (heap[1] ?? 0)).toBeLessThan(NOISE);
    expect(trial.telephone.active().map((call) => call.callId)).toEqual([callId]);
  });
});

/** A talk that is still going on, after which every kind of webhook has been sent. */
async function aWholeTalk(trial: Trial): Promise<string> {
  const { callId, party } = await trial.talk();
  void party.say("What time is it?");
  (await trial.question()).finish("It is noon.");
  await trial.until(() => heard(party).includes("It is noon."), "the answer is heard");
  await trial.listening(callId);
  return callId;
}

/** Everything that is known of calls, live and stored. */
function stateOf({ telephone, store }: Trial): string {
  return JSON.stringify([telephone.active(), store.recent(100)]);
}
