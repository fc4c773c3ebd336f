import { createTranscoder } from "@openclaw/telephony-audio";
import { MULAW_8K, sameFormat, type AudioFormat } from "@openclaw/telephony-contract";
import { FRAME_BYTES } from "./far-words.ts";

/**
 * How many frames later than it is heard a caller's frame can be given back at the earliest, where ear and voice take
 * another format: resamplers look ahead by a few milliseconds, so a frame of the echo is only whole with the next one of
 * the caller's. That is no delay of the software, and the same for however few streams.
 *
 * @param begin frames that went into the ear's converter before the voice's begins
 */
export function framesHeldBack(format: AudioFormat, begin: number): number {
  if (sameFormat(format, MULAW_8K)) return 0;
  const toEar = createTranscoder(MULAW_8K, format);
  const toLine = createTranscoder(format, MULAW_8K);
  const frame = new Uint8Array(FRAME_BYTES).fill(0xff);
  for (let heard = 0; heard < begin; heard++) toEar.process(frame);
  let made = 0;
  for (let heard = 1; ; heard++) {
    made += toLine.process(toEar.process(frame)).length;
    if (made >= FRAME_BYTES) return heard - 1;
  }
}
