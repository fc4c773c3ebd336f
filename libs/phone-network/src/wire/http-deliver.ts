import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { TelephonyError, type HeaderMap, type WebhookReply } from "@openclaw/telephony-contract";
import type { Deliver } from "../courier/courier.ts";

/** Bytes of an answer; a longer one counts as none. */
const MAX_REPLY_BYTES = 1024 * 1024;

/** Takes requests for a public origin to a local one, as a tunnel does. */
export interface Tunnel {
  /** The public origin, for example `https://voice.example.com`. */
  readonly from: string;
  /** The local origin, for example `http://127.0.0.1:3334`. */
  readonly to: string;
  /** Whether it adds `x-forwarded-host`, `x-forwarded-proto` and `x-forwarded-for`. Default: no. */
  readonly forwarded?: boolean;
}

/** Delivers over real HTTP: directly, or through a tunnel what is for its public origin. */
export function httpDeliver({ tunnel }: { readonly tunnel?: Tunnel | undefined } = {}): Deliver {
  return async (webhook, signal) => {
    const url = new URL(webhook.url);
    const target = throughTunnel(url, tunnel);
    // The name stays the public one behind a tunnel: the client never learned another.
    const headers = { ...webhook.headers, host: url.host, ...(target !== url && tunnel?.forwarded && forwardedFor(url, webhook.remoteAddress)) };
    return await post(target, { method: webhook.method, headers, body: webhook.body, signal });
  };
}

/** Where a request for a URL goes: through the tunnel, if it is for its public origin, else as it is. */
export function throughTunnel(url: URL, tunnel: Tunnel | undefined): URL {
  return tunnel && url.origin === new URL(tunnel.from).origin ? new URL(`${url.pathname}${url.search}`, tunnel.to) : url;
}

/** What a tunnel says of a request that it takes to another place. */
export function forwardedFor({ host, protocol }: URL, remoteAddress = "192.0.2.1"): HeaderMap {
  return { "x-forwarded-host": host, "x-forwarded-proto": protocol.replace(":", ""), "x-forwarded-for": remoteAddress };
}

/** What is sent. */
interface Outgoing {
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

function post(url: URL, { method, headers, body, signal }: Outgoing): Promise<WebhookReply> {
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers: { ...headers, "content-length": body.length }, signal, agent: false });
    request.on("error", reject);
    request.on("response", (response) => {
      readReply(response).then(resolve, (error: unknown) => {
        request.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
    request.end(body);
  });
}

async function readReply(response: IncomingMessage): Promise<WebhookReply> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) throw new TelephonyError("invalid-request", "The answer to a webhook is too long");
    chunks.push(chunk);
  }
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value = ""]) => [name, [value].flat().join(", ")]));
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString("utf8") };
}
