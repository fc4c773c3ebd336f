const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether a text can stand for the address of a provider's interface: an `https:` URL, or an `http:` one of this machine,
 * without credentials, query and fragment. Secrets travel to it: in clear text only within the machine.
 */
export function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
}
