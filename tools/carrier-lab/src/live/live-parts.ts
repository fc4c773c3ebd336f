import type { MediaDoor } from "@openclaw/call-engine";
import { registerProvider, type Registry } from "@openclaw/telephony-contract";
import { labEar, type EarSession } from "./lab-ear.ts";
import { labVoice, type VoiceScript } from "./lab-voice.ts";
import { mediaPath, type MediaPath } from "./media-path.ts";

/** What calls with live audio have in a trial: an ear, a voice and a wire, each in the test's hands. */
export class LiveParts {
  /** Transcriptions, the oldest first. */
  readonly ears: EarSession[] = [];
  /** Texts that the voice was asked for and spoke. */
  readonly spoken: string[] = [];
  readonly path: MediaPath;
  /** What the voice does before it speaks. */
  voice: VoiceScript = () => undefined;

  constructor(door: () => MediaDoor) {
    this.path = mediaPath(door);
  }

  register(registry: Registry): void {
    const from = { mode: "full", version: "1.0.0" } as const;
    registerProvider(labEar(this.ears), { ...from, package: "lab-ear" }, registry);
    registerProvider(labVoice(this.spoken, () => this.voice), { ...from, package: "lab-voice" }, registry);
  }
}
