import type { AudioFormat } from "@openclaw/telephony-contract";

/** Sample rate of G.711 where nobody says another one. */
const G711_RATE = 8000;

/**
 * The format of bare samples, from a provider's name for it and the rate that the host tells. `undefined` where they are
 * no bare samples (`mp3_44100_128`, `wav`), or where nobody says the rate of PCM.
 *
 * Names that are known to come: `pcm`, `pcm16`, `pcm_22050`, `16bit-mono-pcm`, `raw-8khz-8bit-mono-mulaw`, `ulaw_8000`,
 * `alaw_8000`. No name at all is PCM.
 */
export function outputFormatOf(name: string | undefined, sampleRate: number | undefined): AudioFormat | undefined {
  const encoding = encodingOf((name ?? "").trim().toLowerCase());
  const rate = positive(sampleRate) ?? rateIn(name ?? "") ?? (encoding === "pcm16" ? undefined : G711_RATE);
  return encoding === undefined || rate === undefined ? undefined : { encoding, sampleRate: rate };
}

function encodingOf(name: string): "pcm16" | "mulaw" | "alaw" | undefined {
  // The names of G.711 go first: some of them end in "pcm" as well.
  if (/mu-?law|ulaw/.test(name)) return "mulaw";
  if (/a-?law/.test(name)) return "alaw";
  return name === "" || /^pcm|(?:^|-)16bit-mono-pcm$/.test(name) ? "pcm16" : undefined;
}

/** The rate that some providers put behind the name: `pcm_22050`. */
function rateIn(name: string): number | undefined {
  return positive(Number(/_(\d{4,6})$/.exec(name)?.[1]));
}

function positive(rate: number | undefined): number | undefined {
  return rate !== undefined && Number.isFinite(rate) && rate > 0 ? rate : undefined;
}
