import { describe, expect, it } from "vitest";
import { encodeAlaw } from "./g711/alaw.ts";
import { encodeMulaw, MULAW_SILENCE } from "./g711/mulaw.ts";
import { measureAlaw, measureMulaw, measurePcm16, measurePcm16Bytes, silentLevel } from "./level.ts";
import { writePcm16 } from "./pcm/pcm16.ts";

/** One second of a 1 kHz sine at 8 kHz. */
function sine(peak: number): Int16Array {
  return Int16Array.from({ length: 8000 }, (_, index) => Math.round(peak * Math.sin((2 * Math.PI * (index + 0.5)) / 8)));
}

describe("a level", () => {
  it("of a full-scale sine is -3.01 dBFS RMS", () => {
    expect(measurePcm16(sine(32_767), silentLevel()).rmsDbfs).toBeCloseTo(-3.01, 2);
  });

  it("falls by 20 dB with a tenth of the amplitude", () => {
    const loud = measurePcm16(sine(20_000), silentLevel());
    const soft = measurePcm16(sine(2000), silentLevel());
    expect(loud.rmsDbfs - soft.rmsDbfs).toBeCloseTo(20, 1);
    expect(loud.peakDbfs - soft.peakDbfs).toBeCloseTo(20, 1);
  });

  it("takes the most negative sample as full scale", () => {
    expect(measurePcm16(Int16Array.of(-32_768), silentLevel())).toEqual({ rmsDbfs: 0, peakDbfs: 0 });
  });

  it("of silence and of nothing is minus infinity", () => {
    const silence = { rmsDbfs: -Infinity, peakDbfs: -Infinity };
    expect(measurePcm16(new Int16Array(160), { rmsDbfs: 0, peakDbfs: 0 })).toEqual(silence);
    expect(measurePcm16(new Int16Array(0), { rmsDbfs: 0, peakDbfs: 0 })).toEqual(silence);
    expect(measureMulaw(new Uint8Array(160).fill(MULAW_SILENCE), { rmsDbfs: 0, peakDbfs: 0 })).toEqual(silence);
  });

  it("reads the same from G.711 as from the linear samples, within the law's precision", () => {
    const samples = sine(8000);
    const bytes = new Uint8Array(samples.length);
    const linear = measurePcm16(samples, silentLevel());
    encodeMulaw(samples, bytes);
    expect(measureMulaw(bytes, silentLevel()).rmsDbfs).toBeCloseTo(linear.rmsDbfs, 0);
    encodeAlaw(samples, bytes);
    expect(measureAlaw(bytes, silentLevel()).peakDbfs).toBeCloseTo(linear.peakDbfs, 0);
  });

  it("reads the same from bytes of PCM16 as from the samples, wherever they lie, without half a sample at the end", () => {
    const samples = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);
    const bytes = new Uint8Array(2 * samples.length + 2);
    writePcm16(samples, bytes.subarray(1));
    bytes[bytes.length - 1] = 0x7f;
    expect(measurePcm16Bytes(bytes.subarray(1), silentLevel())).toEqual(measurePcm16(samples, silentLevel()));
    for (const sample of [-32_768, -257, -256, -1, 0, 1, 255, 256, 32_767]) {
      writePcm16(Int16Array.of(sample), bytes);
      expect(measurePcm16Bytes(bytes.subarray(0, 2), silentLevel())).toEqual(measurePcm16(Int16Array.of(sample), silentLevel()));
    }
    expect(measurePcm16Bytes(Uint8Array.of(1), silentLevel())).toEqual(silentLevel());
  });

  it("is written into the caller's object", () => {
    const level = silentLevel();
    expect(measurePcm16(Int16Array.of(100), level)).toBe(level);
  });
});
