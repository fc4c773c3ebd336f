/** E.164: up to 15 digits, the first not 0. Plivo's webhooks leave the `+` out. */
const NUMBER = /^\+?([1-9]\d{6,14})$/;

/** A number of a webhook as E.164 with `+`; empty for a hidden number, a SIP address and anything else that is none. */
export function toE164(text = ""): string {
  const digits = NUMBER.exec(text.trim())?.[1];
  return digits === undefined ? "" : `+${digits}`;
}

/** A number as Plivo's API takes it: without the `+`. */
export function toPlivoNumber(number: string): string {
  return number.replace(/^\+/, "");
}

/** Keys that Plivo presses: there is no A to D. `w` pauses 500 ms, `W` one second. */
export const PLIVO_KEYS = /^[0-9*#wW]*$/;
