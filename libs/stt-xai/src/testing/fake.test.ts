import { afterEach, describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import type { LoopbackTranscription } from "@openclaw/phone-network/transcription";
import { WebSocket } from "ws";
import { API_KEY, startLoopbackTranscription } from "./index.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const PATH = "/v1/stt?encoding=mulaw&sample_rate=8000";

async function start(clock = createVirtualClock()): Promise<LoopbackTranscription> {
  const service = await startLoopbackTranscription({ clock });
  open.push(service);
  return service;
}

/** How a connection ended: a status and xAI's words, or what was said and the close code. */
async function ending({ origin }: LoopbackTranscription, messages: readonly (string | Uint8Array)[] = [], path = PATH, authorization = `Bearer ${API_KEY}`): Promise<string> {
  const socket = new WebSocket(`${origin}${path}`, { headers: { authorization } });
  open.push({ close: () => socket.terminate() });
  const said: string[] = [];
  socket.on("error", () => undefined);
  socket.on("open", () => messages.forEach((message) => socket.send(message)));
  socket.on("message", (data: Buffer) => {
    const { type, message } = JSON.parse(data.toString()) as { readonly type: string; readonly message?: string };
    said.push(message ?? type);
  });
  return await new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => {
      response.on("data", (body: Buffer) => resolve(`${response.statusCode} ${(JSON.parse(body.toString()) as { readonly error: string }).error}`));
    });
    socket.on("close", (code) => resolve([...said.slice(1), code].join(", ")));
  });
}

describe("the fake refuses", () => {
  it.each([
    ["/v1/tts?encoding=mulaw", "404 The requested resource was not found."],
    [`${PATH}&model=grok-transcribe`, "400 unknown parameter model"],
    [`${PATH}&interim_results=yes`, "400 invalid value of interim_results"],
    [`${PATH}&endpointing=800&endpointing=900`, "400 endpointing is given too often"],
    [`${PATH}&endpointing=5001`, "400 endpointing is out of range"],
    [`${PATH}&language=en-US`, "400 invalid value of language"],
    [`${PATH}&keyterm=${"x".repeat(51)}`, "400 invalid value of keyterm"],
    [PATH.replace("mulaw", "linear16"), "400 invalid value of encoding"],
    [PATH.replace("8000", "11025"), "400 invalid value of sample_rate"],
  ])("%s", async (path, words) => {
    expect(await ending(await start(), [], path)).toBe(words);
  });

  it("a key that it does not know", async () => {
    expect(await ending(await start(), [], PATH, "Bearer another")).toBe("401 Incorrect API key provided.");
    expect(await ending(await start(), [], PATH, API_KEY)).toBe("401 Incorrect API key provided.");
  });
});

describe("the fake ends", () => {
  it.each(["hello", '{"type":"KeepAlive"}', '{"type":"audio.done","now":true}', '{"type":"input_audio_buffer.append","audio":"AAAA"}'])("a session that says %s", async (message) => {
    expect(await ending(await start(), [message])).toBe("Unknown message, 1008");
  });

  it("a session whose client asks for it", async () => {
    expect(await ending(await start(), [new Uint8Array(800), '{"type":"audio.done"}'])).toBe("transcript.done, 1000");
  });

  it("a session where nothing comes for half a minute", async () => {
    const clock = createVirtualClock();
    const service = await start(clock);
    const ended = ending(service);
    while (service.sessions.length === 0) await new Promise<void>((resolve) => void setImmediate(resolve));
    await clock.advance(30_000);
    expect(await ended).toBe("Session timed out waiting for audio, 1008");
  });
});
