import { ALAW_8K, MULAW_8K, type AudioFormat, type DecodedFrame, type FrameCodec } from "@openclaw/telephony-contract";
import { fieldsOf, frameFault, openJsonFrames, readMark, type JsonFrames, type MessageFields } from "@openclaw/telephony-kit";

/** Codecs of the caller's sound that we know. PCMU is asked for; where Telnyx cannot transcode, it sends the call's own. What we send is PCMU in any case. */
const CODECS: Readonly<Record<string, AudioFormat>> = { PCMU: MULAW_8K, PCMA: ALAW_8K };

const MESSAGES: JsonFrames = {
  readers: {
    start: started,
    mark: ({ mark }) => readMark(fieldsOf(mark).name),
    stop: () => ({ type: "stopped" }),
    error: ({ payload }) => refused(fieldsOf(payload)),
    // Keys come by webhook as well, so that those of the stream are left alone.
  },
  words: () => ({
    audio: ['{"event":"media","media":{"payload":"', '"}}'],
    mark: (name) => ({ event: "mark", mark: { name } }),
    clear: { event: "clear" },
  }),
};

/**
 * Telnyx' media socket with RTP payloads as JSON (developers.telnyx.com, "Stream call media over WebSocket"). Frames may come in
 * any order; each has its number.
 */
export const frames: FrameCodec = {
  open: () => openJsonFrames(MESSAGES),
  // One message may hold 20 ms to 30 s. A second is plenty, and small enough for any limit on the way. How much Telnyx
  // queues is nowhere said: it is at least one message of the largest kind.
  limits: { maxMessageBytes: 65_536, minChunkMs: 20, maxChunkMs: 1_000, maxBufferedMs: 30_000 },
};

/** The start decides what is decoded, not what was asked for. */
function started({ start, stream_id: streamId }: MessageFields): DecodedFrame {
  const { call_control_id: leg, media_format: format } = fieldsOf(start);
  const { encoding, sample_rate: rate } = fieldsOf(format);
  if (typeof leg !== "string" || leg === "" || typeof encoding !== "string") return frameFault("malformed-start", "The start names no call or no codec");
  // Another one is told by its name, which no telephone knows: Telnyx does not say in which order the bytes of L16 are.
  const formatIn = (Object.hasOwn(CODECS, encoding) ? CODECS[encoding] : undefined) ?? { encoding, sampleRate: Number(rate) };
  return { type: "started", carrierIds: [leg], formatIn, formatOut: MULAW_8K, ...(typeof streamId === "string" && { streamId }) };
}

/** Telnyx did not take something of ours. Its title is a fixed word; the detail may repeat what we sent. */
function refused({ code, title }: MessageFields): DecodedFrame {
  const word = typeof title === "string" && /^\w{1,40}$/.test(title) ? title : "unknown_error";
  return frameFault(/^\d{1,8}$/.test(String(code)) ? `telnyx-${String(code)}` : "telnyx-unknown", `Telnyx did not take a message: ${word}`);
}
