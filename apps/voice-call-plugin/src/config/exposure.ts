import { BlockList, isIP } from "node:net";

/** Address blocks that nobody on the public internet can reach, with why (IANA special-purpose registries, RFC 6890). */
const UNREACHABLE: readonly (readonly [why: string, blocks: readonly string[]])[] = [
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"]],
  ["link-local", ["169.254.0.0/16", "fe80::/10"]],
  ["carrier-grade NAT", ["100.64.0.0/10"]],
  ["unspecified", ["0.0.0.0/8", "::/128"]],
  ["multicast or reserved", ["224.0.0.0/3", "ff00::/8", "192.0.0.0/24", "198.18.0.0/15"]],
  ["documentation", ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"]],
];

const BLOCKS = UNREACHABLE.map(([why, blocks]) => ({ why, list: blockList(blocks) }));

/** Names that only a local network knows (RFC 6761, 6762, 8375 and the usual ones). */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|home\.arpa|test|invalid|example)$/;

/** Whether an address to listen on is reachable from this machine alone. */
export function isLoopback(bind: string): boolean {
  const host = bare(bind);
  return host === "localhost" || unreachable(host) === "loopback";
}

/**
 * Why a carrier on the public internet cannot call a URL, or nothing. Judged by the address or name alone; nothing is
 * looked up or contacted.
 */
export function notPublic(url: string): string | undefined {
  if (!URL.canParse(url)) return "it is no URL";
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return "it does not begin with https://";
  const host = bare(hostname);
  if (isIP(host) !== 0) {
    const why = unreachable(host);
    return why === undefined ? undefined : `its address is ${why}`;
  }
  if (!host.includes(".") || LOCAL_NAME.test(host)) return "its name is known to a local network only";
  return undefined;
}

function unreachable(address: string): string | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return BLOCKS.find(({ list }) => list.check(address, version === 4 ? "ipv4" : "ipv6"))?.why;
}

/** A host without brackets, zone and final dot, in lower case. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "").replace(/%.*$/, "").replace(/\.$/, "").toLowerCase();
}

function blockList(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = "", prefix] = block.split("/");
    list.addSubnet(address, Number(prefix), address.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}
