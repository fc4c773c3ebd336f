import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import type { LoopbackTranscription } from "@openclaw/phone-network/transcription";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { API_KEY, startLoopbackTranscription } from "./index.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const PATH = "/v1/realtime?intent=transcription";
const AUDIO = Buffer.alloc(800, 0xff).toString("base64");
const APPEND = { type: "input_audio_buffer.append", audio: AUDIO };
const COMMIT = { type: "input_audio_buffer.commit", event_id: "mine" };

/** A `session.update` that is right but for what a test changes. */
function update(change: object = {}, transcription: object = {}): object {
  const input = { format: { type: "audio/pcmu" }, transcription: { model: "gpt-transcribe", ...transcription }, turn_detection: { type: "server_vad" }, ...change };
  return { type: "session.update", session: { type: "transcription", audio: { input } } };
}

async function start(): Promise<LoopbackTranscription> {
  const service = await startLoopbackTranscription({ clock: createVirtualClock() });
  open.push(service);
  return service;
}

/** What a client was told, up to the connection's end or so many messages after the greeting. */
async function talk(messages: readonly (object | string | Uint8Array)[], most = Infinity, path = PATH, headers: Record<string, string> = {}): Promise<string[]> {
  const { origin } = await start();
  const socket = new WebSocket(`${origin}${path}`, { headers: { authorization: `Bearer ${API_KEY}`, ...headers } });
  open.push({ close: () => socket.terminate() });
  const told: string[] = [];
  socket.on("error", () => undefined);
  socket.on("open", () => messages.forEach((message) => socket.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message))));
  return await new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => {
      response.on("data", (body: Buffer) => resolve([`${response.statusCode} ${(JSON.parse(body.toString()) as { error: { code: string } }).error.code}`]));
    });
    socket.on("message", (data: Buffer) => {
      const { type, error, item_id: item } = JSON.parse(data.toString()) as { type: string; item_id?: string; error?: { code: string; param: string | null; event_id: string | null } };
      told.push(error ? `error ${[error.code, error.param, error.event_id].filter(Boolean).join(" ")}` : [type, item].filter(Boolean).join(" "));
      if (told.length > most) resolve(told.slice(1));
    });
    socket.on("close", (code) => resolve([...told.slice(1), `closed ${code}`]));
  });
}

describe("the fake refuses", () => {
  it.each([
    ["/v1/audio", {}, "404 unknown_url"],
    [PATH, { authorization: "Bearer sk-other" }, "401 invalid_api_key"],
    [PATH, { authorization: API_KEY }, "401 invalid_api_key"],
    [PATH, { "openai-beta": "realtime=v1" }, "400 invalid_parameter"],
    ["/v1/realtime?model=gpt-transcribe", {}, "400 invalid_parameter"],
    [`${PATH}&model=gpt-transcribe`, {}, "400 invalid_parameter"],
  ])("%s with %o", async (path, headers, answer) => {
    expect(await talk([], Infinity, path, headers)).toEqual([answer]);
  });

  const at = "session.audio.input";
  it.each([
    ["a message that is none", ["hello"], "error invalid_value type"],
    ["bytes", [new Uint8Array(160)], "error invalid_value type"],
    ["a message that it does not know", [{ type: "input_audio_buffer.clear" }], "error invalid_value type"],
    ["an odd event id", [{ ...COMMIT, event_id: 5 }], "error invalid_value event_id"],
    ["a conversation", [{ type: "session.update", session: { type: "realtime" } }], "error invalid_value session.type"],
    ["a field that it does not know", [update({ input_audio_format: "g711_ulaw" })], `error unknown_parameter ${at}.input_audio_format`],
    ["PCM at 8 kHz", [update({ format: { type: "audio/pcm", rate: 8_000 } })], `error invalid_value ${at}.format`],
    ["a rate of G.711", [update({ format: { type: "audio/pcmu", rate: 8_000 } })], `error unknown_parameter ${at}.format.rate`],
    ["a model that it does not know", [update({}, { model: "gpt-9" })], `error model_not_found ${at}.transcription.model`],
    ["a language with a region", [update({}, { languages: ["en-US"] })], `error invalid_value ${at}.transcription.languages.0`],
    ["one language where a list is taken", [update({}, { language: "en" })], `error unsupported_parameter ${at}.transcription.language`],
    ["keywords for an older model", [update({}, { model: "gpt-4o-transcribe", keywords: ["Acme"] })], `error unsupported_parameter ${at}.transcription.keywords`],
    ["a prompt for diarization", [update({}, { model: "gpt-4o-transcribe-diarize", prompt: "Acme" })], `error unsupported_parameter ${at}.transcription.prompt`],
    ["audio before the session is set up", [APPEND], "error invalid_value session"],
  ])("%s, and closes", async (_what, messages, answer) => {
    expect(await talk(messages)).toEqual([answer, "closed 1008"]);
  });

  it.each([
    ["a second set-up", update(), "error invalid_value session"],
    ["no audio in a message for audio", { ...APPEND, audio: "" }, "error invalid_value audio"],
    ["audio that is not Base64", { ...APPEND, audio: "%%%%" }, "error invalid_value audio"],
    ["audio with more", { ...APPEND, rate: 8_000 }, "error unknown_parameter rate"],
    ["a commit with more", { ...COMMIT, now: true }, "error unknown_parameter now"],
  ])("%s, and closes", async (_what, message, answer) => {
    expect(await talk([update(), message])).toEqual(["session.updated", answer, "closed 1008"]);
  });
});

describe("the fake goes on after", () => {
  it("turns that the model does not know, which is told by their field", async () => {
    const refused = update({}, { model: "gpt-live-transcribe" });
    const taken = update({ turn_detection: null }, { model: "gpt-live-transcribe" });
    expect(await talk([refused, taken], 2)).toEqual(["error invalid_value session.audio.input.turn_detection", "session.updated"]);
  });

  it("a commit of less than 100 ms, which is told by its id", async () => {
    const short = { ...APPEND, audio: Buffer.alloc(792, 0xff).toString("base64") };
    expect(await talk([update(), short, COMMIT, APPEND, COMMIT], 5)).toEqual([
      "session.updated",
      "error input_audio_buffer_commit_empty mine",
      "input_audio_buffer.committed item_1",
      "conversation.item.added",
      "conversation.item.input_audio_transcription.completed item_1",
    ]);
  });
});
