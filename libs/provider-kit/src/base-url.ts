const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether a text can stand for the address of a provider's interface: an `https:` URL, or an `http:` one of this machine,
 * without credentials, query and fragment. Secrets travel to it: in clear text only within the machine.
 */
export function isBaseUrl(text: string): boolean {
  return isAddress(text, "https:", "http:");
}

/** Like {@link isBaseUrl}, for an interface of WebSockets: `wss:` and `ws:` may stand for `https:` and `http:`. */
export function isSocketBaseUrl(text: string): boolean {
  return isAddress(text, "wss:", "ws:") || isBaseUrl(text);
}

/**
 * The URL of a WebSocket below such an address: `https:` becomes `wss:`, and `path` and `query` are added. Parameters
 * that are undefined are left out; one with several values is repeated.
 */
export function socketUrl(baseUrl: string, path: string, query: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>> = {}): string {
  const url = new URL(`${baseUrl.replace(/^http/i, "ws").replace(/\/+$/, "")}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, String(one));
  }
  return url.href;
}

function isAddress(text: string, secure: string, clear: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return false;
  return url.protocol === secure || (url.protocol === clear && LOOPBACK.test(url.hostname));
}
