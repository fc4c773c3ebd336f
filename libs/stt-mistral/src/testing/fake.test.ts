import { afterEach, describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import type { LoopbackTranscription } from "@openclaw/phone-network/transcription";
import { WebSocket } from "ws";
import { API_KEY, startLoopbackTranscription } from "./index.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const PATH = "/v1/audio/transcriptions/realtime?model=voxtral-mini-transcribe-realtime-2602";

async function start(clock = createVirtualClock()): Promise<LoopbackTranscription> {
  const service = await startLoopbackTranscription({ clock });
  open.push(service);
  return service;
}

/** How a connection ended: a status and Mistral's words, or what was said and the close code. */
async function ending({ origin }: LoopbackTranscription, messages: readonly (string | Uint8Array)[] = [], path = PATH, authorization = `Bearer ${API_KEY}`): Promise<string> {
  const socket = new WebSocket(`${origin}${path}`, { headers: { authorization } });
  open.push({ close: () => socket.terminate() });
  const said: string[] = [];
  socket.on("error", () => undefined);
  socket.on("open", () => messages.forEach((message) => socket.send(message)));
  socket.on("message", (data: Buffer) => {
    const { type, error } = JSON.parse(data.toString()) as { readonly type: string; readonly error?: { readonly code: number; readonly message: string } };
    said.push(error ? `${error.code} ${error.message}` : type);
    if (type === "transcription.done") socket.close(1000);
  });
  return await new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => {
      response.on("data", (body: Buffer) => resolve(`${response.statusCode} ${(JSON.parse(body.toString()) as { readonly message: string }).message}`));
    });
    socket.on("close", (code) => resolve([...said.slice(1), code].join(", ")));
  });
}

const update = (session: object) => JSON.stringify({ type: "session.update", session });
const append = (audio: unknown, more: object = {}) => JSON.stringify({ type: "input_audio.append", audio, ...more });
const SILENCE = Buffer.alloc(160, 0xff).toString("base64");
const MULAW = { audio_format: { encoding: "pcm_mulaw", sample_rate: 8000 } };

describe("the fake refuses", () => {
  it.each([
    ["/v1/audio/transcriptions?model=voxtral-mini-transcribe-realtime-2602", "404 no Route matched with those values"],
    ["/v1/audio/transcriptions/realtime", "400 model is needed once"],
    [PATH.replace("-realtime-2602", ""), "400 invalid model"],
    [`${PATH}&language=en`, "400 unknown parameter language"],
  ])("%s", async (path, words) => {
    expect(await ending(await start(), [], path)).toBe(words);
  });

  it("a key that it does not know", async () => {
    expect(await ending(await start(), [], PATH, "Bearer another")).toBe("401 Unauthorized");
    expect(await ending(await start(), [], PATH, API_KEY)).toBe("401 Unauthorized");
  });
});

describe("the fake ends", () => {
  it.each<string | Uint8Array>([
    "hello",
    new Uint8Array(160),
    '{"type":"input_audio_buffer.append","audio":"AAAA"}',
    append("not base64!"),
    append(""),
    append(SILENCE, { event_id: "1" }),
    '{"type":"input_audio.flush","final":true}',
    update({ audio_format: { encoding: "mulaw", sample_rate: 8000 } }),
    update({ audio_format: { encoding: "pcm_mulaw", sample_rate: 11_025 } }),
    update({ ...MULAW, language: "en" }),
    update({ target_streaming_delay_ms: 40 }),
  ])("a session that says %s", async (message) => {
    expect(await ending(await start(), [message])).toBe("400 Invalid message, 1008");
  });

  it("a session that is set up too late, or goes on after its end", async () => {
    expect(await ending(await start(), [append(SILENCE), update(MULAW)])).toBe("400 The session cannot be updated once audio was sent, 1008");
    expect(await ending(await start(), [append(Buffer.alloc(262_145).toString("base64"))])).toBe("400 Audio is too long, 1008");
    expect(await ending(await start(), ['{"type":"input_audio.end"}', append(SILENCE)])).toBe("transcription.done, 400 Invalid message, 1008");
  });

  it("a session whose client asks for it", async () => {
    expect(await ending(await start(), [update(MULAW), append(SILENCE), '{"type":"input_audio.end"}'])).toBe("session.updated, transcription.done, 1000");
  });

  it("a session where nothing comes for half a minute", async () => {
    const clock = createVirtualClock();
    const service = await start(clock);
    const ended = ending(service);
    while (service.sessions.length === 0) await new Promise<void>((resolve) => void setImmediate(resolve));
    await clock.advance(30_000);
    expect(await ended).toBe("408 Timed out while waiting for audio, 1008");
  });
});
