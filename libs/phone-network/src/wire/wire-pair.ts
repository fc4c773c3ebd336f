import type { MediaWire } from "./media-wire.ts";
import { WireEnd } from "./wire-end.ts";

/** Two ends of one connection inside the process. What one sends reaches the other in order, after the turn of who sent it. */
export function wirePair(): readonly [MediaWire, MediaWire] {
  const ends = [new WireEnd(), new WireEnd()] as const;
  return [wireOver(ends[0], ends[1]), wireOver(ends[1], ends[0])];
}

function wireOver(near: WireEnd, far: WireEnd): MediaWire {
  const over = () => near.closed || far.closed;
  const end = (code: number, reason: string) => {
    if (over()) return;
    // Who closes it knows; the other end is told after what was sent before.
    near.end(code, reason);
    queueMicrotask(() => far.end(code, reason));
  };
  return {
    send(message) {
      if (over()) return;
      const copy = typeof message === "string" ? message : Uint8Array.from(message);
      queueMicrotask(() => far.closed || far.take(copy));
    },
    onMessage: (listener) => near.onMessage(listener),
    onClose: (listener) => near.onClose(listener),
    close: (code = 1000, reason = "") => end(code, reason),
    terminate: () => end(1006, ""),
  };
}
