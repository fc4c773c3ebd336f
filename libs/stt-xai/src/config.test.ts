import { ALAW_8K, pcm16, type TranscriberRequest } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import type { XAiConfig } from "./config.ts";
import { xAiDefinition } from "./definition.ts";
import { target } from "./protocol.ts";
import { REQUEST } from "./test/bench.ts";

const MINIMAL: XAiConfig = { apiKey: "secret-key" };
const validate = async (section: unknown) => await xAiDefinition.config["~standard"].validate(section);

/** Every fault with its key, as an operator reads it. */
async function faults(section: unknown): Promise<string[]> {
  const { issues = [] } = await validate(section);
  return issues.map(({ path = [], message }) => `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`);
}

describe("xAI's section of the configuration", () => {
  it.each<XAiConfig>([
    MINIMAL,
    { ...MINIMAL, language: "en-US", interimResults: false, endpointingMs: 300, baseUrl: "wss://xai.proxy.example.com/v1" },
    { ...MINIMAL, baseUrl: "ws://127.0.0.1:8080/v1", encoding: "mulaw", sampleRate: 8000 },
  ])("takes %o", async (section) => {
    expect(await validate(section)).toEqual({ value: section });
  });

  it.each([
    [undefined, [/^apiKey: /]],
    [{ ...MINIMAL, apikey: "x" }, [/"apikey"/]],
    [{ ...MINIMAL, apiKey: "" }, [/^apiKey: /]],
    [{ ...MINIMAL, baseUrl: "ws://api.x.ai/v1" }, [/^baseUrl: has to be an https or wss URL/]],
    [{ ...MINIMAL, language: "English!" }, [/^language: has to be a language/]],
    [{ ...MINIMAL, interimResults: "yes" }, [/^interimResults: /]],
    [{ ...MINIMAL, endpointingMs: 5 }, [/^endpointingMs: /]],
    [{ ...MINIMAL, endpointingMs: 5001 }, [/^endpointingMs: /]],
    [{ ...MINIMAL, model: "grok-transcribe" }, [/"model"/]],
  ] as const)("names what is wrong in %o", async (section, messages) => {
    const found = await faults(section);
    expect(found).toHaveLength(messages.length);
    messages.forEach((message, index) => expect(found[index]).toMatch(message));
    expect(found.join()).not.toContain(MINIMAL.apiKey);
  });

  it("is filled from the environment", () => {
    expect(xAiDefinition.env).toEqual({ apiKey: ["XAI_API_KEY"], baseUrl: ["XAI_BASE_URL"] });
  });
});

describe("the URL of a session", () => {
  const query = (config: Partial<XAiConfig>, request: Partial<TranscriberRequest> = {}) => {
    const { searchParams } = new URL(target({ ...MINIMAL, ...config }, { ...REQUEST, ...request }).url);
    return Object.fromEntries([...searchParams.keys()].map((key) => [key, searchParams.getAll(key).join("|")]));
  };

  it("says what xAI needs to know", () => {
    const { url, headers } = target(MINIMAL, REQUEST);
    expect(url).toMatch(/^wss:\/\/api\.x\.ai\/v1\/stt\?/);
    expect(headers).toEqual({ authorization: "Bearer secret-key" });
    expect(query({})).toEqual({ sample_rate: "8000", encoding: "mulaw", interim_results: "true", endpointing: "800" });
  });

  it("follows the configuration before the request", () => {
    const request = { language: "en-US", endSilenceMs: 700, format: pcm16(16_000) };
    expect(query({}, request)).toMatchObject({ language: "en", endpointing: "700", encoding: "pcm", sample_rate: "16000" });
    expect(query({ language: "de-CH", endpointingMs: 300, interimResults: false }, { ...request, format: ALAW_8K })).toEqual({
      language: "de",
      endpointing: "300",
      interim_results: "false",
      encoding: "alaw",
      sample_rate: "8000",
    });
  });

  it("asks for no more than xAI takes", () => {
    expect(query({}, { endSilenceMs: 9_000.4 })).toMatchObject({ endpointing: "5000" });
    expect(query({}, { hints: ["Acme", "", "x".repeat(51), "Pott & Son"] })).toMatchObject({ keyterm: "Acme|Pott & Son" });
    expect(query({}, { hints: Array.from({ length: 101 }, (_, at) => `term${at}`) })["keyterm"]?.split("|")).toHaveLength(100);
  });

  it("stands below another address", () => {
    expect(target({ ...MINIMAL, baseUrl: "https://xai.proxy.example.com/base/v1/" }, REQUEST).url).toMatch(/^wss:\/\/xai\.proxy\.example\.com\/base\/v1\/stt\?/);
  });
});
