import type { MediaDoor } from "@openclaw/call-engine";
import { registerProvider, type Clock, type Registry, type SpeechRequest, type TranscriberCapabilities } from "@openclaw/telephony-contract";
import { labEar, type EarScript, type EarSession } from "./lab-ear.ts";
import { labVoice, type VoiceScript } from "./lab-voice.ts";
import type { Line } from "./line.ts";
import { Lines } from "./lines.ts";
import { mediaPath, type MediaPath } from "./media-path.ts";
import { StallingClock } from "./stall.ts";

/** What calls with live audio have in a trial: an ear, voices and lines, each in the test's hands. */
export class LiveParts {
  /** Transcriptions, the oldest first. */
  readonly ears: EarSession[] = [];
  /** Texts that a voice was asked for and spoke. */
  readonly spoken: string[] = [];
  /** Everything that a voice was asked for. */
  readonly requests: SpeechRequest[] = [];
  /** The telephone's process, which a test can hold up. */
  readonly process: StallingClock;
  readonly path: MediaPath;
  readonly lines: Lines;
  /** What the voice does before it speaks. It stands where the host's speech does. */
  voice: VoiceScript = () => undefined;
  /** The same of a voice that settings may name as `other`. */
  otherVoice: VoiceScript = () => undefined;
  /** How the ear comes to be. */
  ear: EarScript = {};

  /** @param earCapabilities what the ear can do otherwise than usual */
  constructor(
    clock: Clock,
    door: () => MediaDoor,
    private readonly earCapabilities: Partial<TranscriberCapabilities> = {},
  ) {
    this.process = new StallingClock(clock);
    this.path = mediaPath(door, this.process);
    this.lines = new Lines(clock, this.process);
  }

  register(registry: Registry): void {
    const from = { mode: "full", version: "1.0.0" } as const;
    registerProvider(labEar(this.ears, this.earCapabilities, () => this.ear), { ...from, package: "lab-ear" }, registry);
    registerProvider(labVoice("host", this.requests, this.spoken, () => this.voice), { ...from, package: "lab-voice" }, registry);
    registerProvider(labVoice("other", this.requests, this.spoken, () => this.otherVoice), { ...from, package: "other-voice" }, registry);
  }

  /** The latest line. */
  get line(): Line {
    const line = this.lines.all.at(-1);
    if (!line) throw new Error("no audio was connected");
    return line;
  }

  /** The latest transcription. */
  get session(): EarSession {
    const session = this.ears.at(-1);
    if (!session) throw new Error("no transcription was opened");
    return session;
  }

  /** The latest audio connection breaks, whatever its transport. */
  breakLine(): void {
    const wire = this.path.wires.at(-1);
    if (wire) wire.break();
    else this.lines.breakLink();
  }

  /** Forgets what it wrote down, so that what is measured is not the lab. */
  forget(): void {
    for (const notes of [this.ears, this.spoken, this.requests, this.lines.all]) notes.length = 0;
    this.path.forget();
  }

  /** Resolves after so long; later where the telephone's process is held up. */
  readonly wait = (ms: number): Promise<void> => new Promise((resolve) => void this.process.schedule(ms, resolve));
}
