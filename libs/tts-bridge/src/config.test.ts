import { expect, it } from "vitest";
import { configSchema } from "./config.ts";

it("no section at all is one with defaults", async () => {
  expect(await configSchema["~standard"].validate(undefined)).toEqual({ value: { timeoutMs: 6000 } });
});

it("the host's keys are the host's to know", async () => {
  const tts = { provider: "openai", providers: { openai: { apiKey: { source: "env", provider: "default", id: "OPENAI_API_KEY" } } } };
  expect(await configSchema["~standard"].validate({ tts, timeoutMs: 8000 })).toEqual({ value: { tts, timeoutMs: 8000 } });
});
