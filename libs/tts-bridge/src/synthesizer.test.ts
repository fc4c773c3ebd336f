import { ALAW_8K, MULAW_8K, pcm16, type AudioFormat, type Speech } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock, type SpeechFault } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { hostSpeechDefinition } from "./definition.ts";
import { FakeHost, WHOLE, type FakeProvider } from "./testing/index.ts";

const KEY = "sk-of-the-fake-host-0123456789";
const TEXT = "The train to Ghent leaves at seven.";

type Tts = Readonly<Record<string, unknown>>;

/** A host with these providers, all set up, the first one configured unless `tts` says otherwise. */
async function open(providers: Readonly<Record<string, FakeProvider>>, { tts = {}, section }: { tts?: Tts; section?: Tts } = {}) {
  const clock = createVirtualClock();
  const log = createLogRecorder();
  const sections = Object.fromEntries(Object.keys(providers).map((id) => [id, { apiKey: KEY }]));
  const host = new FakeHost({ clock, providers, config: { tts: { provider: Object.keys(providers)[0], providers: sections, ...tts } } });
  const definition = hostSpeechDefinition(host);
  const synthesizer = await definition.create({ timeoutMs: 6000, ...(section && { tts: section }) }, { clock, log, signal: new AbortController().signal });
  const speak = (text = TEXT, preferred: AudioFormat = MULAW_8K, signal = new AbortController().signal) => synthesizer.synthesize({ text, preferred, signal });
  return { clock, log, host, speak, synthesizer };
}

async function bytes({ audio }: Speech): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of audio) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("what the host is asked", () => {
  it("merges the telephone's tts over the host's, and leaves the host's as it is", async () => {
    const { host, speak } = await open({ openai: WHOLE, azure: WHOLE }, { section: { provider: "azure", providers: { azure: { speakerVoice: "anna" } } } });
    const before = structuredClone(host.config());
    await speak();
    expect(host.spokenTo).toEqual([{ provider: "azure", text: TEXT }]);
    expect(host.config()).toEqual(before);
  });

  it("takes the host's configuration as it is at every text", async () => {
    const { host, speak } = await open({ openai: WHOLE, azure: WHOLE });
    await speak();
    host.settings = { tts: { provider: "azure", providers: { azure: { apiKey: KEY } } } };
    await speak();
    expect(host.spokenTo.map(({ provider }) => provider)).toEqual(["openai", "azure"]);
  });

  it("speaks no directives, and does what they say", async () => {
    const { host, speak } = await open({ openai: WHOLE, azure: WHOLE });
    await speak(`[[tts:provider=azure]] ${TEXT}`);
    expect(host.spokenTo).toEqual([{ provider: "azure", text: TEXT }]);
    await expect(speak("[[tts:provider=azure]]")).rejects.toMatchObject({ code: "invalid-request" });
  });
});

describe("speech as a whole", () => {
  it.each<[string, FakeProvider["telephony"], AudioFormat]>([
    ["openai", { outputFormat: "pcm", sampleRate: 24_000 }, pcm16(24_000)],
    ["azure-speech", { outputFormat: "raw-8khz-8bit-mono-mulaw", sampleRate: 8000 }, MULAW_8K],
    ["gradium", { outputFormat: "ulaw_8000" }, MULAW_8K],
    ["another", { outputFormat: "alaw_8000", sampleRate: 8000 }, ALAW_8K],
  ])("has the format of %s", async (id, telephony, format) => {
    const { host, speak } = await open({ [id]: { ...(telephony && { telephony }) } });
    const speech = await speak();
    expect(speech).toMatchObject({ format, spokenBy: { provider: id } });
    expect(Buffer.from(host.spoken(TEXT, telephony?.outputFormat ?? "", telephony?.sampleRate).audio).equals(await bytes(speech))).toBe(true);
  });

  it.each([["mp3", 24_000], ["wav", 24_000], ["pcm", undefined]])("is refused where it is no bare audio: %s at %s Hz", async (outputFormat, sampleRate) => {
    const { speak } = await open({ odd: { telephony: { outputFormat, ...(sampleRate !== undefined && { sampleRate }) } } });
    await expect(speak()).rejects.toMatchObject({ code: "unsupported", message: expect.stringMatching(`odd speaks as ${outputFormat}`) as string });
  });
});

