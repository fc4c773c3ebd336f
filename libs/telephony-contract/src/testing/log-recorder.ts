import type { LogFields, Logger } from "../definition.ts";

/** One line that was logged. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps what it is told, for tests. */
export interface LogRecorder extends Logger {
  readonly lines: readonly LogLine[];
}

/** Makes a recording logger. */
export function createLogRecorder(): LogRecorder {
  const lines: LogLine[] = [];
  const at = (level: keyof Logger) => (message: string, fields: LogFields = {}) => void lines.push({ level, message, fields });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** What may not stand in a log or in an error message. */
export interface Confidential {
  readonly secrets: readonly string[];
  /** E.164 numbers; found with and without the `+`. */
  readonly numbers: readonly string[];
  /** Words that were spoken or written by people. */
  readonly spoken?: readonly string[];
}

/** Names what of the confidential stands in a text, or nothing. Never repeats a secret. */
export function leakIn(text: string, { secrets, numbers, spoken = [] }: Confidential): string | undefined {
  if (secrets.some((secret) => text.includes(secret))) return "a secret";
  const number = numbers.find((candidate) => text.includes(candidate.replace("+", "")));
  if (number) return "a full phone number";
  return spoken.some((words) => text.includes(words)) ? "what was said" : undefined;
}

/** The first line that leaks, in words, or nothing. */
export function leakInLog(lines: readonly LogLine[], confidential: Confidential): string | undefined {
  for (const line of lines) {
    const leak = leakIn(`${line.message} ${JSON.stringify(line.fields)}`, confidential);
    if (leak) return `${leak} stands in a line of level ${line.level}`;
  }
  return undefined;
}
