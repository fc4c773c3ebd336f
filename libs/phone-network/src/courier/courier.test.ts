import type { WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Courier, type CourierOptions, type Delivery } from "./courier.ts";

const reply = (status: number): WebhookReply => ({ status, headers: {}, body: "" });
const nobody = () => new Promise<never>(() => undefined);

/** A courier whose webhooks arrive here. Each is called by its text; its answer is 200 where no other is lined up. */
class Bench {
  readonly clock = createVirtualClock();
  readonly log = createLogRecorder();
  readonly life = new AbortController();
  readonly arrived: string[] = [];
  readonly answers: (() => Promise<WebhookReply> | WebhookReply)[] = [];
  readonly courier: Courier;

  constructor(options: Partial<CourierOptions> = {}) {
    const deliver = async ({ body }: WebhookRequest) => {
      this.arrived.push(new TextDecoder().decode(body));
      return (await this.answers.shift()?.()) ?? reply(200);
    };
    this.courier = new Courier({ deliver, clock: this.clock, log: this.log, signal: this.life.signal, ...options });
  }

  delivery(text: string, call = "one"): Delivery {
    const request = (attempt: number) => ({ method: "POST", url: `https://voice.example.com/${call}`, headers: {}, body: new TextEncoder().encode(`${text}/${attempt}`) });
    return { call, request };
  }
  send(...texts: string[]): void {
    for (const text of texts) this.courier.send(this.delivery(text));
  }
}

describe("a courier", () => {
  it("carries the news of a call one after another, and those of another call beside them", async () => {
    const bench = new Bench();
    bench.answers.push(nobody);
    bench.send("first", "second");
    bench.courier.send(bench.delivery("other", "two"));
    await bench.clock.settle();
    expect(bench.arrived).toEqual(["first/1", "other/1"]);
    bench.answers.push(() => reply(200));
    await bench.clock.advance(11_000);
    expect(bench.arrived).toEqual(["first/1", "other/1", "first/2", "second/1"]);
  });

  it("asks at once for what wants an answer, past the news that wait", async () => {
    const bench = new Bench();
    bench.answers.push(nobody, () => ({ ...reply(200), body: "document" }));
    bench.send("slow", "waiting");
    await bench.clock.settle();
    expect(await bench.courier.ask(bench.delivery("question"))).toMatchObject({ body: "document" });
    expect(bench.arrived).toEqual(["slow/1", "question/1"]);
  });

  it("tries again after a server error or none at all, with a request made anew, and then gives up", async () => {
    const bench = new Bench();
    bench.answers.push(() => reply(503), () => Promise.reject(new Error("refused")), nobody);
    const asked = bench.courier.ask(bench.delivery("question"));
    await bench.clock.advance(60_000);
    expect(await asked).toBeUndefined();
    expect(bench.arrived).toEqual(["question/1", "question/2", "question/3"]);
    expect(bench.courier.attempts.map(({ attempt, status }) => [attempt, status])).toEqual([[1, 503], [2, undefined], [3, undefined]]);
    expect(bench.log.lines.map(({ fields }) => fields?.["code"] ?? fields?.["status"])).toEqual([503, "failed", "timeout"]);
  });

  it("gives the last answer where all were errors, and takes a refusal for an answer", async () => {
    const bench = new Bench();
    bench.answers.push(() => reply(500), () => reply(500), () => reply(502));
    const asked = bench.courier.ask(bench.delivery("question"));
    await bench.clock.advance(10_000);
    expect(await asked).toEqual(reply(502));
    bench.answers.push(() => reply(404));
    expect(await bench.courier.ask(bench.delivery("question"))).toEqual(reply(404));
    expect(bench.arrived).toHaveLength(4);
  });

  it("is as patient as its carrier, and as a single delivery asks", async () => {
    const once = { answerMs: 100, pausesMs: [], again: () => true };
    const bench = new Bench({ policy: { answerMs: 1_000, pausesMs: [5_000], again: (answer) => answer?.status === 404 } });
    bench.answers.push(() => reply(404), nobody);
    bench.send("status");
    await bench.clock.advance(4_999);
    expect(bench.arrived).toEqual(["status/1"]);
    await bench.clock.advance(1);
    expect(bench.arrived).toEqual(["status/1", "status/2"]);
    bench.answers.push(nobody);
    const asked = bench.courier.ask({ ...bench.delivery("question"), policy: once });
    await bench.clock.advance(100);
    expect(await asked).toBeUndefined();
  });

  it("brings news twice where that was asked for, but no question", async () => {
    const bench = new Bench();
    bench.courier.disorder = { duplicate: true };
    bench.send("news");
    await bench.clock.settle();
    await bench.courier.ask(bench.delivery("question"));
    expect(bench.arrived).toEqual(["news/1", "news/1", "question/1"]);
    bench.courier.disorder = {};
    bench.send("later");
    await bench.clock.settle();
    expect(bench.arrived.slice(3)).toEqual(["later/1"]);
  });

  it("lets every second one of a call come first, and one that stays alone a second late", async () => {
    const bench = new Bench();
    bench.courier.disorder = { reorder: true };
    bench.send("1", "2", "3", "4", "5");
    bench.courier.send(bench.delivery("other", "two"));
    await bench.clock.advance(999);
    expect(bench.arrived).toEqual(["2/1", "1/1", "4/1", "3/1"]);
    await bench.clock.advance(1);
    expect(bench.arrived.slice(4)).toEqual(["5/1", "other/1"]);
  });

  it("brings news late, in order and not later and later", async () => {
    const bench = new Bench();
    bench.courier.disorder = { delayMs: 500 };
    bench.send("1", "2");
    await bench.clock.advance(499);
    expect(bench.arrived).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.arrived).toEqual(["1/1", "2/1"]);
  });

  it("goes on behind a webhook that cannot be made", async () => {
    const bench = new Bench();
    const request = () => {
      throw new RangeError("no key to sign with");
    };
    bench.courier.send({ call: "one", request });
    bench.send("next");
    await bench.clock.settle();
    expect(bench.arrived).toEqual(["next/1"]);
    expect(bench.log.lines).toMatchObject([{ level: "error", fields: { error: "RangeError" } }]);
  });

  it("drops what is too much, and says so", async () => {
    const bench = new Bench({ deliver: nobody });
    bench.send(...Array.from({ length: 2_001 }, (_, index) => String(index)));
    expect(bench.log.lines).toMatchObject([{ level: "warn", fields: { call: "one" } }]);
  });

  it("ends with its signal: nothing waits, nothing more is carried, no timer is left", async () => {
    const bench = new Bench();
    bench.answers.push(nobody);
    bench.send("under way", "waiting");
    bench.courier.disorder = { reorder: true, delayMs: 100 };
    bench.courier.send(bench.delivery("held", "two"));
    await bench.clock.settle();
    bench.answers.push(nobody);
    const asked = bench.courier.ask(bench.delivery("question"));
    bench.life.abort();
    bench.send("after");
    await bench.clock.settle();
    expect(bench.clock.pending).toBe(0);
    await bench.clock.advance(60_000);
    expect(bench.arrived).toEqual(["under way/1", "question/1"]);
    expect(await asked).toBeUndefined();
  });
});