describe("a host that cannot speak", () => {
  const fails = async (fault: SpeechFault, providers: Readonly<Record<string, FakeProvider>> = { openai: WHOLE }, tts: Tts = {}) => {
    const { clock, host, speak, log } = await open(providers, { tts });
    host.failNext(fault);
    const asked = speak().catch((error: unknown) => error);
    await clock.advance(12_000);
    return { error: (await asked) as Error, log };
  };
  const FINE = "none" as SpeechFault;

  it.each<[string, () => ReturnType<typeof fails>, object]>([
    ["has a wrong key", () => fails("unauthorized"), { code: "auth-failed", retryable: false, message: expect.stringMatching(/tts\.providers: openai \(provider_error 401\)$/) as string }],
    ["is down", () => fails("server-error"), { code: "unavailable", retryable: true, message: "the host could not speak: openai (provider_error 503)" }],
    ["hangs", () => fails("stall"), { code: "timeout", retryable: true, message: "the host's speech took too long: openai (timeout)" }],
    ["brings nothing", () => fails("empty"), { code: "unavailable", message: "the host's provider openai brought no audio" }],
    ["is not set up", () => fails(FINE, { openai: WHOLE }, { providers: {} }), { code: "config-invalid", retryable: false, message: expect.stringContaining("openai (not_configured)") as string }],
    ["does not know its provider", () => fails(FINE, {}, { provider: "acme" }), { code: "config-invalid", message: expect.stringContaining("acme (no_provider_registered)") as string }],
    ["has none for telephones", () => fails(FINE, { microsoft: {} }), { code: "unsupported", message: expect.stringContaining("microsoft (unsupported_for_telephony)") as string }],
    ["finds the text too long", () => fails(FINE, { openai: WHOLE }, { maxTextLength: 10 }), { code: "invalid-request", message: "the text is longer than the host's tts.maxTextLength" }],
  ])("because it %s says so, and nothing of what was said or answered", async (_what, attempt, expected) => {
    const { error, log } = await attempt();
    expect(error).toMatchObject(expected);
    expect(`${error.message}${JSON.stringify(log.lines)}`).not.toMatch(/sk-|Ghent/);
  });

  it.each(["prepareTtsRequest", "textToSpeechTelephony"] as const)("because %s throws says so, and not what it threw", async (method) => {
    const { host, speak } = await open({ openai: WHOLE });
    Object.assign(host.tts, { [method]: () => { throw new Error(`no ${KEY}`); } });
    await expect(speak()).rejects.toMatchObject({ code: "unavailable", message: expect.not.stringContaining("sk-") as string });
  });

  it("is given up where it never settles", async () => {
    const { clock, host, speak } = await open({ openai: WHOLE });
    Object.assign(host.tts, { textToSpeechTelephony: () => new Promise(() => {}) });
    const asked = speak().catch((error: unknown) => error);
    await clock.advance(11_999);
    await clock.advance(1);
    expect(await asked).toMatchObject({ code: "timeout" });
    expect(clock.pending).toBe(0);
  });
});

describe("another provider in the configured one's place", () => {
  it("is told once for each pair, with reasons", async () => {
    const { host, speak, log } = await open({ openai: WHOLE, azure: WHOLE });
    for (const fault of ["unauthorized", "server-error"] as const) {
      host.failNext(fault);
      expect((await speak()).spokenBy.provider).toBe("azure");
    }
    await speak();
    host.settings = { tts: { provider: "azure", providers: { openai: { apiKey: KEY }, azure: { apiKey: KEY } } } };
    host.failNext("server-error");
    expect((await speak()).spokenBy.provider).toBe("openai");
    expect(log.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ["warn", { from: "openai", to: "azure", attempts: "openai (provider_error 401)" }],
      ["warn", { from: "azure", to: "openai", attempts: "azure (provider_error 503)" }],
    ]);
  });

  it("is no warning where the first one never speaks on telephones", async () => {
    const { speak, log } = await open({ microsoft: {}, openai: WHOLE });
    expect((await speak()).spokenBy.provider).toBe("openai");
    expect(log.lines).toMatchObject([{ level: "info", fields: { from: "microsoft", to: "openai" } }]);
  });
});
