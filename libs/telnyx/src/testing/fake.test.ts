import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { createVerifier, readPublicKey } from "../signature.ts";
import { ACCOUNT, FakeTelnyx, startLoopbackCarrier } from "./index.ts";

const ENTRY = "https://voice.example.com/entry";
const CALL = { connection_id: ACCOUNT.connectionId, from: "+15550100001", to: "+15550100002" };

/** A fake on a virtual clock, with the webhooks that it sent. */
class Bench {
  readonly clock = createVirtualClock();
  readonly events: { type: string; attempt: number; id: string; payload: Record<string, unknown> }[] = [];
  reply = 200;
  readonly fake = new FakeTelnyx({
    clock: this.clock,
    log: createLogRecorder(),
    entryUrl: ENTRY,
    people: { ringMs: 0, speakingMsPerWord: 100, script: [{ waitFor: "speech" }, { say: "Hello there" }] },
    deliver: async ({ body }) => {
      const { data, meta } = JSON.parse(new TextDecoder().decode(body)) as { data: { event_type: string; id: string; payload: Record<string, unknown> }; meta: { attempt: number } };
      this.events.push({ type: data.event_type, id: data.id, attempt: meta.attempt, payload: data.payload });
      return { status: this.reply, headers: {}, body: "" };
    },
  });

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const sent = { authorization: `Bearer ${ACCOUNT.apiKey}`, "content-type": "application/json", ...headers };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await this.fake.handle(new Request(`${this.fake.origin}/v2${path}`, { method, headers: sent, ...(body !== undefined && { body: text }) }));
    const { data, errors } = (await answer.json()) as { data?: Record<string, unknown>; errors?: { code: string }[] };
    return { status: answer.status, code: errors?.[0]?.code, data };
  }
  async dial(changes: Record<string, unknown> = {}): Promise<string> {
    return String((await this.ask("POST", "/calls", { ...CALL, ...changes })).data?.call_control_id);
  }
  async talk(changes: Record<string, unknown> = {}): Promise<string> {
    const id = await this.dial(changes);
    await this.clock.advance(10);
    return id;
  }
  command(id: string, name: string, body: unknown = {}) {
    return this.ask("POST", `/calls/${encodeURIComponent(id)}/actions/${name}`, body);
  }
  types(): string[] {
    return this.events.map(({ type }) => type);
  }
}

