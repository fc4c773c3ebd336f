import { createHash, createHmac, createSecretKey } from "node:crypto";
import type { VerifyResult, WebhookRequest } from "@openclaw/telephony-contract";
import { readForm, sameText } from "@openclaw/telephony-kit";

/** The header that every webhook brings, in lower case. */
export const SIGNATURE_HEADER = "x-twilio-signature";

/** A field of a form. */
export type Field = readonly [name: string, value: string];

const NO_BODY = new Uint8Array();

/** Signs as Twilio does, and tells Twilio's requests from others: HMAC-SHA1 with the account's auth token. */
export class Signer {
  readonly #key;

  constructor(authToken: string) {
    this.#key = createSecretKey(authToken, "utf8");
  }

  /** The signature of a URL with the fields that were posted to it, in Base64. */
  sign(url: string, fields: readonly Field[] = []): string {
    return this.#sign(url, canonical(fields));
  }

  #sign(url: string, ordered: readonly Field[]): string {
    const text = ordered.reduce((data, [name, value]) => data + name + value, url);
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
    const fields = canonical(form?.entries ?? []);
    const holds = (spelling: string) => sameText(this.#sign(spelling, fields), given);
    const signedUrl = holds(url) ? url : spellings(url).find(holds);
    if (signedUrl === undefined) return { ok: false, reason: "signature-mismatch" };
    if (bodyHash !== undefined && !sameText(createHash("sha256").update(body).digest("hex"), bodyHash)) return { ok: false, reason: "body-mismatch" };
    const covered = form ? writeForm(fields) : bodyHash === undefined ? NO_BODY : body;
    // Nothing in the signature is fresh: the same request always has the same one, and no other request has it.
    return { ok: true, signed: { method, url: signedUrl, headers: {}, body: covered }, replayKey: given };
  }
}

/** Fields as they are signed: sorted by name in UTF-16 order, then by value, each once. */
function canonical(fields: readonly Field[]): readonly Field[] {
  const sorted = fields.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return sorted.filter(([name, value], index) => name !== sorted[index - 1]?.[0] || value !== sorted[index - 1]?.[1]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
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

function writeForm(fields: readonly Field[]): Uint8Array {
  return Buffer.from(fields.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"));
}

/** Most names and values need no encoding. */
function encode(text: string): string {
  return /^[\w.-]*$/.test(text) ? text : encodeURIComponent(text);
}
