import { MULAW_8K, type AudioFormat, type DecodedFrame, type FrameCodec, type FrameSession } from "@openclaw/telephony-contract";
import { fieldsOf, frameFault, openJsonFrames, readMark, type FrameWords, type MessageFields } from "@openclaw/telephony-kit";
import { createUpgradeCheck } from "./signature.ts";

/** µ-law as Plivo's messages call it: without the rate, which stands beside it. */
const MULAW = "audio/x-mulaw";

/** Plivo's media socket (plivo.com/docs/voice-agents/audio-streaming). `authToken` proves upgrade requests. */
export function createFrameCodec(authToken: string): FrameCodec {
  return {
    open,
    authorizeUpgrade: createUpgradeCheck(authToken),
    // One message may have 64 KB, with 16 KB of base64 for audio. Pages disagree on the buffer, 40 or 60 s.
    limits: { maxMessageBytes: 65_536, minChunkMs: 20, maxChunkMs: 1_000, maxBufferedMs: 40_000 },
  };
}

function open(): FrameSession {
  /** Plivo's times are those of its clock: of the first frame, in milliseconds since the epoch. */
  let startMs: number | undefined;
  const sinceStart = (timestamp: number): number => timestamp - (startMs ??= timestamp);
  return openJsonFrames({
    words,
    sinceStart,
    readers: {
      start: started,
      dtmf: ({ dtmf }) => pressed(fieldsOf(dtmf), sinceStart),
      playedStream: ({ name }) => readMark(name),
      clearedAudio: () => ({ type: "cleared" }),
      // These three are in Plivo's own code and in none of its pages.
      stop: () => ({ type: "stopped" }),
      error: () => frameFault("plivo-error", "Plivo reports a fault of the stream"),
      playFailed: () => frameFault("plivo-play-failed", "Plivo could not play what it was sent"),
    },
  });
}

function words(streamId: string): FrameWords {
  return {
    audio: [`{"event":"playAudio","media":{"contentType":"${MULAW}","sampleRate":8000,"payload":"`, '"}}'],
    mark: (name) => ({ event: "checkpoint", streamId, name }),
    clear: { event: "clearAudio", streamId },
    digits: (digits) => {
      // There are no pauses between keys here, and no A to D.
      const dtmf = digits.replaceAll(/[^0-9*#]/g, "");
      return dtmf === "" ? undefined : { event: "sendDTMF", dtmf };
    },
  };
}

function started({ start }: MessageFields): DecodedFrame {
  const { callId, streamId, mediaFormat } = fieldsOf(start);
  const { encoding, sampleRate } = fieldsOf(mediaFormat);
  if (typeof callId !== "string" || callId === "" || typeof streamId !== "string" || typeof encoding !== "string")
    return frameFault("malformed-start", "The start lacks the call, the stream or the format");
  // Anything but what our documents ask for is told by its name, which no telephone knows.
  const format: AudioFormat = encoding === MULAW && Number(sampleRate) === 8000 ? MULAW_8K : { encoding, sampleRate: Number(sampleRate) };
  return { type: "started", carrierIds: [callId], streamId, formatIn: format, formatOut: format };
}

function pressed({ digit, timestamp }: MessageFields, sinceStart: (timestamp: number) => number): DecodedFrame {
  if (typeof digit !== "string" || !/^[0-9A-D*#]$/.test(digit)) return frameFault("malformed-key", "The message names no key");
  const at = Number(timestamp);
  return { type: "dtmf", digit, ...(Number.isFinite(at) && { timeMs: sinceStart(at) }) };
}
