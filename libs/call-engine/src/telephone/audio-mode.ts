import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";

/**
 * Settings of a new call, with the audio mode that it really gets. A notification is spoken by the carrier: it listens to
 * nobody, and has to get through with as little as possible. Where what live audio needs is not installed, the carrier's
 * own voice and ear do.
 */
export function withAudioMode(
  settings: TelephoneSettings,
  mode: "notify" | "conversation",
  lackOf: (settings: TelephoneSettings) => string | undefined,
  { log }: Pick<EnginePorts, "log">,
): TelephoneSettings {
  if (settings.audioMode === "native") return settings;
  const native = { ...settings, audioMode: "native" as const };
  if (mode === "notify") return native;
  const lack = lackOf(settings);
  if (lack === undefined) return settings;
  log.warn("a call goes without live audio, by the carrier's own voice and ear", { because: lack });
  return native;
}
