import * as z from "zod";

/** Longest delay that a timer of Node.js takes, in milliseconds (2^31 - 1). */
const MAX_TIMER_MS = 2_147_483_647;

/** A telephone number as networks write it (ITU-T E.164): `+`, then 2 to 15 digits, the first no zero. */
export const E164 = /^\+[1-9]\d{1,14}$/;

/** Id of a provider, as the telephony contract limits it. */
export const PROVIDER_ID = /^[a-z][a-z0-9-]{0,39}$/;

/** Encrypted anywhere; unencrypted only to this machine. */
const BASE_URL = /^(?:(?:https|wss):\/\/[^\s]+|(?:http|ws):\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?(?:[/?#][^\s]*)?)$/i;

/** BCP 47, as far as a shape can tell: `de`, `de-CH`, `zh-Hant-TW`. */
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

export const e164 = () => z.string().regex(E164, "has to be a telephone number in E.164, for example +15550100");

export const text = () => z.string().min(1, "may not be empty");

/** A number in E.164 that can be dialled, or the begin of numbers with a `*` behind it. */
const NUMBER_PATTERN = /^\+[1-9](?:\d{6,14}|\d{0,13}\*)$/;

/** Numbers: one, or all that begin alike. */
export const numberPattern = () =>
  z.string().regex(NUMBER_PATTERN, "has to be a telephone number in E.164, or its begin with a * behind, for example +15550100 or +4930*");

/** A country, as ISO 3166 writes it in two letters. Withdrawn codes and other ones that only look right are none. */
export const country = () => z.string().refine(isCountry, "has to be the code of a country (ISO 3166), for example DE, GB or US");

/** Codes that the platform names and that are no country: unions, private use, nobody's. */
const NO_COUNTRIES: readonly string[] = ["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"];

function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || NO_COUNTRIES.includes(code)) return false;
  // A code that is not the current one (UK) is turned into it (GB).
  if (Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) return false;
  return new Intl.DisplayNames(["en"], { type: "region", fallback: "none" }).of(code) !== undefined;
}

/** A time of the day. */
export const timeOfDay = () => z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "has to be a time of the day, for example 22:00");

/** A time zone of the IANA database, as this machine knows it. */
export const timeZone = () => z.string().refine(isTimeZone, "has to be a time zone (IANA), for example Europe/Berlin");

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const language = () => z.string().regex(LANGUAGE, "has to be a language tag (BCP 47), for example en-US");

export const httpPath = () =>
  z.string().regex(/^\/[^\s?#]*$/, "has to be a path that begins with a slash, without query, for example /voice/webhook");

export const httpUrl = () =>
  z.string().regex(/^https?:\/\/[^\s]+$/i, "has to be a URL that begins with https://, for example https://voice.example.com/voice/webhook");

export const baseUrl = () =>
  z.string().regex(BASE_URL, "has to be an https:// or wss:// URL; http:// and ws:// only to this machine (localhost, 127.0.0.1, [::1])");

/** Whole milliseconds within limits. */
export const milliseconds = (min: number, max: number = MAX_TIMER_MS) => z.int().min(min).max(Math.min(max, MAX_TIMER_MS));

/** A place of a secret that the host resolves: what OpenClaw calls a SecretRef. */
const secretRef = z.strictObject({
  source: z.enum(["env", "file", "exec", "store"]),
  provider: text(),
  id: text(),
});

/** Marks the schemas of secrets, so that the list of secret paths comes from the schema itself. */
const secretSchemas = new WeakSet<z.ZodType>();

/** A secret: its text, or a reference that the host resolves. */
export function secret(): z.ZodUnion<readonly [z.ZodString, typeof secretRef]> {
  const schema = z.union([z.string(), secretRef], "has to be text or a secret reference { source, provider, id }");
  secretSchemas.add(schema);
  return schema;
}

export function isSecretSchema(schema: z.ZodType): boolean {
  return secretSchemas.has(schema);
}

/** A reference to a secret. */
export type SecretRef = z.output<typeof secretRef>;

/** Whether a value is a reference to a secret that was not resolved (yet). */
export function isSecretRef(value: unknown): value is SecretRef {
  return secretRef.safeParse(value).success;
}

/**
 * The variable of a `${VAR}` that the host left in place because the environment lacks it. Such a value counts as
 * missing: it is nobody's telephone number and nobody's password.
 */
export function unresolvedVariable(value: unknown): string | undefined {
  return typeof value === "string" ? /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(value.trim())?.[1] : undefined;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
