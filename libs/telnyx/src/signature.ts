import { createHash, createPublicKey, verify as verifySignature, type KeyObject } from "node:crypto";
import type { VerifyResult, WebhookRequest } from "@openclaw/telephony-contract";
import { readJson } from "@openclaw/telephony-kit";

const SIGNATURE = "telnyx-signature-ed25519";
const TIMESTAMP = "telnyx-timestamp";

/** Seconds by which a webhook's time may differ from ours; exactly as many are still right. */
const TOLERANCE_S = 300;
const SIGNATURE_BYTES = 64;
/** What precedes the 32 bytes of an Ed25519 key in DER (RFC 8410, section 4). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const KEY_BYTES = 32;

/** A key as the console shows it (32 bytes in base64) or as SPKI in base64 or PEM; undefined where it is none of these. */
export function readPublicKey(text: string): KeyObject | undefined {
  const bytes = readBase64(text.replaceAll(/-----(BEGIN|END) PUBLIC KEY-----|\s/g, ""));
  if (!bytes) return undefined;
  const spki = bytes.length === KEY_BYTES ? Buffer.concat([SPKI_PREFIX, bytes]) : bytes;
  const wellFormed = spki.length === SPKI_PREFIX.length + KEY_BYTES && spki.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX);
  return wellFormed ? createPublicKey({ key: spki, format: "der", type: "spki" }) : undefined;
}

/**
 * Whether a request is Telnyx's own: Ed25519 over `<timestamp>|<raw body>`. Neither method nor URL nor any other header
 * is signed, so none of them is part of what was signed. `now` gives milliseconds since the epoch.
 */
export function createVerifier(key: KeyObject, now: () => number): (request: WebhookRequest) => VerifyResult {
  return ({ method, headers, body }) => {
    const { [SIGNATURE]: signature, [TIMESTAMP]: timestamp } = headers;
    if (method !== "POST") return { ok: false, reason: "method" };
    if (!signature || !timestamp) return { ok: false, reason: "signature-missing" };
    if (!/^\d{1,15}$/.test(timestamp)) return { ok: false, reason: "timestamp-malformed" };
    const bytes = readBase64(signature);
    const message = Buffer.concat([Buffer.from(`${timestamp}|`), body]);
    if (bytes?.length !== SIGNATURE_BYTES || !verifySignature(null, message, key, bytes)) return { ok: false, reason: "signature-mismatch" };
    if (Math.abs(Math.floor(now() / 1000) - Number(timestamp)) > TOLERANCE_S) return { ok: false, reason: "timestamp-expired" };
    return { ok: true, signed: { method, url: "", headers: { [TIMESTAMP]: timestamp }, body }, replayKey: replayKeyOf(body) };
  };
}

/** The event's id, which a retry keeps while time, signature and the number of the attempt change. */
function replayKeyOf(body: Uint8Array): string {
  const id = (readJson(body) as { data?: { id?: unknown } | null } | null | undefined)?.data?.id;
  // Signed, and yet no event: it is told from others by what it is.
  return typeof id === "string" && id !== "" ? `event:${id}` : `body:${createHash("sha256").update(body).digest("hex")}`;
}

/** Padded base64 and nothing else; Node's own reader skips what it does not know. */
function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.length > 0 && bytes.toString("base64") === text ? bytes : undefined;
}
