import { MULAW_8K, type AudioFormat, type DecodedFrame, type FrameCodec } from "@openclaw/telephony-contract";
import { fieldsOf, frameFault, openJsonFrames, readMark, type JsonFrames, type MessageFields } from "@openclaw/telephony-kit";
import { SIGNATURE_HEADER, type Signer } from "./signature.ts";

const MESSAGES: JsonFrames = {
  readers: {
    start: started,
    mark: ({ mark }) => readMark(fieldsOf(mark).name),
    dtmf: ({ dtmf }) => pressed(fieldsOf(dtmf)),
    stop: () => ({ type: "stopped" }),
  },
  words: (streamSid) => ({
    audio: [`{"event":"media","streamSid":"${streamSid}","media":{"payload":"`, '"}}'],
    mark: (name) => ({ event: "mark", streamSid, mark: { name } }),
    clear: { event: "clear", streamSid },
  }),
};

/** Twilio's media socket (twilio.com/docs/voice/media-streams). Keys are not among what it takes; they are made as tones. */
export function framesOf(signer: Signer): FrameCodec {
  return {
    open: () => openJsonFrames(MESSAGES),
    authorizeUpgrade: ({ url, headers }) => headers[SIGNATURE_HEADER] === undefined || spellings(url).some((spelling) => holds(signer, spelling, headers)),
    // Chunks may have any size, and how much is kept for playing is nowhere said: minutes, as it seems.
    limits: { maxMessageBytes: 16_384, minChunkMs: 20, maxChunkMs: 1_000, maxBufferedMs: 60_000 },
  };
}

function started({ start }: MessageFields): DecodedFrame {
  const { callSid, streamSid, mediaFormat } = fieldsOf(start);
  const { encoding, sampleRate } = fieldsOf(mediaFormat);
  if (typeof callSid !== "string" || callSid === "" || typeof streamSid !== "string" || !/^MZ\w+$/.test(streamSid) || typeof encoding !== "string")
    return frameFault("malformed-start", "The start lacks the call, the stream or the format");
  // Twilio has no other. Should it come to have one, it is told by its name, which no telephone knows.
  const format: AudioFormat = encoding === "audio/x-mulaw" && Number(sampleRate) === 8000 ? MULAW_8K : { encoding, sampleRate: Number(sampleRate) };
  return { type: "started", carrierIds: [callSid], streamId: streamSid, formatIn: format, formatOut: format };
}

function pressed({ digit }: MessageFields): DecodedFrame {
  return typeof digit === "string" && /^[0-9A-D*#]$/.test(digit) ? { type: "dtmf", digit } : frameFault("malformed-key", "The message names no key");
}

/** An upgrade request is signed as a GET of its URL. Not everybody agrees on the scheme, or on a slash at the end. */
function spellings(url: string): readonly string[] {
  const slashed = url.endsWith("/") ? url.slice(0, -1) : `${url}/`;
  return [url, slashed].flatMap((one) => [one, one.replace(/^ws/, "http")]);
}

function holds(signer: Signer, url: string, headers: Readonly<Record<string, string>>): boolean {
  return signer.verify({ method: "GET", url, headers, body: new Uint8Array() }).ok;
}
