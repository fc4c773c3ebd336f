import { expect, it } from "vitest";
import { outputFormatOf } from "./output-format.ts";

it.each([
  ["pcm", 24_000, "pcm16", 24_000],
  ["pcm16", 16_000, "pcm16", 16_000],
  ["pcm_22050", 22_050, "pcm16", 22_050],
  ["pcm_16000", undefined, "pcm16", 16_000],
  ["raw-16khz-16bit-mono-pcm", 16_000, "pcm16", 16_000],
  ["", 22_050, "pcm16", 22_050],
  [undefined, 24_000, "pcm16", 24_000],
  ["raw-8khz-8bit-mono-mulaw", 8000, "mulaw", 8000],
  ["ulaw_8000", undefined, "mulaw", 8000],
  [" G711_MU-LAW ", undefined, "mulaw", 8000],
  ["mulaw", 24_000, "mulaw", 24_000],
  ["alaw_8000", undefined, "alaw", 8000],
  ["raw-8khz-8bit-mono-alaw", 8000, "alaw", 8000],
])("%s at %s Hz is bare audio", (name, rate, encoding, sampleRate) => {
  expect(outputFormatOf(name, rate)).toEqual({ encoding, sampleRate });
});

it.each([
  ["mp3_44100_128", undefined],
  ["mp3", 24_000],
  ["opus_48000_64", 48_000],
  ["wav", 24_000],
  ["riff-24khz-16bit-mono-pcm-in-mp3", 24_000],
  ["pcm", undefined],
  ["pcm", 0],
  ["pcm", Number.NaN],
  [undefined, undefined],
])("%s at %s Hz is not", (name, rate) => {
  expect(outputFormatOf(name, rate)).toBeUndefined();
});
