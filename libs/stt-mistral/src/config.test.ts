import { ALAW_8K, pcm16 } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import type { MistralConfig } from "./config.ts";
import { mistralDefinition } from "./definition.ts";
import { sessionUpdate, target } from "./protocol.ts";
import { REQUEST } from "./test/bench.ts";

const MINIMAL: MistralConfig = { apiKey: "secret-key" };
const validate = async (section: unknown) => await mistralDefinition.config["~standard"].validate(section);

/** Every fault with its key, as an operator reads it. */
async function faults(section: unknown): Promise<string[]> {
  const { issues = [] } = await validate(section);
  return issues.map(({ path = [], message }) => `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`);
}

describe("Mistral's section of the configuration", () => {
  it.each<MistralConfig>([
    MINIMAL,
    { ...MINIMAL, model: "voxtral-mini-transcribe-realtime-latest", targetStreamingDelayMs: 240, baseUrl: "wss://mistral.proxy.example.com" },
    { ...MINIMAL, baseUrl: "ws://127.0.0.1:8080/v1", encoding: "pcm_mulaw", sampleRate: 8000 },
  ])("takes %o", async (section) => {
    expect(await validate(section)).toEqual({ value: section });
  });

  it.each([
    [undefined, [/^apiKey: /]],
    [{ ...MINIMAL, apikey: "x" }, [/"apikey"/]],
    [{ ...MINIMAL, apiKey: "" }, [/^apiKey: /]],
    [{ ...MINIMAL, baseUrl: "ws://api.mistral.ai" }, [/^baseUrl: has to be an https or wss URL/]],
    [{ ...MINIMAL, model: "voxtral mini" }, [/^model: has to be the name of a model/]],
    [{ ...MINIMAL, targetStreamingDelayMs: 79 }, [/^targetStreamingDelayMs: /]],
    [{ ...MINIMAL, targetStreamingDelayMs: 2401 }, [/^targetStreamingDelayMs: /]],
    [{ ...MINIMAL, language: "en" }, [/"language"/]],
  ] as const)("names what is wrong in %o", async (section, messages) => {
    const found = await faults(section);
    expect(found).toHaveLength(messages.length);
    messages.forEach((message, index) => expect(found[index]).toMatch(message));
    expect(found.join()).not.toContain(MINIMAL.apiKey);
  });

  it("is filled from the environment", () => {
    expect(mistralDefinition.env).toEqual({ apiKey: ["MISTRAL_API_KEY"], baseUrl: ["MISTRAL_REALTIME_BASE_URL"] });
  });
});

describe("where a session goes", () => {
  const path = "/v1/audio/transcriptions/realtime?model=voxtral-mini-transcribe-realtime-2602";

  it.each([
    [{}, `wss://api.mistral.ai${path}`],
    [{ baseUrl: "https://mistral.proxy.example.com/v1/" }, `wss://mistral.proxy.example.com${path}`],
    [{ baseUrl: "ws://127.0.0.1:4010/base" }, `ws://127.0.0.1:4010/base${path}`],
    [{ model: "voxtral-next-realtime" }, "wss://api.mistral.ai/v1/audio/transcriptions/realtime?model=voxtral-next-realtime"],
  ])("with %o is %s", (config, url) => {
    expect(target({ ...MINIMAL, ...config })).toEqual({ url, headers: { authorization: "Bearer secret-key" } });
  });
});

describe("how a session is set up", () => {
  it.each([
    [REQUEST.format, {}, { audio_format: { encoding: "pcm_mulaw", sample_rate: 8000 } }],
    [ALAW_8K, { targetStreamingDelayMs: 240 }, { audio_format: { encoding: "pcm_alaw", sample_rate: 8000 }, target_streaming_delay_ms: 240 }],
    [pcm16(16_000), {}, { audio_format: { encoding: "pcm_s16le", sample_rate: 16_000 } }],
  ])("for %o with %o", (format, config, session) => {
    expect(JSON.parse(sessionUpdate({ ...MINIMAL, ...config }, format))).toEqual({ type: "session.update", session });
  });
});
