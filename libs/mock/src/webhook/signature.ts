import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { VerifyResult, WebhookRequest } from "@openclaw/telephony-contract";

const ID = "x-mock-request-id";
const TIMESTAMP = "x-mock-timestamp";
const SIGNATURE = "x-mock-signature";

/** Headers without which a request is not the network's. */
export const SIGNATURE_HEADERS: readonly (readonly string[])[] = [[ID, TIMESTAMP, SIGNATURE]];

/** How far a request's time may be from ours: what carriers usually allow. */
const TOLERANCE_MS = 5 * 60_000;

/** Signs the network's requests and knows them again: HMAC-SHA256 over id, time, method, URL and body. */
export class Signer {
  readonly #secret = randomBytes(32);

  constructor(private readonly now: () => number) {}

  /** A signed POST request. */
  sign(url: string, text: string): WebhookRequest {
    const body = new TextEncoder().encode(text);
    const headers = { [ID]: randomBytes(8).toString("hex"), [TIMESTAMP]: String(this.now()) };
    const signature = this.#hmac("POST", url, headers, body).toString("hex");
    return { method: "POST", url, headers: { ...headers, "content-type": "application/json", [SIGNATURE]: signature }, body };
  }

  /** Whether a request is the network's own. */
  verify({ method, url, headers, body }: WebhookRequest): VerifyResult {
    const { [ID]: id, [TIMESTAMP]: timestamp, [SIGNATURE]: signature } = headers;
    if (!id || !timestamp || !signature) return { ok: false, reason: "signature-missing" };
    const covered = { [ID]: id, [TIMESTAMP]: timestamp };
    const expected = this.#hmac(method, url, covered, body);
    const given = Buffer.from(signature, "hex");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { ok: false, reason: "signature-mismatch" };
    if (!(Math.abs(this.now() - Number(timestamp)) <= TOLERANCE_MS)) return { ok: false, reason: "timestamp-expired" };
    return { ok: true, signed: { method, url, headers: covered, body }, replayKey: id };
  }

  #hmac(method: string, url: string, covered: Readonly<Record<string, string>>, body: Uint8Array): Buffer {
    const lines = [covered[ID], covered[TIMESTAMP], method, url];
    // As JSON, so that no text of one line can pass for two lines.
    return createHmac("sha256", this.#secret).update(JSON.stringify(lines)).update("\n").update(body).digest();
  }
}
