import { LIVE_AUDIO_DEFAULTS } from "@openclaw/call-engine";
import { isTelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { parseConfig } from "./parse.ts";
import { toTelephoneSettings } from "./settings.ts";

const settingsOf = (raw: unknown) => {
  const result = parseConfig(raw);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return toTelephoneSettings(result.config);
};

describe("the engine's settings", () => {
  it("are the defaults in milliseconds, without members that are absent", () => {
    expect(settingsOf({ provider: "mock" })).toStrictEqual({
      carrier: "mock",
      carrierConfig: {},
      audioMode: "native",
      ...LIVE_AUDIO_DEFAULTS,
      defaultMode: "notify",
      notifyHangupDelayMs: 3000,
      machineDetection: "off",
      outbound: { premiumRate: "refuse" },
      transfer: { allowTo: [] },
      inboundPolicy: "disabled",
      pairingMessage: expect.stringContaining("The owner has been asked") as string,
      allowFrom: [],
      numbers: {},
      sessionScope: "per-phone",
      responseTimeoutMs: 30_000,
      maxDurationMs: 300_000,
      staleCallMs: 120_000,
      silenceTimeoutMs: 800,
      transcriptTimeoutMs: 180_000,
      ringTimeoutMs: 30_000,
      maxConcurrentCalls: 1,
      serve: { port: 3334, bind: "127.0.0.1", path: "/voice/webhook" },
      webhookSecurity: { trustForwardingHeaders: false },
      skipSignatureVerification: false,
    });
  });

  it("carry what is configured", () => {
    const text = {
      fromNumber: "+15550001234", toNumber: "+15550005678", inboundGreeting: "Hello", agentId: "main", responseModel: "a/b",
      responseSystemPrompt: "Be brief", language: "de-DE", publicUrl: "https://voice.example.com/voice/webhook",
    };
    const settings = settingsOf({
      ...text,
      provider: "acme",
      acme: { region: "x" },
      outbound: { defaultMode: "conversation", notifyHangupDelaySec: 1.5, machineDetection: "leave-message", voicemailMessage: "Call us back" },
      staleCallReaperSeconds: 0,
    });
    expect(settings).toMatchObject({ ...text, carrier: "acme", carrierConfig: { region: "x" }, defaultMode: "conversation", notifyHangupDelayMs: 1500, staleCallMs: 0, machineDetection: "leave-message", voicemailMessage: "Call us back" });
  });

  it("carry the owner's rules for calls, and nothing else of that section", () => {
    const rules = {
      allowTo: ["+4930*"], allowCountries: ["DE"], premiumRate: "allow", maxCallsPerHour: 5, quietHours: { from: "22:00", to: "07:00" },
    };
    const settings = settingsOf({ provider: "mock", outbound: { ...rules, defaultMode: "conversation" }, transfer: { allowTo: ["+493012345"] } });
    expect(settings.outbound).toStrictEqual(rules);
    expect(settings.transfer).toStrictEqual({ allowTo: ["+493012345"] });
  });

  it("have a route for each line, whose voice is merged over the general one", () => {
    const route = { inboundGreeting: "Shop", agentId: "shop", responseTimeoutMs: 5000 };
    const tts = { provider: "a", providers: { a: { voice: "one", speed: 2 }, b: { voice: "three" } } };
    const settings = settingsOf({
      provider: "mock",
      tts,
      numbers: { "+15550009999": { ...route, tts: { providers: { a: { voice: "two" } } } }, "+15550008888": {} },
    });
    const section = { provider: "a", providers: { a: { voice: "two", speed: 2 }, b: { voice: "three" } } };
    expect(settings.speech).toStrictEqual({ provider: "a", section: tts });
    expect(settings.numbers).toStrictEqual({ "+15550009999": { ...route, speech: { provider: "a", section } }, "+15550008888": {} });
  });

  it("carry what calls with live audio look at", () => {
    const settings = settingsOf({
      provider: "mock",
      streaming: { enabled: true, provider: "acme", providers: { acme: { apiKey: "k" } }, streamPath: "/audio", leadMs: 300 },
      bargeIn: { noiseMarginDb: 12 },
      thinking: { afterMs: 2000 },
      inactivity: { promptAfterMs: 9000, hangupAfterMs: 9000 },
    });
    expect(settings.streaming).toMatchObject({ transcriber: "acme", sections: { acme: { apiKey: "k" } }, path: "/audio", leadMs: 300 });
    expect(settings.bargeIn).toMatchObject({ marginDb: 12 });
    expect(settings.thinking.afterMs).toBe(2000);
    expect(settings.inactivity).toMatchObject({ promptAfterMs: 9000, hangupAfterMs: 9000 });
  });

  it("have one audio mode", () => {
    expect(settingsOf({ provider: "mock", streaming: { enabled: true } }).audioMode).toBe("streaming");
    expect(settingsOf({ provider: "mock", inboundPolicy: "open", realtime: { enabled: true } }).audioMode).toBe("realtime");
  });

  it("take no section from the prototype", () => {
    expect(settingsOf({ provider: "constructor" }).carrierConfig).toEqual({});
  });

  it("do not exist without a carrier: the error names the key", () => {
    let thrown: unknown;
    try {
      settingsOf({});
    } catch (error) {
      thrown = error;
    }
    expect(isTelephonyError(thrown, "config-invalid")).toBe(true);
    expect(String(thrown)).toContain("plugins.entries.voice-call.config.provider");
  });
});
