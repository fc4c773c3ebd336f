import type { WebhookRequest } from "@openclaw/telephony-contract";

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Alteration = (request: WebhookRequest, random: () => number) => WebhookRequest;

const below = (random: () => number, count: number) => Math.floor(random() * count);

/** What may happen to a request on its way, or be done to it by somebody who means harm. */
const ALTERATIONS: readonly Alteration[] = [
  (request, random) => ({ ...request, body: flipped(request.body, random) }),
  (request, random) => ({ ...request, body: request.body.slice(0, below(random, request.body.length + 1)) }),
  (request, random) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(["&CallSid=CA1", "&x=%ZZ", "\u0000", "}", "&&=&", "\ud800"][below(random, 6)] ?? "")]) }),
  (request, random) => ({ ...request, body: Buffer.concat([request.body, request.body].slice(0, 1 + below(random, 2))) }),
  (request, random) => ({ ...request, body: Buffer.from(Array.from({ length: below(random, 300) }, () => below(random, 256))) }),
  (request, random) => ({ ...request, headers: altered(request.headers, random) }),
  (request, random) => ({ ...request, headers: without(request.headers, random) }),
  (request, random) => ({ ...request, url: `${request.url}${request.url.includes("?") ? "&" : "?"}${["a=1", "CallStatus=completed", "%", "x[]=1", "="][below(random, 5)]}` }),
  (request, random) => ({ ...request, url: alteredPath(request.url, random) }),
  (request, random) => ({ ...request, method: ["GET", "POST", "PUT", "DELETE", "HEAD", "", "post"][below(random, 7)] ?? "GET" }),
];

/** A request with one to three things altered. */
export function alter(request: WebhookRequest, random: () => number): WebhookRequest {
  let result = request;
  for (let left = 1 + below(random, 3); left > 0; left--) result = ALTERATIONS[below(random, ALTERATIONS.length)]?.(result, random) ?? result;
  return result;
}

/** Whether two requests are the same, byte for byte. */
export function same(one: WebhookRequest, other: WebhookRequest): boolean {
  return (
    one.method === other.method &&
    one.url === other.url &&
    JSON.stringify(one.headers) === JSON.stringify(other.headers) &&
    Buffer.from(one.body).equals(Buffer.from(other.body))
  );
}

function flipped(body: Uint8Array, random: () => number): Uint8Array {
  const copy = Uint8Array.from(body);
  const at = below(random, copy.length);
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8));
  return copy;
}

function altered(headers: WebhookRequest["headers"], random: () => number): WebhookRequest["headers"] {
  const names = Object.keys(headers);
  const name = names[below(random, names.length)] ?? "x-added";
  const value = headers[name] ?? "";
  const at = below(random, value.length + 1);
  return { ...headers, [name]: value.slice(0, at) + ["A", "", ",", "\u00e9", "=="][below(random, 5)] + value.slice(at + 1) };
}

function without(headers: WebhookRequest["headers"], random: () => number): WebhookRequest["headers"] {
  const names = Object.keys(headers);
  const dropped = names[below(random, names.length)];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== dropped));
}

function alteredPath(url: string, random: () => number): string {
  const [path = "", query] = url.split("?");
  const at = "https://telephone.example.com".length + below(random, path.length - 28);
  const spoiled = path.slice(0, at) + ["x", "%00", "/", "..", "%2e%2e/", "\u00e9"][below(random, 6)] + path.slice(at + 1);
  return query === undefined ? spoiled : `${spoiled}?${query}`;
}
