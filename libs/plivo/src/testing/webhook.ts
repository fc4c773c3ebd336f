import { createSecretKey, randomInt, type KeyObject } from "node:crypto";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import { sign, v3Text } from "../signature.ts";

/** Fields of a webhook, in the order in which they are sent. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** Where a webhook goes. */
export interface Target {
  readonly url: string;
  readonly method: "GET" | "POST";
}

/** Makes signed webhooks of one account. */
export class WebhookMaker {
  readonly #key: KeyObject;
  /** Another token of the account, as there is while tokens are rotated. */
  readonly #other = createSecretKey("the-token-before-this-one", "utf8");

  constructor(authToken: string) {
    this.#key = createSecretKey(authToken, "utf8");
  }

  /** A request as Plivo sends it. Every one has a nonce of its own, a repeated one too. */
  make({ url, method }: Target, fields: Fields): WebhookRequest {
    const entries = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const form = new URLSearchParams(entries).toString();
    const address = method === "GET" ? `${url}${url.includes("?") ? "&" : "?"}${form}` : url;
    return {
      method,
      url: address,
      headers: { ...this.#signatures(method, address, method === "GET" ? [] : entries), "user-agent": "plivo", ...(method === "POST" && FORM) },
      body: new TextEncoder().encode(method === "POST" ? form : ""),
    };
  }

  /** Headers of the request for a media socket. It is signed like a GET of its URL, with `http` for `wss`. */
  upgradeHeaders(url: string): Record<string, string> {
    return { ...this.#signatures("GET", url.replace(/^wss:/, "http:"), []), "user-agent": "plivo" };
  }

  #signatures(method: string, url: string, body: readonly [string, string][]): Record<string, string> {
    const [v3Nonce, v2Nonce] = [nonce(), nonce()];
    const v3 = `${v3Text(method, url, body)}.${v3Nonce}`;
    const v2 = `${url.split("?", 1)[0]}${v2Nonce}`;
    return {
      "x-plivo-signature-v3": `${sign(this.#other, v3)}, ${sign(this.#key, v3)}`,
      "x-plivo-signature-ma-v3": sign(this.#key, v3),
      "x-plivo-signature-v3-nonce": v3Nonce,
      "x-plivo-signature-v2": sign(this.#key, v2),
      "x-plivo-signature-ma-v2": sign(this.#key, v2),
      "x-plivo-signature-v2-nonce": v2Nonce,
    };
  }
}

const FORM = { "content-type": "application/x-www-form-urlencoded" } as const;

/** Twenty digits, of which the first is not 0. */
function nonce(): string {
  return Array.from({ length: 20 }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join("");
}
