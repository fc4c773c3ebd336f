import { ALAW_8K, pcm16, type TranscriberRequest } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import type { DeepgramConfig } from "./config.ts";
import { deepgramDefinition } from "./definition.ts";
import { fluxTarget, novaTarget } from "./protocol.ts";
import { REQUEST } from "./test/bench.ts";

const MINIMAL: DeepgramConfig = { apiKey: "secret-key" };
const validate = async (section: unknown) => await deepgramDefinition.config["~standard"].validate(section);

/** Every fault with its key, as an operator reads it. */
async function faults(section: unknown): Promise<string[]> {
  const { issues = [] } = await validate(section);
  return issues.map(({ path = [], message }) => `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`);
}

describe("Deepgram's section of the configuration", () => {
  it.each<DeepgramConfig>([
    MINIMAL,
    { ...MINIMAL, model: "nova-2-phonecall", language: "multi", endpointingMs: 300, baseUrl: "wss://deepgram.proxy.example.com/v1" },
    { ...MINIMAL, model: "flux-general-en", eagerEotThreshold: 0.4, eotThreshold: 0.8, eotTimeoutMs: 3000, baseUrl: "ws://127.0.0.1:8080/v1" },
    { ...MINIMAL, encoding: "mulaw", sampleRate: 8000, interimResults: true },
  ])("takes %o", async (section) => {
    expect(await validate(section)).toEqual({ value: section });
  });

  it.each([
    [undefined, [/^apiKey: /]],
    [{ ...MINIMAL, apikey: "x" }, [/"apikey"/]],
    [{ ...MINIMAL, apiKey: "" }, [/^apiKey: /]],
    [{ ...MINIMAL, baseUrl: "ws://api.deepgram.com/v1" }, [/^baseUrl: has to be an https or wss URL/]],
    [{ ...MINIMAL, model: "nova 3" }, [/^model: has to be the name of a model/]],
    [{ ...MINIMAL, language: "" }, [/^language: /]],
    [{ ...MINIMAL, endpointingMs: 0 }, [/^endpointingMs: /]],
    [{ ...MINIMAL, eotThreshold: 0.4 }, [/^eotThreshold: /]],
    [{ ...MINIMAL, eagerEotThreshold: 0.8 }, [/^eagerEotThreshold: cannot be above eotThreshold/]],
    [{ ...MINIMAL, eotTimeoutMs: 100 }, [/^eotTimeoutMs: /]],
  ] as const)("names what is wrong in %o", async (section, messages) => {
    const found = await faults(section);
    expect(found).toHaveLength(messages.length);
    messages.forEach((message, index) => expect(found[index]).toMatch(message));
    expect(found.join()).not.toContain(MINIMAL.apiKey);
  });

  it("is filled from the environment", () => {
    expect(deepgramDefinition.env).toEqual({ apiKey: ["DEEPGRAM_API_KEY"], baseUrl: ["DEEPGRAM_BASE_URL"] });
  });
});

describe("the URL of a session", () => {
  const query = (url: string) => Object.fromEntries([...new URL(url).searchParams.keys()].map((key) => [key, new URL(url).searchParams.getAll(key).join("|")]));
  const request: TranscriberRequest = { ...REQUEST, language: "en-US", hints: ["Acme", "Pott & Son"] };

  it("says what Nova needs to know", () => {
    const { url, headers } = novaTarget(MINIMAL, request);
    expect(url).toMatch(/^wss:\/\/api\.deepgram\.com\/v1\/listen\?/);
    expect(headers).toEqual({ authorization: "Token secret-key" });
    expect(query(url)).toEqual({
      model: "nova-3",
      encoding: "mulaw",
      sample_rate: "8000",
      channels: "1",
      interim_results: "true",
      endpointing: "800",
      vad_events: "true",
      smart_format: "true",
      utterance_end_ms: "1000",
      language: "en-US",
      keyterm: "Acme|Pott & Son",
    });
  });

  it("follows the configuration before the request", () => {
    const { url } = novaTarget({ ...MINIMAL, model: "nova-2", language: "multi", endpointingMs: 1500 }, { ...request, format: pcm16(16_000) });
    expect(query(url)).toMatchObject({ model: "nova-2", encoding: "linear16", sample_rate: "16000", endpointing: "1500", utterance_end_ms: "1500", language: "multi", keywords: "Acme|Pott & Son" });
    expect(query(url)).not.toHaveProperty("keyterm");
  });

  it("says what Flux needs to know, and nothing of Nova", () => {
    const { url } = fluxTarget({ ...MINIMAL, model: "flux-general-multi", eagerEotThreshold: 0.4, eotThreshold: 0.8 }, { ...request, format: ALAW_8K });
    expect(url).toMatch(/^wss:\/\/api\.deepgram\.com\/v2\/listen\?/);
    expect(query(url)).toEqual({
      model: "flux-general-multi",
      encoding: "alaw",
      sample_rate: "8000",
      eot_threshold: "0.8",
      eager_eot_threshold: "0.4",
      eot_timeout_ms: "5000",
      keyterm: "Acme|Pott & Son",
      language_hint: "en",
    });
    expect(query(fluxTarget({ ...MINIMAL, model: "flux-general-en" }, request).url)).not.toHaveProperty("language_hint");
    expect(query(fluxTarget({ ...MINIMAL, model: "flux-general-multi", language: "multi" }, request).url)).not.toHaveProperty("language_hint");
  });

  it.each([
    ["https://deepgram.proxy.example.com/v1", "wss://deepgram.proxy.example.com/v2/listen"],
    ["https://deepgram.proxy.example.com/base/v2/", "wss://deepgram.proxy.example.com/base/v2/listen"],
    ["ws://127.0.0.1:4010", "ws://127.0.0.1:4010/v2/listen"],
  ])("below %s is %s for Flux", (baseUrl, start) => {
    expect(fluxTarget({ ...MINIMAL, model: "flux-general-en", baseUrl }, request).url.split("?")[0]).toBe(start);
  });
});
