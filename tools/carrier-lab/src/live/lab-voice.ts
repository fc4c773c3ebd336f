import { encodeMulaw } from "@openclaw/telephony-audio";
import { speakTones } from "@openclaw/phone-network/tones";
import { CONTRACT, MULAW_8K, type SpeechRequest, type SpeechSynthesizerDefinition, type TelephonyError } from "@openclaw/telephony-contract";
import { anySection } from "./lab-ear.ts";

/** What the voice does with a text before it speaks. Nothing: it speaks at once. */
export type VoiceScript = (request: SpeechRequest) => Promise<void | TelephonyError> | undefined;

/** The voice of the lab: texts as tones, which far ends understand. It stands where the host's speech does. */
export function labVoice(spoken: string[], script: () => VoiceScript): SpeechSynthesizerDefinition {
  return {
    contract: CONTRACT,
    kind: "speech-synthesizer",
    id: "host",
    label: "Voice of the lab",
    capabilities: { formats: [MULAW_8K] },
    config: anySection,
    create: () =>
      Promise.resolve({
        async synthesize(request) {
          const fault = await script()(request);
          if (fault) throw fault;
          spoken.push(request.text);
          return { format: MULAW_8K, audio: once(tones(request.text)), spokenBy: { provider: "lab" } };
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

// eslint-disable-next-line @typescript-eslint/require-await -- speech comes as it is made, also where it is there at once
async function* once(audio: Uint8Array): AsyncIterable<Uint8Array> {
  yield audio;
}
