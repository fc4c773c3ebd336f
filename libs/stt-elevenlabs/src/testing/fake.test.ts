import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { API_KEY, startLoopbackTranscription } from "./index.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const PATH = "/v1/speech-to-text/realtime?model_id=scribe_v2_realtime&audio_format=ulaw_8000&commit_strategy=vad";

/** A chunk of 100 ms that is right but for what a test changes. */
const chunk = (change: object = {}) => ({ message_type: "input_audio_chunk", audio_base_64: Buffer.alloc(800, 0xff).toString("base64"), commit: false, sample_rate: 8_000, ...change });
const COMMIT = chunk({ audio_base_64: "", commit: true });

/** Connects, sends, and gathers what is told up to the end of the connection. */
async function connect(path: string, messages: readonly (object | string | Uint8Array)[] = [], headers: Record<string, string> = { "xi-api-key": API_KEY }) {
  const clock = createVirtualClock();
  const service = await startLoopbackTranscription({ clock });
  open.push(service);
  const socket = new WebSocket(`${service.origin}${path}`, { headers });
  open.push({ close: () => socket.terminate() });
  const told: string[] = [];
  socket.on("error", () => undefined);
  socket.on("open", () => messages.forEach((message) => socket.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message))));
  socket.on("message", (data: Buffer) => {
    const { message_type: kind, error, text } = JSON.parse(data.toString()) as { message_type: string; error?: string; text?: string };
    told.push([kind, error, text].filter(Boolean).join(" "));
  });
  const ended = new Promise<string[]>((resolve) => {
    socket.on("unexpected-response", (_request, { statusCode }) => resolve([String(statusCode)]));
    socket.on("close", (code) => resolve([...told, `closed ${code}`]));
  });
  return { service, clock, told, ended };
}

describe("the fake refuses", () => {
  it("another path", async () => {
    expect(await (await connect("/v1/speech-to-text")).ended).toEqual(["404"]);
  });

  it.each([
    [PATH, { "xi-api-key": "sk_other" }, "auth_error Invalid API key"],
    [PATH, { authorization: `Bearer ${API_KEY}` }, "auth_error Invalid API key"],
    [PATH.replace("model_id=scribe_v2_realtime&", ""), undefined, "invalid_request model_id is missing"],
    [PATH.replace("scribe_v2_realtime", "scribe_v1"), undefined, "invalid_request invalid value of model_id"],
    [PATH.replace("ulaw", "alaw"), undefined, "invalid_request invalid value of audio_format"],
    [`${PATH}&vad_silence_threshold_secs=5`, undefined, "invalid_request invalid value of vad_silence_threshold_secs"],
    [`${PATH}&min_speech_duration_ms=5`, undefined, "invalid_request invalid value of min_speech_duration_ms"],
    [`${PATH}&language_code=en-US`, undefined, "invalid_request invalid value of language_code"],
    [`${PATH}&keyterms=${"x".repeat(21)}`, undefined, "invalid_request invalid value of keyterms"],
    [`${PATH}${"&keyterms=x".repeat(51)}`, undefined, "invalid_request keyterms is given too often"],
    [`${PATH}&commit_strategy=vad`, undefined, "invalid_request commit_strategy is given too often"],
    [`${PATH}&endpointing=800`, undefined, "invalid_request unknown parameter endpointing"],
  ])("%s with %o", async (path, headers, words) => {
    expect(await (await connect(path, [], headers)).ended).toEqual([words, "closed 1008"]);
  });

  const audio = "audio_base_64 is not audio";
  it.each([
    ["a message that is none", "hello", "unknown message_type"],
    ["bytes", new Uint8Array(160), "unknown message_type"],
    ["a message that it does not know", { message_type: "commit" }, "unknown message_type"],
    ["a field that it does not know", chunk({ now: true }), "unknown field now"],
    ["a chunk that does not say whether it commits", chunk({ commit: undefined }), "commit has to be true or false"],
    ["another rate than that of the format", chunk({ sample_rate: 16_000 }), "sample_rate is not that of audio_format"],
    ["audio that is none", chunk({ audio_base_64: "" }), audio],
    ["audio that is not Base64", chunk({ audio_base_64: "%%%%" }), audio],
    ["audio that is no text", chunk({ audio_base_64: 5 }), audio],
  ])("%s, and closes", async (_what, message, words) => {
    expect(await (await connect(PATH, [message])).ended).toEqual(["session_started", `input_error ${words}`, "closed 1008"]);
  });

  it("context that comes late, and closes", async () => {
    const { ended } = await connect(PATH, [chunk({ previous_text: "Hello" }), chunk({ previous_text: "Hello" })]);
    expect(await ended).toEqual(["session_started", "input_error previous_text is taken with the first chunk alone", "closed 1008"]);
  });
});

describe("the fake", () => {
  it("finds no final text in less than 300 ms, and goes on", async () => {
    const { told } = await connect(PATH, [chunk(), chunk(), COMMIT, chunk(), COMMIT]);
    await vi.waitFor(() =>
      expect(told).toEqual(["session_started", "commit_throttled Not enough audio since the last commit", "committed_transcript", "committed_transcript_with_timestamps"]),
    );
  });

  it("closes without a word where nothing comes for 15 seconds", async () => {
    const { clock, told, ended } = await connect(PATH);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    await clock.advance(15_000);
    expect(await ended).toEqual(["session_started", "closed 1000"]);
  });
});
