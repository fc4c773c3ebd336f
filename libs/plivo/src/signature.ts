import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { FrameCodec, HeaderMap, SignedRequest, VerifyResult, WebhookRequest } from "@openclaw/telephony-contract";
import { readForm, sameText } from "@openclaw/telephony-kit";

/**
 * A nonce has no point in it: the text that is signed ends in `.<nonce>`, and otherwise the end of what was said could be
 * passed off as a part of the nonce.
 */
const NONCE = /^[\w-]{1,128}$/;
/** Signatures that one header may list; a rotation of tokens needs two. */
const MAX_LISTED = 8;
const EMPTY = new Uint8Array();

type Pair = readonly [name: string, value: string];

/** Tells Plivo's webhooks from others by the account's auth token. Pure, constant in time, never throws. */
export function createVerifier(authToken: string): (request: WebhookRequest) => VerifyResult {
  const key = createSecretKey(authToken, "utf8");
  return (request) => {
    const v3 = signaturesIn(request.headers, "v3");
    if (v3.listed.length > 0) return verifyV3(key, request, v3);
    const v2 = signaturesIn(request.headers, "v2");
    return v2.listed.length > 0 ? verifyV2(key, request, v2) : refuse("signature-missing");
  };
}

/** Schemes in whose place the `wss` of a stream's URL stands when it is signed: the first by Plivo's documentation. */
const SIGNED_AS = ["http:", "https:", "wss:"];

/**
 * Whether the request for a media socket is Plivo's, which signs it like a GET of the stream's URL. One without any signature
 * is taken: the single-use token in its path proves it, and this proof is a second one.
 */
export function createUpgradeCheck(authToken: string): NonNullable<FrameCodec["authorizeUpgrade"]> {
  const verify = createVerifier(authToken);
  return ({ url, headers }) => {
    const signed = [...signaturesIn(headers, "v3").listed, ...signaturesIn(headers, "v2").listed].length > 0;
    return !signed || SIGNED_AS.some((scheme) => verify({ method: "GET", url: url.replace(/^wss?:/, scheme), headers, body: EMPTY }).ok);
  };
}

/** Base64 signature of a text by the scheme's HMAC. */
export function sign(key: KeyObject, text: string): string {
  return createHmac("sha256", key).update(text, "utf8").digest("base64");
}

/** What version 3 signs of a request, without the nonce: as Plivo's own libraries build it, which differs from its prose. */
export function v3Text(method: string, url: string, body: readonly Pair[]): string {
  const { base, query } = splitUrl(url);
  const inUrl = (pairs: readonly Pair[]) => sorted(pairs).map(([name, value]) => `${name}=${value}`).join("&");
  if (method === "GET") return [base, inUrl([...query, ...body])].filter((part) => part !== "").join("?");
  const queryText = inUrl(query);
  const bodyText = sorted(body).map(([name, value]) => name + value).join("");
  if (body.length === 0) return queryText === "" ? base : `${base}?${queryText}`;
  return `${base}?${queryText}${queryText === "" ? "" : "."}${bodyText}`;
}

interface Signatures {
  readonly listed: readonly string[];
  readonly nonce: string;
}

/** Signatures of the account that owns the call and of its main account. Each header may list several while tokens rotate. */
function signaturesIn(headers: HeaderMap, version: "v2" | "v3"): Signatures {
  const lists = [headers[`x-plivo-signature-${version}`], headers[`x-plivo-signature-ma-${version}`]];
  const listed = lists.flatMap((list = "") => list.split(",", MAX_LISTED).map((one) => one.trim()).filter((one) => one !== ""));
  return { listed, nonce: headers[`x-plivo-signature-${version}-nonce`] ?? "" };
}

function verifyV3(key: KeyObject, request: WebhookRequest, signatures: Signatures): VerifyResult {
  const { method, url, body } = request;
  if (method !== "POST" && method !== "GET") return refuse("method-not-signed");
  const form = readForm(method === "POST" ? body : EMPTY);
  if (form.malformed) return refuse("form-malformed");
  // The order of fields and their spelling are not signed: what is handed on has one order and one spelling.
  const canonical = new URLSearchParams(sorted(form.entries).map(([name, value]): [string, string] => [name, value]));
  const signed = { method, url: url.replace(/#.*$/s, ""), headers: {}, body: new TextEncoder().encode(canonical.toString()) };
  return verdict(key, v3Text(method, url, form.entries), ".", signatures, signed);
}

/** Version 2 covers nothing but where the request goes. */
function verifyV2(key: KeyObject, { url }: WebhookRequest, signatures: Signatures): VerifyResult {
  const { base } = splitUrl(url);
  return verdict(key, base, "", signatures, { method: "POST", url: base, headers: {}, body: EMPTY });
}

function verdict(key: KeyObject, text: string, joint: string, { listed, nonce }: Signatures, signed: SignedRequest): VerifyResult {
  if (!NONCE.test(nonce)) return refuse("nonce-missing");
  const expected = sign(key, text + joint + nonce);
  // All are compared, so that the time does not tell which one was right.
  const matches = listed.filter((one) => sameText(one, expected));
  return matches.length > 0 ? { ok: true, signed, replayKey: `${nonce}:${expected}` } : refuse("signature-mismatch");
}

/** Scheme, host, port and path as they were given, and the query. Both are signed, and neither is normalised. */
function splitUrl(url: string): { readonly base: string; readonly query: readonly Pair[] } {
  const [withoutFragment = ""] = url.split("#", 1);
  const mark = withoutFragment.indexOf("?");
  if (mark === -1) return { base: withoutFragment, query: [] };
  return { base: withoutFragment.slice(0, mark), query: readForm(withoutFragment.slice(mark + 1)).entries };
}

/** By name, then by value, in the order of UTF-16 code units. */
function sorted(pairs: readonly Pair[]): readonly Pair[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return pairs.toSorted(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB));
}

function refuse(reason: string): VerifyResult {
  return { ok: false, reason };
}
