import type { AudioFormat } from "../audio.ts";
import type { ProviderContext } from "../definition.ts";
import type { SpeechSynthesizer } from "../speech.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a synthesizer's author brings: a way to an instance, and the service that it asks. Fresh for every case. */
export interface SpeechHarness {
  /** Makes an instance that asks `service` rather than the real one. */
  create(context: ProviderContext): Promise<SpeechSynthesizer>;
  readonly service: TestSpeechService;
  /** Releases what the harness holds. */
  close?(): Promise<void> | void;
}

/** What the kit gives to a harness. */
export interface SpeechKit {
  /** The only time there is. */
  readonly clock: VirtualClock;
}

/** What is done to the synthesizer's next request. */
export type SpeechFault =
  /** It succeeds, as the service says, and brings no audio. */
  | "empty"
  /** It is refused with a server error. */
  | "server-error"
  /** It is refused because of its credentials. */
  | "unauthorized"
  /** It is never answered. */
  | "stall"
  /** Its audio begins and never ends. Asked only of a synthesizer whose capabilities say `streaming`. */
  | "stall-in-speech";

/** The service that the synthesizer asks, in the test's hands. Every text has audio of its own. */
export interface TestSpeechService {
  /** Every text that it was asked to speak, oldest first. */
  readonly asked: readonly string[];
  /** What it spoke for a text, as the synthesizer has to hand it on: after its containers and byte orders. */
  spoken(text: string): SpokenAudio | undefined;
  /** Does something to the next request, and only to that. */
  failNext(fault: SpeechFault): void;
}

/** Audio that a service made. */
export interface SpokenAudio {
  readonly format: AudioFormat;
  readonly audio: Uint8Array;
}
