import { TelephonyError, bytesPerSample, type AudioFormat } from "@openclaw/telephony-contract";

/** Turns samples into the bytes of a format and back, into the caller's buffers. */
export interface SampleCodec {
  readonly bytesPerSample: number;
  encode(samples: Int16Array, bytes: Uint8Array): void;
  decode(bytes: Uint8Array, samples: Int16Array): void;
}

/**
 * The far end's own reading of µ-law, A-law and PCM16, made from the standard and nothing of ours, so that a fault in ours is
 * heard. Throws an `unsupported` error for anything else.
 */
export function sampleCodec(format: AudioFormat): SampleCodec {
  const law = format.encoding === "mulaw" ? expandMulaw : format.encoding === "alaw" ? expandAlaw : undefined;
  if (law) return companded(law);
  if (format.encoding === "pcm16") return { bytesPerSample: bytesPerSample(format), encode: encodePcm, decode: decodePcm };
  throw new TelephonyError("unsupported", `A media stream has no encoding "${format.encoding}"`);
}

/** ITU-T G.711: the sample that a byte of µ-law stands for. */
function expandMulaw(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return bits & 0x80 ? -magnitude : magnitude;
}

/** ITU-T G.711: the sample that a byte of A-law stands for. */
function expandAlaw(byte: number): number {
  const bits = byte ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 15) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 256) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

const COMPANDED = new Map<(byte: number) => number, SampleCodec>();

/** A codec by what each byte stands for: a sample is sent as the byte whose value is next to it. */
function companded(expand: (byte: number) => number): SampleCodec {
  const known = COMPANDED.get(expand);
  if (known) return known;
  const linear = Int16Array.from({ length: 256 }, (_, byte) => expand(byte));
  const nearest = nearestBytes(linear);
  const codec: SampleCodec = {
    bytesPerSample: 1,
    encode(samples, bytes) {
      for (let at = 0; at < samples.length; at++) bytes[at] = nearest[(samples[at] as number) + 32_768] as number;
    },
    decode(bytes, samples) {
      for (let at = 0; at < bytes.length; at++) samples[at] = linear[bytes[at] as number] as number;
    },
  };
  COMPANDED.set(expand, codec);
  return codec;
}

/** The byte for every sample from -32768. Of two bytes for the same value (µ-law has two zeros) the higher one, as carriers send silence. */
function nearestBytes(linear: Int16Array): Uint8Array {
  const value = (byte: number) => linear[byte] as number;
  const bytes = Array.from(linear.keys()).sort((a, b) => value(a) - value(b) || a - b);
  const nearest = new Uint8Array(65_536);
  let at = 0;
  for (let sample = -32_768; sample < 32_768; sample++) {
    for (let next = bytes[at + 1]; next !== undefined && Math.abs(value(next) - sample) <= Math.abs(value(bytes[at] as number) - sample); next = bytes[at + 1]) at++;
    nearest[sample + 32_768] = bytes[at] as number;
  }
  return nearest;
}

function encodePcm(samples: Int16Array, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < samples.length; at++) view.setInt16(at * 2, samples[at] as number, true);
}

function decodePcm(bytes: Uint8Array, samples: Int16Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at * 2 + 1 < bytes.length; at++) samples[at] = view.getInt16(at * 2, true);
}