describe("the fake's REST interface", () => {
  const benches: Bench[] = [];
  const open = () => {
    const bench = new Bench();
    benches.push(bench);
    return bench;
  };
  afterEach(() => {
    for (const { fake } of benches.splice(0)) fake.close();
  });

  it.each([
    ["another key", { authorization: "Bearer KEYwrong" }, 401, "10009"],
    ["no key", { authorization: "" }, 401, "10009"],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, 400, "10015"],
  ])("refuses %s", async (_, headers, status, code) => {
    expect(await open().ask("POST", "/calls", CALL, headers)).toMatchObject({ status, code });
  });

  it.each([
    ["no JSON", "{", 400, "10015"],
    ["a list", [], 400, "10015"],
    ["a missing number", { ...CALL, to: undefined }, 422, "10016"],
    ["a number that is none", { ...CALL, to: "911" }, 422, "10016"],
    ["an unknown parameter", { ...CALL, language: "en" }, 422, "10015"],
    ["another connection", { ...CALL, connection_id: "1" }, 422, "10015"],
    ["a number as text", { ...CALL, timeout_secs: "30" }, 422, "90028"],
    ["too short a ringing", { ...CALL, timeout_secs: 4 }, 422, "90028"],
    ["too long a talk", { ...CALL, time_limit_secs: 14_401 }, 422, "90029"],
    ["a state that is not base64", { ...CALL, client_state: "{}" }, 422, "90017"],
    ["keys that do not exist", { ...CALL, send_digits_on_answer: "12x" }, 422, "90014"],
  ])("refuses a call with %s", async (_, body, status, code) => {
    const bench = open();
    expect(await bench.ask("POST", "/calls", body)).toMatchObject({ status, code });
    expect(bench.fake.controls.calls()).toEqual([]);
  });

  it.each([
    ["GET", "/calls", undefined],
    ["POST", "/texml/calls", {}],
    ["POST", "/calls/v3:nobody/actions/hangup", {}],
    ["GET", "/calls/v3:nobody", undefined],
    ["POST", "/calls/v3:nobody/actions/fly", {}],
  ])("does not know %s %s", async (method, path, body) => {
    expect(await open().ask(method, path, body)).toMatchObject({ status: 404, code: "10005" });
  });

  it.each([
    ["speak", { payload: "Hello" }, "90012"],
    ["speak", { payload: "", voice: "female" }, "90010"],
    ["speak", { payload: "x".repeat(3001), voice: "female" }, "90010"],
    ["speak", { payload: "x", voice: "Joanna" }, "90012"],
    ["speak", { payload: "x", voice: "female", payload_type: "html" }, "90011"],
    ["speak", { payload: "x", voice: "female", volume: 3 }, "10015"],
    ["playback_start", {}, "10015"],
    ["playback_stop", { stop: "now" }, "90016"],
    ["send_dtmf", { digits: "12;" }, "90014"],
    ["gather", { maximum_digits: 129 }, "90000"],
    ["transcription_start", { transcription_engine: "Ear" }, "10015"],
    ["transcription_start", { language: "en" }, "10015"],
    ["transcription_start", { transcription_engine: "Azure", transcription_engine_config: { transcription_engine: "Azure" } }, "10015"],
    ["transcription_start", { transcription_engine_config: { speed: 1 } }, "10015"],
    ["record_start", { format: "ogg", channels: "single" }, "10015"],
    ["transfer", { to: "nobody" }, "10016"],
    ["reject", { cause: "NO" }, "10015"],
  ])("refuses %s with %o", async (name, body, code) => {
    const bench = open();
    const id = await bench.talk();
    expect(await bench.command(id, name, body)).toMatchObject({ status: 422, code });
  });

  it("refuses commands that do not fit the call", async () => {
    const bench = open();
    const id = await bench.dial();
    expect(await bench.command(id, "speak", { payload: "x", voice: "female" })).toMatchObject({ status: 422, code: "90034" });
    expect(await bench.command(id, "answer")).toMatchObject({ code: "90102" });
    await bench.clock.advance(10);
    expect(await bench.command(id, "transcription_start")).toMatchObject({ status: 200, data: { result: "ok" } });
    expect(await bench.command(id, "transcription_start")).toMatchObject({ code: "90054" });
    await bench.command(id, "hangup");
    expect(await bench.command(id, "hangup")).toMatchObject({ status: 422, code: "90018" });
    expect(await bench.command("12", "hangup")).toMatchObject({ status: 422, code: "90015" });
  });

  it("ignores a command that comes again within a minute", async () => {
    const bench = open();
    const first = await bench.dial({ command_id: "one" });
    expect(await bench.dial({ command_id: "one" })).toBe(first);
    expect(bench.fake.controls.calls()).toHaveLength(1);
    await bench.clock.advance(60_000);
    expect(await bench.dial({ command_id: "one" })).not.toBe(first);
  });

  it("tells a call's status until ten minutes after its end", async () => {
    const bench = open();
    const id = await bench.talk({ client_state: "aGk=" });
    const status = () => bench.ask("GET", `/calls/${id}`);
    expect(await status()).toMatchObject({ data: { is_alive: true, client_state: "aGk=" } });
    await bench.command(id, "hangup");
    expect((await status()).data).toMatchObject({ is_alive: false, end_time: expect.any(String) as string });
    await bench.clock.advance(600_001);
    expect(await status()).toMatchObject({ status: 404 });
  });

  it("tells a conversation in the order in which it happens", async () => {
    const bench = open();
    const id = await bench.talk({ client_state: "aGk=" });
    await bench.command(id, "speak", { payload: "Hi", voice: "female", client_state: "Yg==" });
    await bench.command(id, "transcription_start", { transcription_engine_config: { interim_results: true } });
    await bench.clock.advance(5_000);
    await bench.command(id, "hangup");
    await bench.clock.settle();
    expect(bench.types()).toEqual(["call.initiated", "call.answered", "call.speak.started", "call.speak.ended", "call.transcription", "call.transcription", "call.hangup"]);
    expect(bench.events.map(({ payload }) => payload.client_state)).toEqual(["aGk=", "aGk=", "Yg==", "Yg==", "Yg==", "Yg==", "Yg=="]);
  });

  it("gathers keys as it was told", async () => {
    const bench = open();
    bench.fake.controls.setParty(() => ({ ring: (line) => line.answer(), answered: (line) => line.wait(100).then(() => line.press("123")) }));
    const id = await bench.talk();
    await bench.command(id, "gather", { maximum_digits: 2 });
    await bench.clock.advance(2_000);
    expect(bench.events.slice(2).map(({ type, payload }) => [type, payload.digit ?? payload.digits])).toEqual([
      ["call.dtmf.received", "1"],
      ["call.dtmf.received", "2"],
      ["call.gather.ended", "12"],
      ["call.dtmf.received", "3"],
    ]);
    await bench.command(id, "gather", { initial_timeout_millis: 1_000 });
    await bench.clock.advance(1_000);
    expect(bench.events.at(-1)).toMatchObject({ type: "call.gather.ended", payload: { status: "timeout", digits: "" } });
  });

  it.each([
    ["detect", ["call.machine.detection.ended"]],
    ["detect_beep", ["call.machine.detection.ended", "call.machine.greeting.ended"]],
    ["greeting_end", ["call.machine.detection.ended", "call.machine.greeting.ended"]],
    ["premium", ["call.machine.premium.detection.ended", "call.machine.premium.greeting.ended"]],
    ["disabled", []],
  ])("detects an answering machine in the mode %s, and stops speaking to it", async (mode, verdicts) => {
    const bench = open();
    bench.fake.controls.setParty(() => ({
      ring: (line) => line.answer(),
      answered: (line) => line.wait(300).then(() => (line.soundLike("machine"), line.soundLike("machine", true))),
    }));
    const id = await bench.talk({ answering_machine_detection: mode });
    await bench.command(id, "speak", { payload: "one two three four five six", voice: "female" });
    await bench.clock.advance(2_000);
    expect(bench.types().filter((type) => type.startsWith("call.machine"))).toEqual(verdicts);
    const ended = bench.events.find(({ type }) => type === "call.speak.ended");
    expect(ended?.payload.status).toBe(mode === "disabled" ? "completed" : "cancelled_amd");
  });

  it("sends a webhook again after a server error, under the same id, and drops it after another refusal", async () => {
    const bench = open();
    bench.reply = 503;
    await bench.dial();
    await bench.clock.advance(2_000);
    bench.reply = 403;
    await bench.clock.advance(60_000);
    const initiated = bench.events.filter(({ type }) => type === "call.initiated");
    expect(initiated.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(initiated.map(({ id }) => id)).size).toBe(1);
  });
});

