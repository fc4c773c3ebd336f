import { ALAW_8K, pcm16, type TranscriberRequest } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import type { OpenAiConfig } from "./config.ts";
import { openAiDefinition } from "./definition.ts";
import { append, sessionUpdate, target } from "./protocol.ts";
import { REQUEST } from "./test/bench.ts";

const MINIMAL: OpenAiConfig = { apiKey: "secret-key" };
const validate = async (section: unknown) => await openAiDefinition.config["~standard"].validate(section);

/** Every fault with its key, as an operator reads it. */
async function faults(section: unknown): Promise<string[]> {
  const { issues = [] } = await validate(section);
  return issues.map(({ path = [], message }) => `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`);
}

describe("OpenAI's section of the configuration", () => {
  it.each<OpenAiConfig>([
    MINIMAL,
    { ...MINIMAL, model: "gpt-4o-mini-transcribe-2025-12-15", language: "de-AT", prompt: "A pharmacy.", silenceDurationMs: 500, vadThreshold: 0.6 },
    { ...MINIMAL, baseUrl: "https://openai.proxy.example.com/v1" },
    { ...MINIMAL, baseUrl: "ws://127.0.0.1:8080/v1", model: "whisper-large:v3" },
  ])("takes %o", async (section) => {
    expect(await validate(section)).toEqual({ value: section });
  });

  it.each([
    [undefined, [/^apiKey: /]],
    [{ ...MINIMAL, apikey: "x" }, [/"apikey"/]],
    [{ ...MINIMAL, apiKey: "" }, [/^apiKey: /]],
    [{ ...MINIMAL, baseUrl: "ws://api.openai.com/v1" }, [/^baseUrl: has to be an https or wss URL/]],
    [{ ...MINIMAL, model: "gpt transcribe" }, [/^model: has to be the name of a model/]],
    [{ ...MINIMAL, language: "German!" }, [/^language: has to be a language/]],
    [{ ...MINIMAL, prompt: "" }, [/^prompt: /]],
    [{ ...MINIMAL, model: "gpt-realtime-whisper", prompt: "A pharmacy." }, [/^prompt: is not known to gpt-realtime-whisper/]],
    [{ ...MINIMAL, silenceDurationMs: 99 }, [/^silenceDurationMs: /]],
    [{ ...MINIMAL, vadThreshold: 1.1 }, [/^vadThreshold: /]],
  ] as const)("names what is wrong in %o", async (section, messages) => {
    const found = await faults(section);
    expect(found).toHaveLength(messages.length);
    messages.forEach((message, index) => expect(found[index]).toMatch(message));
    expect(found.join()).not.toContain(MINIMAL.apiKey);
  });

  it("is filled from the environment", () => {
    expect(openAiDefinition.env).toEqual({ apiKey: ["OPENAI_API_KEY"] });
  });
});

describe("a session", () => {
  const request: TranscriberRequest = { ...REQUEST, language: "en-US", hints: ["Acme", "Pott & Son"] };
  const input = (config: Partial<OpenAiConfig>, change: Partial<TranscriberRequest> = {}, serverVad = true) => {
    const update = JSON.parse(sessionUpdate({ ...MINIMAL, ...config }, { ...request, ...change }, serverVad)) as { session: { audio: { input: object } } };
    return update.session.audio.input;
  };

  it("is for transcription, which the URL says instead of a model", () => {
    expect(target(MINIMAL)).toEqual({ url: "wss://api.openai.com/v1/realtime?intent=transcription", headers: { authorization: "Bearer secret-key" } });
    expect(target({ ...MINIMAL, baseUrl: "https://openai.proxy.example.com/base/v1/" }).url).toBe("wss://openai.proxy.example.com/base/v1/realtime?intent=transcription");
  });

  it("says all that it needs in one message", () => {
    expect(JSON.parse(sessionUpdate(MINIMAL, request, true))).toEqual({
      type: "session.update",
      session: {
        type: "transcription",
        audio: {
          input: {
            format: { type: "audio/pcmu" },
            transcription: { model: "gpt-transcribe", languages: ["en"], keywords: ["Acme", "Pott & Son"] },
            turn_detection: { type: "server_vad", silence_duration_ms: 800 },
          },
        },
      },
    });
  });

  it("follows the configuration before the request", () => {
    expect(input({ language: "de-AT", silenceDurationMs: 500, vadThreshold: 0.6 })).toMatchObject({
      transcription: { languages: ["de"] },
      turn_detection: { type: "server_vad", threshold: 0.6, silence_duration_ms: 500 },
    });
  });

  it.each([
    [ALAW_8K, { type: "audio/pcma" }],
    [pcm16(24_000), { type: "audio/pcm", rate: 24_000 }],
  ] as const)("takes %o as it is", (format, wanted) => {
    expect(input({}, { format })).toMatchObject({ format: wanted });
  });

  it.each([
    ["gpt-4o-transcribe", {}, { language: "en", prompt: "Acme, Pott & Son" }],
    ["gpt-4o-transcribe", { prompt: "A pharmacy." }, { language: "en", prompt: "A pharmacy." }],
    ["gpt-transcribe", { prompt: "A pharmacy." }, { languages: ["en"], prompt: "A pharmacy.", keywords: ["Acme", "Pott & Son"] }],
    ["gpt-4o-transcribe-diarize", {}, { language: "en" }],
    ["gpt-realtime-whisper", {}, { language: "en" }],
    ["gpt-live-transcribe-2026-08-01", {}, { languages: ["en"], keywords: ["Acme", "Pott & Son"] }],
  ])("tells %s, with %o, what it takes", (model, config, transcription) => {
    expect(input({ model, ...config })).toMatchObject({ transcription: { model, ...transcription } });
    expect(Object.keys((input({ model, ...config }) as { transcription: object }).transcription)).toHaveLength(1 + Object.keys(transcription).length);
  });

  it("is told nothing that nobody knows, and no more words than fit", () => {
    const { language: _, hints: __, ...bare } = request;
    expect(JSON.parse(sessionUpdate(MINIMAL, bare, true))).toMatchObject({ session: { audio: { input: { transcription: { model: "gpt-transcribe" } } } } });
    const hints = Array.from({ length: 200 }, (_each, at) => `word ${at}`);
    expect((input({}, { hints }) as { transcription: { keywords: string[] } }).transcription.keywords).toHaveLength(100);
  });

  it("looks for no turns where the model cannot", () => {
    expect(input({}, {}, false)).toMatchObject({ turn_detection: null });
  });

  it("carries audio as Base64, also from the middle of a buffer", () => {
    const audio = new Uint8Array([9, 9, 1, 2, 3, 255, 9]).subarray(2, 6);
    expect(JSON.parse(append(audio))).toEqual({ type: "input_audio_buffer.append", audio: "AQID/w==" });
  });
});
