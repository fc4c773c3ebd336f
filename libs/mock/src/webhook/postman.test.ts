import { describe, expect, it } from "vitest";
import type { WebhookReply } from "@openclaw/telephony-contract";
import { Bench, ask, hold, say } from "../test/bench.ts";

const reply = (status: number, body = "", headers = {}): WebhookReply => ({ status, headers, body });

describe("the mock's webhooks", () => {
  it("are sent again as they were when there was a server error or no answer, and not otherwise", async () => {
    const bench = new Bench("push", { script: [] });
    const answers = [() => reply(500), () => Promise.reject(new Error("no connection")), () => undefined];
    bench.intercept = () => answers.shift()?.();
    await bench.dial([hold]);
    await bench.clock.advance(10_000);
    const [first, second, third] = bench.requests;
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(bench.types()).toEqual(["ringing", "answered"]);
    bench.intercept = () => reply(404);
    const before = bench.requests.length;
    await bench.carrier.hangup(bench.call, bench.signal);
    await bench.clock.advance(60_000);
    expect(bench.requests.slice(before).map(({ url }) => new URL(url).pathname.split("/")[1])).toEqual(["status", "status"]);
  });

  it("stay in order where one of them is late", async () => {
    const bench = new Bench("push", { script: [{ press: "1" }, { press: "2" }] });
    let first = true;
    bench.intercept = () => (first ? ((first = false), reply(503)) : undefined);
    await bench.dial([hold]);
    await bench.clock.advance(10_000);
    expect(bench.types()).toEqual(["ringing", "answered", "digits", "digits"]);
    expect(bench.of("digits").map(({ digits }) => digits)).toEqual(["1", "2"]);
  });

  it("are given up after three attempts, without an end of the call for a status", async () => {
    const bench = new Bench("push", { script: [] });
    bench.intercept = () => reply(500);
    await bench.dial([hold]);
    await bench.clock.advance(60_000);
    expect(bench.requests).toHaveLength(6);
    expect(await bench.carrier.status(bench.call, bench.signal)).toMatchObject({ state: "answered" });
  });

  it.each([
    ["an error", reply(404)],
    ["no document", reply(200, "")],
    ["a document of another type", reply(200, "{}", { "content-type": "text/xml" })],
  ])("end the call when a fetch is answered with %s", async (_what, answer) => {
    const bench = new Bench("pull", { script: [] });
    bench.intercept = (_request, { purpose }) => (purpose === "continuation" ? answer : undefined);
    await bench.dial([say("Please hold.")]);
    await bench.until("ended");
    expect(bench.of("ended")).toMatchObject([{ reason: "failed", by: "carrier", cause: "document-unusable" }]);
  });

  it("end a call whose documents lead back to themselves without any time between", async () => {
    const bench = new Bench("pull", { script: [] });
    bench.agent = () => [{ kind: "pause", durationMs: 0 }];
    await bench.dial([{ kind: "pause", durationMs: 0 }]);
    await bench.until("ended");
    // Timers of no length take no time, so that all of it happens at one moment.
    expect(bench.of("ended")).toMatchObject([{ cause: "document-loop" }]);
  });
});

describe("a nudge", () => {
  it("leaves the document under way for the one that it points at", async () => {
    const bench = new Bench("pull", { script: [] });
    await bench.dial([say("one two three four five six seven eight nine ten"), hold]);
    await bench.until("answered");
    await bench.clock.advance(1_000);
    bench.replan([say("Something else."), hold]);
    bench.intercept = async () => {
      await new Promise<void>((resolve) => void bench.clock.schedule(1_000, resolve));
      return undefined;
    };
    await bench.carrier.nudge?.(bench.call, bench.document, bench.signal);
    // The other document is not there before a second has passed.
    expect(bench.heard()).toEqual(["one two three"]);
    await bench.clock.advance(5_000);
    expect(bench.heard()).toEqual(["one two three", "Something else."]);
    expect(bench.requests.filter(({ url }) => url === bench.document)).toHaveLength(1);
  });

  it("is refused before the call is up and after it is over", async () => {
    const bench = new Bench("pull");
    await bench.dial([hold]);
    const nudge = () => bench.carrier.nudge?.(bench.call, bench.document, bench.signal);
    await expect(nudge()).rejects.toMatchObject({ code: "invalid-request" });
    await bench.carrier.hangup(bench.call, bench.signal);
    await expect(nudge()).rejects.toMatchObject({ code: "call-gone" });
  });
});

describe.each(["push", "emit"] as const)("a command (%s)", (flow) => {
  it("replaces what is under way, and both ends are reported", async () => {
    const bench = new Bench(flow, { script: [] });
    await bench.dial([ask("one two three four five six")]);
    await bench.until("answered");
    await bench.clock.advance(1_000);
    const id = await bench.perform(say("Now this."));
    await bench.clock.advance(1_000);
    expect(bench.of("stepEnded").map(({ outcome }) => outcome)).toEqual(["cancelled", "completed"]);
    expect(bench.of("stepEnded").at(-1)?.stepId).toBe(id);
    expect(bench.of("listenEnded")).toEqual([]);
  });

  it("makes speech stop, and listening go on without the rest of its prompt", async () => {
    const bench = new Bench(flow, { script: [{ waitFor: "speech" }, { say: "Yes" }] });
    await bench.dial([say("one two three four five six seven eight"), ask("one two three four five six seven eight")]);
    await bench.until("answered");
    await bench.clock.advance(1_000);
    await bench.perform({ kind: "stopSpeech" });
    await bench.clock.settle();
    expect(bench.of("stepEnded").map(({ outcome }) => outcome).sort()).toEqual(["cancelled", "completed"]);
    await bench.perform(ask("one two three four five six seven eight"));
    await bench.clock.advance(1_000);
    await bench.perform({ kind: "stopSpeech" });
    await bench.until("answer", 3_000);
    expect(bench.answers()).toEqual(["Yes"]);
  });

  it("is cancelled by the end of the call", async () => {
    const bench = new Bench(flow, { script: [] });
    await bench.dial([hold]);
    await bench.until("answered");
    await bench.perform({ kind: "sendDigits", digits: "123456789" });
    await bench.carrier.hangup(bench.call, bench.signal);
    await bench.clock.settle();
    expect(bench.of("stepEnded").map(({ outcome }) => outcome)).toEqual(["cancelled", "cancelled"]);
    await expect(bench.perform(say("Too late"))).rejects.toMatchObject({ code: "call-gone" });
  });
});
