import { BlockList, isIP, isIPv4 } from "node:net";

/** A peer's address in its plain form: IPv4 for an IPv4 address that came over an IPv6 socket, without zone, lower case. */
export function plainAddress(address: string): string {
  if (isIPv4(address)) return address;
  const bare = address.trim().replace(/^\[|\]$/g, "").replace(/%.*$/, "").toLowerCase();
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(bare);
  return mapped?.[1] ?? bare;
}

/** Whether an address belongs to this machine alone. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === "::1" || plain === "localhost" || /^127(?:\.\d{1,3}){3}$/.test(plain);
}

/** Tells whether an address is among some: single ones, or blocks such as `10.0.0.0/8`. What is no address matches nothing. */
export function addressMatcher(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const plain = plainAddress(address);
    const family = familyOf(plain);
    if (family === undefined) continue;
    const bits = prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix);
    if (Number.isInteger(bits) && bits >= 0 && bits <= (family === "ipv4" ? 32 : 128)) list.addSubnet(plain, bits, family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const family = familyOf(plain);
    return family !== undefined && list.check(plain, family);
  };
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? "ipv4" : "ipv6";
}
