import { createTranscoder } from "@openclaw/telephony-audio";
import { MULAW_8K, type AudioFormat } from "@openclaw/telephony-contract";
import { FRAME_BYTES } from "./far-words.ts";

/** How a server's echo comes about. */
export interface EchoManners {
  /** The first frame of a caller that is echoed, counted from 0. */
  readonly from: number;
  /** Frames that are given back at a time: voices hand their audio over in pieces. */
  readonly pieceFrames: number;
}

/** With which of the caller's frames each frame of the echo is whole, so that nothing keeps it any more but the server's work. */
export interface EchoShape extends EchoManners {
  /** Whether frames come back as they are, so that the counter in their audio tells which one it is; else their order does. */
  readonly counted: boolean;
  /** For the first frames of the echo, counted from its begin like the caller's; the others repeat it with every piece. */
  readonly wholeWith: readonly number[];
}

/** Pieces that are tried: after these at the latest, converters hold back as much as ever after. */
const PIECES = 8;

/** Each frame by itself, as it comes. */
export const EACH_FRAME: EchoShape = { from: 0, pieceFrames: 1, counted: true, wholeWith: [0] };

/**
 * The shape of an echo where ear and voice take some format. A piece is whole with its last frame. And converters look
 * ahead by a few milliseconds, so where there are any, the end of a piece comes with the next one. That is no delay of the
 * software, and the same for however few streams.
 */
export function echoShape(format: AudioFormat, { from, pieceFrames }: EchoManners): EchoShape {
  const toEar = createTranscoder(MULAW_8K, format);
  const toLine = createTranscoder(format, MULAW_8K);
  const frame = new Uint8Array(FRAME_BYTES).fill(0xff);
  for (let heard = 0; heard < from; heard++) toEar.process(frame);
  const wholeWith: number[] = [];
  let made = 0;
  let piece: Uint8Array[] = [];
  for (let heard = 0; heard < PIECES * pieceFrames; heard++) {
    piece.push(toEar.process(frame).slice());
    if (piece.length < pieceFrames) continue;
    made += toLine.process(Buffer.concat(piece)).length;
    piece = [];
    while (made >= (wholeWith.length + 1) * FRAME_BYTES) wholeWith.push(heard);
  }
  return { from, pieceFrames, counted: toEar.passThrough, wholeWith };
}

/** The caller's frame with which a frame of the echo is whole. Both are counted from the begin of their streams. */
export function wholeWith({ from, pieceFrames, wholeWith: known }: EchoShape, echoed: number): number {
  const beyond = Math.max(0, Math.ceil((echoed - known.length + 1) / pieceFrames));
  return from + (known[echoed - beyond * pieceFrames] ?? NaN) + beyond * pieceFrames;
}

/** How many frames of the echo are whole with each frame of a piece, from its first one, once the echo has begun well. */
export function wholeByPlace({ pieceFrames, wholeWith: known }: EchoShape): readonly number[] {
  // The last piece is looked at last but one: of the very last, some frames may not be whole yet.
  const begin = Math.max(0, Math.floor((known.at(-1) ?? 0) / pieceFrames) - 1) * pieceFrames;
  return Array.from({ length: pieceFrames }, (_, place) => known.filter((one) => one === begin + place).length);
}
