import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** Samples a second of the interface's `pcm`: 16 bit little-endian, mono. */
export const SAMPLE_RATE = 24_000;

/** Bytes of one piece: 100 ms. */
const PIECE_BYTES = SAMPLE_RATE / 5;

/** How a request ended. */
export type SpeechOutcome = "spoken" | "refused" | "dropped" | "aborted";

/** How its audio goes out. */
export interface Speaking {
  readonly response: ServerResponse;
  readonly samples: Int16Array;
  /** Fires when the client is gone or the server closes. */
  readonly signal: AbortSignal;
  /** Milliseconds between pieces of 100 ms; 0: as fast as they are taken. */
  readonly pauseMs: number;
  /** Whether the connection breaks after half of it. */
  readonly breakOff: boolean;
}

/** Sends audio in pieces, as it would be made. */
export async function speak({ response, samples, signal, pauseMs, breakOff }: Speaking): Promise<SpeechOutcome> {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const end = breakOff ? Math.floor(bytes.length / 2) : bytes.length;
  response.writeHead(200, { "content-type": "audio/pcm" });
  for (let at = 0; at < end; at += PIECE_BYTES) {
    if (at > 0 && pauseMs > 0) await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return "aborted";
    const taken = response.write(bytes.subarray(at, Math.min(end, at + PIECE_BYTES)));
    if (!taken) await drained(response, signal);
  }
  if (signal.aborted) return "aborted";
  if (!breakOff) {
    response.end();
    return "spoken";
  }
  // What was written leaves first: a reset would throw away audio that the client should have.
  response.write("", () => response.destroy());
  return "dropped";
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    response.once("drain", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
