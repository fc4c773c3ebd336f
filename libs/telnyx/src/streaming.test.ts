import { afterEach, describe, expect, it } from "vitest";
import type { Fault } from "@openclaw/phone-network/wire";
import { benches, type Bench, type StepContent } from "./test/bench.ts";

const open = benches(afterEach);
const URL = "wss://telephone.example.com/stream/t0ken";
const connect = (url = URL): StepContent => ({ kind: "connectMedia", url });
const refusal = (code: string): Fault => ({ status: 422, body: JSON.stringify({ errors: [{ code, title: "No" }] }), headers: { "content-type": "application/json" } });

/** A call whose audio is connected with ours. */
async function streaming(): Promise<Bench> {
  const bench = await open();
  await bench.talk();
  await bench.perform(connect());
  await bench.until(() => bench.of("media").length > 0);
  return bench;
}

describe("connecting media", () => {
  it("asks for µ-law both ways, heard by the whole call, and is over once it was taken", async () => {
    const bench = await open();
    await bench.talk();
    const id = await bench.perform(connect());
    const { command_id, state, ...body } = bench.sent().at(-1)?.body ?? {};
    expect(bench.names()).toEqual(["calls", "streaming_start"]);
    expect(body).toEqual({
      stream_url: URL,
      stream_track: "inbound_track",
      stream_codec: "PCMU",
      stream_bidirectional_mode: "rtp",
      stream_bidirectional_codec: "PCMU",
      stream_bidirectional_sampling_rate: 8000,
      stream_bidirectional_target_legs: "both",
    });
    expect({ command_id, state }).toEqual({ command_id: id, state: { callId: "call-1", nonce: bench.nonce, activity: "media", stepId: id } });
    expect(bench.of("stepEnded")).toMatchObject([{ stepId: id, outcome: "completed", callId: "call-1" }]);
    await bench.until(() => bench.of("media").length > 0);
    expect(bench.of("media")).toMatchObject([{ state: "started", callId: "call-1" }]);
    expect(bench.sockets.map(({ request }) => request.url)).toEqual([URL]);
  });

  it("ends what the caller is asked at the moment", async () => {
    const bench = await open();
    await bench.talk();
    await bench.perform({ kind: "listen", input: "speech", noInputMs: 10_000, endSilenceMs: 800 });
    await bench.perform(connect());
    expect(bench.names()).toEqual(["calls", "transcription_start", "transcription_stop", "streaming_start"]);
  });

  it("that fails is told, and the call goes on", async () => {
    const bench = await open();
    await bench.talk();
    bench.refusesMedia = 403;
    await bench.perform(connect());
    await bench.until(() => bench.of("media").length > 0);
    expect(bench.of("media")).toMatchObject([{ state: "failed", detail: "connection_refused" }]);
    await bench.perform({ kind: "say", text: "Hello" });
    expect(bench.of("ended")).toEqual([]);
  });

  it("pain-05: after a restart ends the stream that Telnyx believes to be running, and starts the new one", async () => {
    const bench = await streaming();
    bench.fake.manners.lingers = true;
    bench.sockets[0]?.close();
    await bench.restart();
    const id = await bench.perform(connect(`${URL}2`));
    await bench.until(() => bench.sockets.length === 2);
    expect(bench.sent().slice(2).map(({ name, body }) => [name, body.command_id])).toEqual([
      ["streaming_start", id],
      ["streaming_stop", `${id}:end`],
      ["streaming_start", `${id}:again`],
    ]);
    expect(bench.sockets[1]?.request.url).toBe(`${URL}2`);
  });

  it.each([
    ["90046", { code: "unavailable", retryable: false }],
    ["90018", { code: "call-gone" }],
  ])("that Telnyx refuses with %s is rejected", async (code, error) => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.next(refusal(code));
    await expect(bench.perform(connect())).rejects.toMatchObject({ ...error, providerCode: code });
    expect(bench.of("stepEnded")).toEqual([]);
  });
});

describe("a call whose media is connected", () => {
  it("is disconnected by command, and goes on", async () => {
    const bench = await streaming();
    const id = await bench.perform({ kind: "disconnectMedia" });
    expect(bench.sent().at(-1)).toMatchObject({ name: "streaming_stop", body: { command_id: id, state: { activity: "idle" } } });
    expect(bench.of("stepEnded")).toMatchObject([{}, { stepId: id, outcome: "completed" }]);
    await bench.until(() => bench.of("media").length === 2);
    expect(bench.of("media")).toMatchObject([{ state: "started" }, { state: "stopped" }]);
    expect(bench.fake.streams[0]?.endedBy).toBe("carrier");
    expect(bench.sockets[0]?.closed).toBe(1000);
  });

  it("is disconnected where nothing was connected any more", async () => {
    const bench = await streaming();
    bench.sockets[0]?.close();
    const id = await bench.perform({ kind: "disconnectMedia" });
    expect(bench.of("stepEnded").at(-1)).toMatchObject({ stepId: id, outcome: "completed" });
  });

  it("presses keys beside the stream", async () => {
    const bench = await streaming();
    const id = await bench.perform({ kind: "sendDigits", digits: "12#" }, "same");
    expect(bench.names().slice(2)).toEqual(["send_dtmf"]);
    await bench.clock.advance(2_000);
    expect(bench.of("stepEnded").at(-1)).toMatchObject({ stepId: id, outcome: "completed" });
    expect(bench.person.heard()).toContainEqual({ kind: "digits", digits: "12#" });
    expect(bench.sockets[0]?.closed).toBeUndefined();
  });

  it("says where Telnyx takes no keys beside the stream, which goes on", async () => {
    const bench = await streaming();
    bench.fake.manners.refusesKeys = true;
    await expect(bench.perform({ kind: "sendDigits", digits: "1" }, "same")).rejects.toMatchObject({ code: "unsupported", providerCode: "90045", retryable: false });
    expect(bench.sockets[0]?.closed).toBeUndefined();
  });

  it("reports keys of the caller once", async () => {
    const bench = await streaming();
    void bench.person.press("5");
    await bench.clock.advance(1_000);
    await bench.until(() => bench.of("digits").length > 0);
    expect(bench.of("digits")).toMatchObject([{ digits: "5", callId: "call-1" }]);
    expect(bench.sockets[0]?.of("dtmf")).toMatchObject([{ dtmf: { digit: "5" } }]);
  });

  it.each([
    [{ kind: "say", text: "Goodbye" }, "speak"],
    [{ kind: "play", url: "https://telephone.example.com/bye.wav" }, "playback_start"],
    [{ kind: "transfer", to: "+15550100003", ringTimeoutMs: 20_000, onFailure: [] }, "transfer"],
  ] as [StepContent, string][])("gives its stream up for what takes the line for itself: %o", async (step, command) => {
    const bench = await streaming();
    const id = await bench.perform(step);
    expect(bench.sent().slice(2).map(({ name, body }) => [name, body.command_id])).toEqual([["streaming_stop", `${id}:stream`], [command, id]]);
    expect(bench.fake.streams[0]?.endedBy).toBe("carrier");
  });

  it("is over for the stream, too, when somebody hangs up", async () => {
    const bench = await streaming();
    void bench.person.hangUp();
    await bench.until(() => bench.of("ended").length > 0);
    expect(bench.sockets[0]?.received.at(-1)).toMatchObject({ event: "stop" });
    expect(bench.fake.streams[0]?.endedBy).toBe("carrier");
    expect(bench.sockets[0]?.closed).toBe(1000);
  });
});
