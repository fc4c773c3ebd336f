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
const NO_FIELDS: readonly Field[] = [];
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
    return this.#sign(url, canonical(fields));
  }

  #sign(url: string, ordered: readonly Field[]): string {
    let text = url;
    for (const [name, value] of ordered) text += name + value;
    return createHmac("sha1", this.#key).update(text, "utf8").digest("base64");
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
    const form = method === "POST" && bodyHash === undefined ? readForm(body) : undefined;
    if (form?.malformed) return { ok: false, reason: "body-malformed" };
    const fields = form ? this.#orders.apply(form.entries) : NO_FIELDS;
    const signedUrl = this.#holds(url, fields, given) ? url : spellings(url).find((spelling) => this.#holds(spelling, fields, given));
    if (signedUrl === undefined) return { ok: false, reason: "signature-mismatch" };
    if (bodyHash !== undefined && !sameText(createHash("sha256").update(body).digest("hex"), bodyHash)) return { ok: false, reason: "body-mismatch" };
    if (form) this.#orders.learn(form.entries, fields);
    const signed = form ? new SignedForm(signedUrl, fields) : { method, url: signedUrl, headers: {}, body: bodyHash === undefined ? NO_BODY : body };
    // Nothing in the signature is fresh: the same request always has the same one, and no other request has it.
    return { ok: true, signed, replayKey: given };
  }

  #holds(url: string, fields: readonly Field[], given: string): boolean {
    const [right, claimed] = [Buffer.from(this.#sign(url, fields)), Buffer.from(given)];
    // Every right signature has the same length, so that the length of one tells nothing.
    return right.length === claimed.length && timingSafeEqual(right, claimed);
  }
}

/**
 * The signed view of a form. Its fields were read once, to be verified, and `parse` reads them here; the body that they make
 * is written only for who asks for it.
 */
export class SignedForm implements SignedRequest, FieldReader {
  readonly method = "POST";
  readonly headers = NO_HEADERS;
  declare readonly body: Uint8Array;
  // Private, so that a copy with another body is none of these, and its body is what counts.
  readonly #fields: readonly Field[];

  constructor(readonly url: string, fields: readonly Field[]) {
    this.#fields = fields;
    Object.defineProperty(this, "body", WRITTEN_WHEN_ASKED_FOR);
  }

  get(name: string): string | undefined {
    for (const field of this.#fields) if (field[0] === name) return field[1];
    return undefined;
  }

  write(): Uint8Array {
    return Buffer.from(this.#fields.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"));
  }
}

/** A member of the object itself, as it is of any other signed view. */
const WRITTEN_WHEN_ASKED_FOR: PropertyDescriptor & ThisType<SignedForm> = {
  enumerable: true,
  get() {
    return this.write();
  },
};

/** Field lists that are remembered, by their length. */
const MAX_ORDERS = 64;

/** The order of a list of names that are all different. */
interface Order {
  readonly names: readonly string[];
  /** Where each field of the ordered list is in the given one. */
  readonly places: readonly number[];
}

/** Brings fields into the order in which they are signed. Twilio sends few lists of names, always in the same order. */
class Orders {
  readonly #byLength = new Map<number, Order>();

  apply(fields: readonly Field[]): readonly Field[] {
    const known = this.#knows(fields);
    return known ? known.places.map((place) => fields[place] as Field) : canonical(fields);
  }

  /** Remembers the order of fields that are Twilio's: others must not make it forget any. */
  learn(fields: readonly Field[], ordered: readonly Field[]): void {
    if (fields.length > MAX_ORDERS || ordered.length !== fields.length || this.#knows(fields)) return;
    if (ordered.some(([name], place) => name === ordered[place - 1]?.[0])) return;
    this.#byLength.set(fields.length, { names: fields.map(([name]) => name), places: ordered.map((field) => fields.indexOf(field)) });
  }

  #knows(fields: readonly Field[]): Order | undefined {
    const order = this.#byLength.get(fields.length);
    return order && fields.every(([name], place) => name === order.names[place]) ? order : undefined;
  }
}

/** Fields as they are signed: sorted by name in UTF-16 order, then by value, each once. */
function canonical(fields: readonly Field[]): readonly Field[] {
  const sorted = fields.toSorted(inOrder);
  const repeats = (field: Field, index: number) => index > 0 && inOrder(field, sorted[index - 1] as Field) === 0;
  return sorted.some(repeats) ? sorted.filter((field, index) => !repeats(field, index)) : sorted;
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
