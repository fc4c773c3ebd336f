const MASK = "•••";

/** Digits from which a number is long enough to show its ends. */
const MIN_DIGITS = 7;

/**
 * A phone number for logs: country and the last three digits, `+15550100` → `+1•••100`. The mask has one length, so it
 * does not tell how long the number is. What is short or no number is masked as a whole; of a SIP URI the host stays.
 */
export function maskNumber(number: string): string {
  const sip = /^(sips?:)[^@]*(@.*)?$/i.exec(number);
  if (sip) return `${sip[1]}${MASK}${sip[2] ?? ""}`;
  if (!/^\+?\d+$/.test(number) || number.replace("+", "").length < MIN_DIGITS) return MASK;
  return `${number.slice(0, number.startsWith("+") ? 2 : 1)}${MASK}${number.slice(-3)}`;
}

/**
 * A text with every secret in it replaced by `***`, as it is and percent-encoded: for messages of libraries and servers
 * that like to repeat what they were sent.
 */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret !== "");
  const spellings = new Set(known.flatMap((secret) => [secret, encodeURIComponent(secret)]));
  // The longest first: a secret that is part of another must not leave the rest of it behind.
  const ordered = [...spellings].sort((a, b) => b.length - a.length);
  return ordered.reduce((redacted, secret) => redacted.replaceAll(secret, "***"), text);
}
