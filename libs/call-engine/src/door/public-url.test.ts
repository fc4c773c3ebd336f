import { describe, expect, it } from "vitest";
import { urlReader, type Exposure, type RequestHead } from "./public-url.ts";

const LOCAL = "http://127.0.0.1:3334/voice/webhook";
const believing = { trustForwardingHeaders: true };

function see(exposure: Partial<Exposure>, head: Partial<RequestHead>) {
  const read = urlReader({ path: "/voice/webhook", forwarding: { trustForwardingHeaders: false }, ...exposure });
  return read({ target: "/voice/webhook", headers: {}, peer: "127.0.0.1", ...head }, LOCAL);
}

describe("the URL that a carrier used", () => {
  it.each([
    ["/voice/webhook", "https://a.example/hook", "https://a.example/hook"],
    ["/voice/webhook/c/1", "https://a.example/hook/", "https://a.example/hook/c/1"],
    ["/voice/webhook?a=1&b=%20", "https://a.example:8443/x", "https://a.example:8443/x?a=1&b=%20"],
    ["/hook/c/1?q", "https://a.example/hook", "https://a.example/hook/c/1?q"],
    ["/voice/webhook/c/1", "https://a.example", "https://a.example/c/1"],
    ["/c/1", "https://a.example", "https://a.example/c/1"],
  ])("%s behind %s is %s", (target, publicUrl, url) => expect(see({ publicUrl }, { target })?.url).toBe(url));

  it.each(["/voice/webhooks", "/voice", "/hookc/1", "//voice/webhook", "http://other.example/voice/webhook"])("%s is none of ours", (target) =>
    expect(see({ publicUrl: "https://a.example/hook" }, { target })).toBeUndefined(),
  );

  it("asks no header where it is configured", () => {
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" };
    expect(see({ publicUrl: "https://a.example/hook", forwarding: believing }, { headers })?.url).toBe("https://a.example/hook");
  });

  it("is the listener's own where nothing is configured and nobody is believed", () => {
    expect(see({}, { headers: { "x-forwarded-host": "a.example", "x-forwarded-proto": "https" } })?.url).toBe(LOCAL);
  });

  it.each([
    [{ "x-forwarded-host": "a.example", "x-forwarded-proto": "https" }, "https://a.example/voice/webhook"],
    [{ "x-forwarded-host": "A.example, proxy.internal" }, "https://a.example/voice/webhook"],
    [{ host: "a.example", "x-forwarded-proto": "http" }, "http://a.example/voice/webhook"],
    [{ "x-forwarded-host": "a.example", "x-forwarded-port": "8443" }, "https://a.example:8443/voice/webhook"],
    [{ "x-forwarded-host": "a.example", "x-forwarded-port": "443" }, "https://a.example/voice/webhook"],
    [{ "x-forwarded-host": "a.example:9443" }, "https://a.example:9443/voice/webhook"],
    [{ "x-forwarded-host": "a.example/path" }, LOCAL],
    [{ "x-forwarded-host": "user@a.example" }, LOCAL],
    [{ "x-forwarded-host": "a.example", "x-forwarded-proto": "javascript" }, LOCAL],
    [{}, LOCAL],
  ])("is what a proxy that is believed says: %j", (headers, url) => expect(see({ forwarding: believing }, { headers })?.url).toBe(url));

  it("may name only the hosts that are allowed", () => {
    const forwarding = { trustForwardingHeaders: false, allowedHosts: ["a.example"] };
    expect(see({ forwarding }, { headers: { "x-forwarded-host": "a.example" } })?.url).toBe("https://a.example/voice/webhook");
    expect(see({ forwarding }, { headers: { "x-forwarded-host": "b.example" } })?.url).toBe(LOCAL);
    expect(see({ forwarding }, { headers: { "x-forwarded-host": "xa.example" } })?.url).toBe(LOCAL);
  });

  it.each([
    ["127.0.0.1", undefined, true],
    ["::ffff:127.0.0.1", undefined, true],
    ["203.0.113.9", undefined, false],
    ["::ffff:10.1.2.3", ["10.0.0.0/8"], true],
    ["10.1.2.3", ["::ffff:10.1.2.3"], true],
    ["11.1.2.3", ["10.0.0.0/8"], false],
    ["fd00::1", ["fd00::/8"], true],
    ["127.0.0.1", ["10.0.0.1"], false],
    ["10.0.0.1", ["nonsense", "10.0.0.0/99"], false],
  ])("a proxy at %s, with %j trusted, is believed: %s", (peer, trustedProxyIPs, believed) => {
    const forwarding = { trustForwardingHeaders: true, ...(trustedProxyIPs && { trustedProxyIPs }) };
    const url = see({ forwarding }, { peer, headers: { "x-forwarded-host": "a.example" } })?.url;
    expect(url).toBe(believed ? "https://a.example/voice/webhook" : LOCAL);
  });

  it("comes with the other spellings of an entry that was typed by hand", () => {
    expect(see({ publicUrl: "https://a.example/hook" }, { target: "/voice/webhook?x=1" })?.spellings()).toEqual([
      "https://a.example:443/hook?x=1",
      "https://a.example/hook/?x=1",
      "https://a.example:443/hook/?x=1",
    ]);
    expect(see({ publicUrl: "https://a.example:8443/hook" }, {})?.spellings()).toEqual(["https://a.example:8443/hook/"]);
  });

  it("comes with and without its default port only, where we minted it", () => {
    const target = "/voice/webhook/c/id/1/n/status";
    expect(see({ publicUrl: "https://a.example:443/hook" }, { target })?.spellings()).toEqual(["https://a.example/hook/c/id/1/n/status"]);
    expect(see({}, { target })?.spellings()).toEqual([]);
  });
});

describe("where a request came from", () => {
  it.each([
    ["::ffff:203.0.113.9", {}, { trustForwardingHeaders: false }, "203.0.113.9"],
    ["203.0.113.9", { "x-forwarded-for": "1.2.3.4" }, believing, "203.0.113.9"],
    ["127.0.0.1", { "x-forwarded-for": "1.2.3.4" }, { trustForwardingHeaders: false }, "127.0.0.1"],
    ["127.0.0.1", { "x-forwarded-for": "6.6.6.6, 1.2.3.4, ::ffff:127.0.0.1" }, believing, "1.2.3.4"],
    ["10.0.0.1", { "x-forwarded-for": "1.2.3.4, 10.0.0.2" }, { trustForwardingHeaders: true, trustedProxyIPs: ["10.0.0.0/8"] }, "1.2.3.4"],
    ["127.0.0.1", {}, believing, "127.0.0.1"],
  ])("peer %s with %j", (peer, headers, forwarding, source) => expect(see({ forwarding }, { peer, headers })?.source).toBe(source));
});
