import type { HeaderMap } from "@openclaw/telephony-contract";
import { addressMatcher, isLoopback, plainAddress } from "./addresses.ts";

/** Which forwarded headers are believed. */
export interface ForwardingTrust {
  /** Host names that forwarded headers may name. Absent: any, where `trustForwardingHeaders` says so. */
  readonly allowedHosts?: readonly string[];
  /** Believes forwarded headers without a list of hosts. */
  readonly trustForwardingHeaders: boolean;
  /** Addresses or blocks of the proxies that may forward. Absent: proxies on this machine. */
  readonly trustedProxyIPs?: readonly string[];
}

/** How the webhook looks from outside. */
export interface Exposure {
  /** Local path of the entry, without a slash at its end. */
  readonly path: string;
  /** The carrier-facing URL that stands for `path`. Authoritative: with it no header is asked. */
  readonly publicUrl?: string;
  readonly forwarding: ForwardingTrust;
}

/** A request's head, as it came. */
export interface RequestHead {
  /** Path and query, as on the request line. */
  readonly target: string;
  readonly headers: HeaderMap;
  /** Address of the socket's other end. */
  readonly peer: string;
}

/** A request, as the carrier made it. */
export interface SeenRequest {
  /** The URL that the carrier called, as far as anybody can tell. */
  readonly url: string;
  /** Other spellings of the same URL under which the carrier may have signed it: default port, slash at the end. */
  spellings(): readonly string[];
  /** URL of the entry that the carrier must have used. */
  readonly base: string;
  /** The address that the request came from, behind proxies that are believed. */
  readonly source: string;
}

/** Reads request heads under one exposure. */
export type UrlReader = (head: RequestHead, localUrl: string) => SeenRequest | undefined;

/**
 * Makes the reader of an exposure. It gives nothing for a path that is none of ours.
 *
 * A configured public URL decides scheme, host, port and path; only what follows the path, and the query, come from the
 * request. Proxies may keep the public path or rewrite it to the local one. Without a public URL the listener's own
 * stands, or what forwarded headers say where they are believed.
 */
export function urlReader({ path, publicUrl, forwarding }: Exposure): UrlReader {
  const publicPath = publicUrl === undefined ? path : trimSlash(new URL(publicUrl).pathname);
  const publicBase = publicUrl === undefined ? undefined : trimSlash(publicUrl);
  const fromProxy = proxyTrust(forwarding);
  return ({ target, headers, peer }, localUrl) => {
    const rest = below(target, path) ?? below(target, publicPath);
    if (rest === undefined) return undefined;
    const believed = fromProxy(peer);
    const base = publicBase ?? ((believed && forwardedBase(headers, forwarding, path)) || localUrl);
    const url = base + rest;
    const source = believed ? clientAddress(headers, peer, fromProxy) : plainAddress(peer);
    return new Seen(url, base, source, rest);
  };
}

class Seen implements SeenRequest {
  constructor(
    readonly url: string,
    readonly base: string,
    readonly source: string,
    private readonly rest: string,
  ) {}

  spellings(): readonly string[] {
    return spellingsOf(this.url, this.rest);
  }
}

/** What follows a path in a request's target; nothing where it is another path. */
function below(target: string, path: string): string | undefined {
  if (!target.startsWith(path)) return undefined;
  const rest = target.slice(path.length);
  return rest === "" || rest.startsWith("/") || rest.startsWith("?") ? rest : undefined;
}

/** Whether forwarded headers of a peer are believed. */
function proxyTrust({ allowedHosts, trustForwardingHeaders, trustedProxyIPs }: ForwardingTrust): (peer: string) => boolean {
  if (!trustForwardingHeaders && (allowedHosts === undefined || allowedHosts.length === 0)) return () => false;
  return trustedProxyIPs === undefined ? isLoopback : addressMatcher(trustedProxyIPs);
}

const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** The entry's URL by what a proxy says of the request; nothing where it says too little, or names a host that may not be. */
function forwardedBase(headers: HeaderMap, { allowedHosts }: ForwardingTrust, path: string): string | undefined {
  const host = first(headers["x-forwarded-host"] ?? headers["host"])?.toLowerCase();
  const scheme = first(headers["x-forwarded-proto"])?.toLowerCase() ?? "https";
  if (!host || !HOST.test(host) || (scheme !== "https" && scheme !== "http")) return undefined;
  const name = host.replace(/:\d+$/, "");
  if (allowedHosts && !allowedHosts.some((allowed) => allowed.toLowerCase() === name || allowed.toLowerCase() === host)) return undefined;
  const port = first(headers["x-forwarded-port"]);
  const named = host === name && port !== undefined && /^\d{1,5}$/.test(port) && port !== defaultPort(scheme) ? `${host}:${port}` : host;
  return `${scheme}://${named}${path}`;
}

/** The nearest address in the chain that is no proxy of ours. */
function clientAddress(headers: HeaderMap, peer: string, isProxy: (address: string) => boolean): string {
  const chain = (headers["x-forwarded-for"] ?? "").split(",").map(plainAddress).filter((address) => address !== "");
  return chain.findLast((address) => !isProxy(address)) ?? plainAddress(peer);
}

/**
 * The entry is typed into a carrier's console by hand, so that a slash at its end or a port that goes without saying may
 * be there or not. URLs that we minted are used as they are; only the port can differ.
 */
function spellingsOf(url: string, rest: string): string[] {
  const [bare = "", ...query] = url.split("?");
  const tail = query.length > 0 ? `?${query.join("?")}` : "";
  const entry = trimSlash(rest.split("?")[0] ?? "") === "";
  const paths = entry ? [trimSlash(bare), `${trimSlash(bare)}/`] : [bare];
  const spelled = paths.flatMap((path) => [path, otherPort(path)]).map((path) => path + tail);
  return [...new Set(spelled)].filter((spelling) => spelling !== url);
}

/** The same URL with its default port where it has none, and without where it has it. */
function otherPort(url: string): string {
  const [, scheme = "", host = "", path = ""] = /^(https?):\/\/([^/]*)(.*)$/.exec(url) ?? [];
  const port = defaultPort(scheme);
  if (host.endsWith(`:${port}`)) return `${scheme}://${host.slice(0, -port.length - 1)}${path}`;
  return /:\d+$/.test(host) ? url : `${scheme}://${host}:${port}${path}`;
}

function defaultPort(scheme: string): string {
  return scheme === "https" ? "443" : "80";
}

function first(list: string | undefined): string | undefined {
  return list?.split(",")[0]?.trim();
}

function trimSlash(path: string): string {
  return path.replace(/\/+$/, "");
}
