import samplerate from "@alexanderolsen/libsamplerate-js";
import type { Scenario } from "../harness/scenario.ts";
import { bytesOf, speechFrame, type Host, type Ours } from "./subjects.ts";

/** Down to the telephone's rate, a frame may cost this much of what the host's own streaming resampler takes. */
const LIMIT = 0.5;

const OURS = "@openclaw/telephony-audio";
const HOST = "openclaw createStreamingPcmResampler";

interface Rates {
  readonly from: number;
  readonly to: number;
}

/** Down to the telephone, where the limit holds, and up from it. */
export async function resamplerScenarios(ours: Ours, host: Host): Promise<Scenario[]> {
  const pairs: readonly (Rates & { readonly atMost?: number })[] = [
    { from: 24_000, to: 8000, atMost: LIMIT },
    { from: 16_000, to: 8000, atMost: LIMIT },
    { from: 8000, to: 16_000 },
    { from: 8000, to: 24_000 },
  ];
  return Promise.all(
    pairs.map(async ({ from, to, atMost }) => ({
      title: `Resample ${from} to ${to} Hz, 20 ms`,
      subjects: [
        { name: HOST, call: hostStream(host, { from, to }) },
        { name: "openclaw resamplePcm (no state)", call: hostOnce(host, { from, to }) },
        { name: OURS, call: ourStream(ours, { from, to }) },
        { name: "libsamplerate-js SINC_FASTEST", call: await libsamplerate("SRC_SINC_FASTEST", { from, to }) },
        { name: "libsamplerate-js SINC_MEDIUM", call: await libsamplerate("SRC_SINC_MEDIUM_QUALITY", { from, to }) },
      ],
      targets: atMost === undefined ? [] : [{ subject: OURS, base: HOST, atMost }],
    })),
  );
}

/** From bytes, as they arrive and as the host takes them: reading them as samples is part of the time. */
function ourStream(ours: Ours, { from, to }: Rates): () => number {
  const bytes = bytesOf(speechFrame(from));
  const samples = new Int16Array(bytes.length / 2);
  const resampler = ours.createResampler({ from, to });
  const output = new Int16Array(resampler.maxOutput(samples.length));
  return () => {
    ours.readPcm16(bytes, samples);
    return resampler.process(samples, output);
  };
}

function hostStream(host: Host, { from, to }: Rates): () => Buffer {
  const bytes = bytesOf(speechFrame(from));
  const resampler = host.createStreamingPcmResampler(from, to);
  return () => resampler.process(bytes);
}

function hostOnce(host: Host, { from, to }: Rates): () => Buffer {
  const bytes = bytesOf(speechFrame(from));
  return () => host.resamplePcm(bytes, from, to);
}

/** Its streaming call, without the conversion to and from floating point that it also needs. */
async function libsamplerate(
  converter: "SRC_SINC_FASTEST" | "SRC_SINC_MEDIUM_QUALITY",
  { from, to }: Rates,
): Promise<() => Float32Array> {
  const resampler = await samplerate.create(1, from, to, { converterType: samplerate.ConverterType[converter] });
  const input = Float32Array.from(speechFrame(from), (sample) => sample / 32_768);
  const output = new Float32Array(2 * Math.ceil((input.length * to) / from));
  return () => resampler.full(input, output);
}
