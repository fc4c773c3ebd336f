import { MULAW_8K, pcm16, type TranscriberRequest } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import type { ElevenLabsConfig } from "./config.ts";
import { elevenLabsDefinition } from "./definition.ts";
import { chunk, target } from "./protocol.ts";
import { REQUEST } from "./test/bench.ts";

const MINIMAL: ElevenLabsConfig = { apiKey: "secret-key" };
const validate = async (section: unknown) => await elevenLabsDefinition.config["~standard"].validate(section);

/** Every fault with its key, as an operator reads it. */
async function faults(section: unknown): Promise<string[]> {
  const { issues = [] } = await validate(section);
  return issues.map(({ path = [], message }) => `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`);
}

describe("ElevenLabs' section of the configuration", () => {
  it.each<ElevenLabsConfig>([
    MINIMAL,
    {
      ...MINIMAL,
      modelId: "scribe_v2_realtime",
      languageCode: "deu",
      commitStrategy: "vad",
      vadSilenceThresholdSecs: 0.5,
      vadThreshold: 0.5,
      minSpeechDurationMs: 200,
      minSilenceDurationMs: 200,
    },
    { ...MINIMAL, baseUrl: "https://elevenlabs.proxy.example.com" },
    { ...MINIMAL, baseUrl: "ws://127.0.0.1:8080", audioFormat: "ulaw_8000", sampleRate: 8000 },
  ])("takes %o", async (section) => {
    expect(await validate(section)).toEqual({ value: section });
  });

  it.each([
    [undefined, [/^apiKey: /]],
    [{ ...MINIMAL, apikey: "x" }, [/"apikey"/]],
    [{ ...MINIMAL, apiKey: "" }, [/^apiKey: /]],
    [{ ...MINIMAL, baseUrl: "ws://api.elevenlabs.io" }, [/^baseUrl: has to be an https or wss URL/]],
    [{ ...MINIMAL, modelId: "scribe v2" }, [/^modelId: has to be the name of a model/]],
    [{ ...MINIMAL, languageCode: "German!" }, [/^languageCode: has to be a language/]],
    [{ ...MINIMAL, commitStrategy: "manual" }, [/^commitStrategy: has to be "vad"/]],
    [{ ...MINIMAL, vadSilenceThresholdSecs: 0.2 }, [/^vadSilenceThresholdSecs: /]],
    [{ ...MINIMAL, vadThreshold: 1 }, [/^vadThreshold: /]],
    [{ ...MINIMAL, minSpeechDurationMs: 10, minSilenceDurationMs: 5000 }, [/^minSpeechDurationMs: /, /^minSilenceDurationMs: /]],
  ] as const)("names what is wrong in %o", async (section, messages) => {
    const found = await faults(section);
    expect(found).toHaveLength(messages.length);
    messages.forEach((message, index) => expect(found[index]).toMatch(message));
    expect(found.join()).not.toContain(MINIMAL.apiKey);
  });

  it("is filled from the environment", () => {
    expect(elevenLabsDefinition.env).toEqual({ apiKey: ["ELEVENLABS_API_KEY", "XI_API_KEY"] });
  });
});

describe("the URL of a session", () => {
  const query = (url: string) => Object.fromEntries([...new URL(url).searchParams.keys()].map((key) => [key, new URL(url).searchParams.getAll(key).join("|")]));
  const request: TranscriberRequest = { ...REQUEST, language: "en-US", hints: ["Acme", "Pott & Son", "A name of more than twenty characters"] };

  it("says all that ElevenLabs needs to know", () => {
    const { url, headers } = target(MINIMAL, request);
    expect(url).toMatch(/^wss:\/\/api\.elevenlabs\.io\/v1\/speech-to-text\/realtime\?/);
    expect(headers).toEqual({ "xi-api-key": "secret-key" });
    expect(url).not.toContain("secret-key");
    expect(query(url)).toEqual({
      model_id: "scribe_v2_realtime",
      audio_format: "ulaw_8000",
      commit_strategy: "vad",
      vad_silence_threshold_secs: "0.8",
      include_timestamps: "true",
      include_language_detection: "false",
      language_code: "en",
      keyterms: "Acme|Pott & Son",
    });
  });

  it("follows the configuration before the request", () => {
    const config: ElevenLabsConfig = { ...MINIMAL, languageCode: "deu", vadSilenceThresholdSecs: 0.5, vadThreshold: 0.5, minSpeechDurationMs: 200, minSilenceDurationMs: 150 };
    expect(query(target(config, { ...request, format: pcm16(16_000) }).url)).toMatchObject({
      audio_format: "pcm_16000",
      language_code: "deu",
      vad_silence_threshold_secs: "0.5",
      vad_threshold: "0.5",
      min_speech_duration_ms: "200",
      min_silence_duration_ms: "150",
    });
  });

  it.each([
    [100, "0.31"],
    [300, "0.31"],
    [5_000, "3"],
  ])("asks for a silence that ElevenLabs knows in place of %i ms", (endSilenceMs, seconds) => {
    expect(query(target(MINIMAL, { ...request, endSilenceMs }).url)["vad_silence_threshold_secs"]).toBe(seconds);
  });

  it("names no more words than ElevenLabs takes", () => {
    const hints = Array.from({ length: 60 }, (_, at) => `word ${at}`);
    expect(new URL(target(MINIMAL, { ...request, hints }).url).searchParams.getAll("keyterms")).toHaveLength(50);
  });

  it.each([
    ["https://elevenlabs.proxy.example.com/base/", "wss://elevenlabs.proxy.example.com/base/v1/speech-to-text/realtime"],
    ["https://elevenlabs.proxy.example.com/v1", "wss://elevenlabs.proxy.example.com/v1/speech-to-text/realtime"],
    ["ws://127.0.0.1:4010", "ws://127.0.0.1:4010/v1/speech-to-text/realtime"],
  ])("below %s is %s", (baseUrl, start) => {
    expect(target({ ...MINIMAL, baseUrl }, request).url.split("?")[0]).toBe(start);
  });
});

describe("a piece of audio", () => {
  it("goes as Base64, also from the middle of a buffer, and says that it ends nothing", () => {
    const audio = new Uint8Array([9, 9, 1, 2, 3, 255, 9]).subarray(2, 6);
    expect(JSON.parse(chunk(audio, MULAW_8K))).toEqual({ message_type: "input_audio_chunk", audio_base_64: "AQID/w==", commit: false, sample_rate: 8000 });
  });
});
