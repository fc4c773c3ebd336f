import type { TelephoneSettings } from "../settings.ts";

/**
 * How long a verdict is awaited, from the answer: the longest that carriers take by default. Most decide within five
 * seconds.
 */
export const VERDICT_MS = 30_000;

/**
 * Whether the carrier is asked who answers a call that we place. Not where keys are pressed at the begin: they are meant
 * for a machine, and carriers cannot do both.
 */
export function detectsMachine(settings: Pick<TelephoneSettings, "machineDetection">, dialDigits: string | undefined): boolean {
  return settings.machineDetection !== "off" && dialDigits === undefined;
}
