import { bytesPerSample, type AudioFormat } from "../../audio.ts";
import { isTelephonyError } from "../../errors.ts";
import { describeError, ensure, ensureSame } from "../assertions.ts";
import type { TranscriberCase } from "../transcriber-case.ts";
import type { TestTranscriptionSession } from "../transcriber-harness.ts";
import { eventsOf, noise, type OpenSession, type TranscriberTrial } from "../transcriber-session.ts";

/**
 * Milliseconds of audio by which the kit writes: a transcriber that gathers it into messages of 20, 40, 50, 80, 100 or
 * 200 ms has sent all of it then.
 */
export const STRETCH_MS = 400;
const FRAME_MS = 20;

/** T1 and T2: from `open` until audio arrives as it is. */
export const AUDIO_CASES: readonly TranscriberCase[] = [
  {
    rule: "T1.ready",
    async run(trial) {
      const { session, peer } = await trial.ready();
      peer.final("Something.");
      await trial.all(session, peer);
      ensureSame(session.events[0]?.type, "ready", "the first event");
      ensureSame(eventsOf(session.events, "ready").length, 1, "times that ready was reported");
    },
  },
  {
    rule: "T1.queue",
    async run(trial) {
      const session = trial.open();
      const audio = stretch(trial.format, 1, 2 * STRETCH_MS);
      writeFrames(session, trial.format, audio);
      await trial.until(() => eventsOf(session.events, "ready").length > 0, "ready was not reported");
      const later = stretch(trial.format, 2);
      session.write(later);
      await arrives(trial, trial.peer(0), [audio, later], "audio that was written before the service was ready");
    },
  },
  {
    rule: "T2.pass-through",
    async run(trial) {
      for (const [index, format] of trial.capabilities.formats.entries()) {
        const session = trial.open({ format });
        const audio = stretch(format, index + 3);
        await trial.until(() => eventsOf(session.events, "ready").length > 0, `ready was not reported for ${format.encoding} at ${format.sampleRate} Hz`);
        writeFrames(session, format, audio);
        await arrives(trial, trial.peer(index), [audio], `${format.encoding} at ${format.sampleRate} Hz`);
      }
    },
  },
  {
    rule: "T2.copied",
    async run(trial) {
      const session = trial.open();
      const frame = stretch(trial.format, 4);
      const audio = Uint8Array.from(frame);
      session.write(frame);
      frame.fill(0);
      await trial.until(() => eventsOf(session.events, "ready").length > 0, "ready was not reported");
      await arrives(trial, trial.peer(0), [audio], "audio whose buffer was used again");
    },
  },
  {
    rule: "T2.format",
    async run(trial) {
      const error = await refusal(trial, { encoding: "smoke-signals", sampleRate: 8000 });
      ensure(isTelephonyError(error, "unsupported"), `a format that is not declared is refused with ${describeError(error)}, not unsupported`);
    },
  },
];

/** How a session in a format that nobody declared is refused: by `open` itself, or as its first and last event. */
async function refusal(trial: TranscriberTrial, format: AudioFormat): Promise<unknown> {
  let session: OpenSession;
  try {
    session = trial.open({ format });
  } catch (error) {
    return error;
  }
  return (await trial.event(session, "failed", () => true, "a format that is not declared is accepted")).error;
}

/** Audio of a format, told from that of another seed. */
export function stretch(format: AudioFormat, seed: number, ms = STRETCH_MS): Uint8Array {
  return noise(seed, (bytesPerSample(format) * format.sampleRate * ms) / 1000);
}

/** Writes audio as it comes in a call: 20 ms at a time. */
export function writeFrames(session: OpenSession, format: AudioFormat, audio: Uint8Array): void {
  const frame = (bytesPerSample(format) * format.sampleRate * FRAME_MS) / 1000;
  for (let at = 0; at < audio.length; at += frame) session.write(audio.subarray(at, at + frame));
}

/** Waits until a connection has all of this audio, and nothing else. */
export async function arrives(trial: TranscriberTrial, peer: TestTranscriptionSession, audio: readonly Uint8Array[], what: string): Promise<void> {
  const wanted = Buffer.concat(audio);
  await trial.until(() => peer.received().length >= wanted.length, `${what}: of ${wanted.length} bytes not all arrived`);
  const got = Buffer.from(peer.received());
  ensureSame(got.length, wanted.length, `${what}: bytes that arrived`);
  ensure(got.equals(wanted), `${what}: other bytes arrived than were written`);
}