describe("the fake on this machine", () => {
  it("carries a call over real HTTP, with signatures that hold", async () => {
    const key = readPublicKey(ACCOUNT.publicKey);
    if (!key) throw new Error("no key");
    const verify = createVerifier(key, () => Date.now());
    const received: { type: string; ok: boolean }[] = [];
    let ended: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (ended = resolve));
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks);
        const { data } = JSON.parse(body.toString()) as { data: { event_type: string } };
        const { ok } = verify({ method: "POST", url: "", headers: request.headers as Record<string, string>, body });
        received.push({ type: data.event_type, ok });
        response.end();
        if (data.event_type === "call.hangup") ended();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const entryUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/entry`;
    const carrier = await startLoopbackCarrier({ entryUrl, people: { ringMs: 0, script: [{ hangup: true }] } });
    try {
      const headers = { authorization: `Bearer ${ACCOUNT.apiKey}`, "content-type": "application/json" };
      const answer = await fetch(`${String(carrier.section.baseUrl)}/calls`, { method: "POST", headers, body: JSON.stringify(CALL) });
      expect(answer.status).toBe(200);
      await over;
      expect(received).toEqual(["call.initiated", "call.answered", "call.hangup"].map((type) => ({ type, ok: true })));
      expect(carrier.requests).toMatchObject([{ method: "POST", path: "/v2/calls" }]);
    } finally {
      await carrier.close();
      server.close();
    }
  });
});
