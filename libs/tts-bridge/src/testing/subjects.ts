import type { SpeechHarness, SpeechKit, SpeechSubject } from "@openclaw/telephony-contract/testing";
import type { HostSpeechConfig } from "../config.ts";
import { hostSpeechDefinition } from "../definition.ts";
import { FakeHost, type FakeProvider } from "./fake-host.ts";

/** Unmistakable in a log. */
const API_KEY = "sk-of-the-fake-host-0123456789";

/** A provider that speaks as a whole, as most do. */
export const WHOLE: FakeProvider = { telephony: { outputFormat: "pcm", sampleRate: 24_000 } };

/** A provider that also streams, as what it is asked for. */
export const STREAMING: FakeProvider = {
  telephony: { outputFormat: "pcm_22050", sampleRate: 22_050 },
  streams: ({ outputFormat }) => (typeof outputFormat === "string" ? outputFormat : "mp3_44100_128"),
};

/** The section with which the subjects are tried. */
const CONFIG: HostSpeechConfig = { timeoutMs: 6000 };

/** A host in which one provider is set up. */
export function fakeHost(kit: SpeechKit, id: string, provider: FakeProvider): FakeHost {
  return new FakeHost({ ...kit, providers: { [id]: provider }, config: { tts: { provider: id, providers: { [id]: { apiKey: API_KEY } } } } });
}

function subject(name: string, streaming: boolean, makeHost: (kit: SpeechKit) => FakeHost, output: readonly [name: string, sampleRate?: number]): SpeechSubject & { readonly name: string } {
  const declared = hostSpeechDefinition({} as never);
  return {
    name,
    definition: streaming ? { ...declared, capabilities: { ...declared.capabilities, streaming } } : declared,
    config: CONFIG,
    invalidConfigs: [
      { config: { timeoutMs: 0 }, key: "timeoutMs" },
      { config: { tts: "openai" }, key: "tts" },
    ],
    harness(kit): SpeechHarness {
      const host = makeHost(kit);
      return {
        create: (context) => hostSpeechDefinition(host).create(CONFIG, context),
        service: {
          get asked() {
            return host.spokenTo.map(({ text }) => text);
          },
          spoken: (text) => host.spoken(text, ...output),
          failNext: (fault) => host.failNext(fault),
        },
      };
    },
  };
}

/** The host's speech as it is tried: with a provider that speaks texts as a whole, and with one that streams. */
export const subjects: readonly (SpeechSubject & { readonly name: string })[] = [
  subject("Speech of the host, as a whole", false, (kit) => fakeHost(kit, "openai", WHOLE), ["pcm", 24_000]),
  subject("Speech of the host, streaming", true, (kit) => fakeHost(kit, "elevenlabs", STREAMING), ["ulaw_8000"]),
];
