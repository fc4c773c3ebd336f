import { describe, expect, it } from "vitest";
import { seededRandom } from "../random.test-support.ts";
import { AudioRing } from "./audio-ring.ts";

/** Everything from a position on. */
function rest(ring: AudioRing, from: number): number[] {
  const bytes: number[] = [];
  for (let position = from; position < ring.end; ) {
    const part = ring.read(position, 1_000_000);
    bytes.push(...part);
    position += part.length;
  }
  return bytes;
}

describe("the audio that is kept", () => {
  it("is what was written last, whatever is forgotten in between", () => {
    const random = seededRandom(7);
    const ring = new AudioRing();
    let kept: number[] = [];
    for (let turn = 0; turn < 400; turn++) {
      const chunk = Uint8Array.from({ length: Math.floor(random() * 900) }, () => Math.floor(random() * 256));
      ring.append(chunk);
      kept.push(...chunk);
      if (random() < 0.3) {
        const drop = Math.floor(random() * kept.length);
        ring.dropTo(ring.start + drop);
        kept = kept.slice(drop);
      }
      expect(ring.end - ring.start).toBe(kept.length);
      if (turn % 20 === 0) expect(rest(ring, ring.start)).toEqual(kept);
    }
    expect(rest(ring, ring.start)).toEqual(kept);
  });

  it("is read from anywhere, and never more than is there", () => {
    const ring = new AudioRing();
    ring.append(new Uint8Array([1, 2, 3, 4]));
    expect([...ring.read(1, 2)]).toEqual([2, 3]);
    expect([...ring.read(3, 100)]).toEqual([4]);
    ring.dropTo(100);
    expect([ring.start, ring.end]).toEqual([4, 4]);
    ring.dropTo(2);
    expect(ring.start).toBe(4);
  });
});
