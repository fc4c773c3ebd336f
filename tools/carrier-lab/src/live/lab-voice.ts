import { encodeMulaw } from "@openclaw/telephony-audio";
import { speakTones } from "@openclaw/phone-network/tones";
import { CONTRACT, MULAW_8K, type AudioFormat, type SpeechRequest, type SpeechSynthesizerDefinition } from "@openclaw/telephony-contract";
import { anySection } from "./lab-ear.ts";

/** What the voice makes of a text: its tones at once, unless it is told something else. */
export type VoiceAnswer = void | Error | { readonly format?: AudioFormat; readonly audio: AsyncIterable<Uint8Array> };

/** What the voice does with a text before it speaks. Nothing: it speaks at once. */
export type VoiceScript = (request: SpeechRequest) => Promise<VoiceAnswer> | undefined;

/** The voice of the lab: texts as tones, which far ends understand. */
export function labVoice(id: string, requests: SpeechRequest[], spoken: string[], script: () => VoiceScript): SpeechSynthesizerDefinition {
  return {
    contract: CONTRACT,
    kind: "speech-synthesizer",
    id,
    label: "Voice of the lab",
    capabilities: { formats: [MULAW_8K] },
    config: anySection,
    create: () =>
      Promise.resolve({
        async synthesize(request) {
          requests.push(request);
          const answer = await script()(request);
          if (answer instanceof Error) throw answer;
          spoken.push(request.text);
          return { format: MULAW_8K, audio: pieces(tones(request.text)), spokenBy: { provider: id }, ...answer };
        },
        close: () => Promise.resolve(),
      }),
  };
}

/** A text as a far end in µ-law hears it. */
export function tones(text: string): Uint8Array {
  const samples = speakTones(text, MULAW_8K.sampleRate);
  const bytes = new Uint8Array(samples.length);
  encodeMulaw(samples, bytes);
  return bytes;
}

/** Audio that comes in pieces: each as large as `size` says, at once or after what `before` waits for. */
export async function* pieces(audio: Uint8Array, size: () => number = () => audio.length, before?: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for (let at = 0, length; at < audio.length; at += length) {
    length = Math.max(1, size());
    await before?.();
    yield audio.subarray(at, at + length);
  }
}
