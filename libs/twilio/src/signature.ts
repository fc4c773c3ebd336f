import { createHash, createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import type { HeaderMap, SignedRequest, VerifyResult, WebhookRequest } from "@openclaw/telephony-contract";
import { readForm, sameText, type FormFields } from "@openclaw/telephony-kit";

/** The header that every webhook brings, in lower case. */
export const SIGNATURE_HEADER = "x-twilio-signature";

/** A field of a form. */
export type Field = readonly [name: string, value: string];

/** Fields of a request, by name. */
export type FieldReader = Pick<FormFields, "get">;

const NO_BODY = new Uint8Array();
const NO_FORM = readForm(NO_BODY);
const NO_HEADERS: HeaderMap = Object.freeze({});

/** Signs as Twilio does, and tells Twilio's requests from others: HMAC-SHA1 with the account's auth token. */
export class Signer {
  readonly #key;
  readonly #orders = new Orders();

  constructor(authToken: string) {
    this.#key = createSecretKey(authToken, "utf8");
  }

  /** The signature of a URL with the fields that were posted to it, in Base64. */
  sign(url: string, fields: readonly Field[] = []): string {
    const form = readForm(new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString());
    return this.#sign(url, form, canonical(form));
  }

  /** What is signed is put together from bytes: of two dozen fields hardly any is read. */
  #sign(url: string, form: FormFields, places: readonly number[]): string {
    const text = Buffer.allocUnsafe(Buffer.byteLength(url) + form.byteLength);
    let end = text.write(url);
    for (const field of places) end = form.write(field, text, end);
    return createHmac("sha1", this.#key).update(text.subarray(0, end)).digest("base64");
  }

  /**
   * Whether a request is Twilio's. A form is signed field by field, so the signed view holds its fields in Twilio's own
   * order; any other body is covered by its SHA-256 in the signed URL.
   */
  verify({ method, url, headers, body }: WebhookRequest): VerifyResult {
    const given = headers[SIGNATURE_HEADER];
    if (!given) return { ok: false, reason: "signature-missing" };
    if (method !== "POST" && method !== "GET") return { ok: false, reason: "method-unsigned" };
    const bodyHash = bodyHashIn(url);
    const posted = method === "POST" && bodyHash === undefined;
    const form = posted ? readForm(body) : NO_FORM;
    if (form.malformed) return { ok: false, reason: "body-malformed" };
    const order = this.#orders.of(form);
    const { places } = order;
    const signedUrl = this.#holds(url, form, places, given) ? url : spellings(url).find((spelling) => this.#holds(spelling, form, places, given));
    if (signedUrl === undefined) return { ok: false, reason: "signature-mismatch" };
    if (bodyHash !== undefined && !sameText(createHash("sha256").update(body).digest("hex"), bodyHash)) return { ok: false, reason: "body-mismatch" };
    this.#orders.learn(order);
    const signed = posted ? new SignedForm(signedUrl, form, places) : { method, url: signedUrl, headers: {}, body: bodyHash === undefined ? NO_BODY : body };
    // Nothing in the signature is fresh: the same request always has the same one, and no other request has it.
    return { ok: true, signed, replayKey: given };
  }

  #holds(url: string, form: FormFields, places: readonly number[], given: string): boolean {
    const right = Buffer.from(this.#sign(url, form, places));
    const claimed = Buffer.from(given);
    // Every right signature has the same length, so that the length of one tells nothing.
    return right.length === claimed.length && timingSafeEqual(right, claimed);
  }
}

/**
 * The signed view of a form: its fields, each once, in Twilio's own order. `parse` reads them here; the body that they make is
 * written only for who asks for it.
 */
export class SignedForm implements SignedRequest, FieldReader {
  readonly method = "POST";
  readonly headers = NO_HEADERS;
  declare readonly body: Uint8Array;
  // Private, so that a copy with another body is none of these, and its body is what counts.
  readonly #form: FormFields;
  readonly #places: readonly number[];

  constructor(readonly url: string, form: FormFields, places: readonly number[]) {
    this.#form = form;
    this.#places = places;
    Object.defineProperty(this, "body", WRITTEN_WHEN_ASKED_FOR);
  }

  get(name: string): string | undefined {
    for (const field of this.#places) if (this.#form.hasName(field, name)) return this.#form.value(field);
    return undefined;
  }

  write(): Uint8Array {
    return Buffer.from(this.#places.map((field) => `${encode(this.#form.name(field))}=${encode(this.#form.value(field))}`).join("&"));
  }
}

/** A member of the object itself, as it is of any other signed view. */
const WRITTEN_WHEN_ASKED_FOR: PropertyDescriptor & ThisType<SignedForm> = {
  enumerable: true,
  get() {
    return this.write();
  },
};

/** Orders that are remembered: of forms with at most so many fields, one for each number of them. */
const MAX_ORDERS = 64;

/** The order in which the fields of a form are signed. */
interface Order {
  /** The names of that form, in the order in which they came. */
  readonly names: readonly string[];
  /** Where each field of the ordered list is in the form. */
  readonly places: readonly number[];
}

/** Puts fields into the order in which they are signed. Twilio sends few lists of names, always in the same order. */
class Orders {
  readonly #bySize = new Map<number, Order>();

  of(form: FormFields): Order {
    const known = this.#bySize.get(form.size);
    if (known?.names.every((name, field) => form.hasName(field, name))) return known;
    return { names: form.entries.map(([name]) => name), places: canonical(form) };
  }

  /** Remembers an order of fields that are Twilio's, where the names alone decide it: others must not make it forget any. */
  learn(order: Order): void {
    const { names } = order;
    if (this.#bySize.get(names.length) === order || names.length > MAX_ORDERS || new Set(names).size < names.length) return;
    this.#bySize.set(names.length, order);
  }
}

/** The places of a form's fields as they are signed: sorted by name in UTF-16 order, then by value, each field once. */
function canonical({ entries }: FormFields): readonly number[] {
  const compared = (one: number, other: number) => inOrder(entries[one] as Field, entries[other] as Field);
  const sorted = entries.map((_, field) => field).sort(compared);
  return sorted.filter((field, index) => index === 0 || compared(field, sorted[index - 1] as number) !== 0);
}

function inOrder(one: Field, other: Field): number {
  return compare(one[0], other[0]) || compare(one[1], other[1]);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * The ways in which Twilio may have written a URL before it signed it: as it came or as a URL parser writes it, without a
 * port or with the scheme's usual one.
 */
function spellings(url: string): readonly string[] {
  const written = URL.canParse(url) ? [url, new URL(url).href] : [url];
  return [...new Set(written.flatMap((one) => [withPort(one, "absent"), withPort(one, "usual")]))];
}

/** Scheme, user information, host (an IPv6 address in brackets), port, and the rest of a URL. */
const URL_PARTS = /^([a-z][a-z0-9+.-]*:\/\/)((?:[^/?#]*@)?(?:\[[^\]]*\]|[^/?#:]*))(:[^/?#]*)?(.*)$/is;

function withPort(url: string, port: "absent" | "usual"): string {
  const parts = URL_PARTS.exec(url);
  if (!parts) return url;
  const [, scheme = "", host = "", given, rest = ""] = parts;
  if (port === "absent") return scheme + host + rest;
  return scheme + host + (given ?? (scheme.toLowerCase() === "https://" ? ":443" : ":80")) + rest;
}

/** What the URL says of a body that is no form. */
function bodyHashIn(url: string): string | undefined {
  return url.includes("bodySHA256") && URL.canParse(url) ? (new URL(url).searchParams.get("bodySHA256") ?? undefined) : undefined;
}

/** Most names and values need no encoding. */
function encode(text: string): string {
  return /^[\w.-]*$/.test(text) ? text : encodeURIComponent(text);
}
