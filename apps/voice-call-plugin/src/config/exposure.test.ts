import { describe, expect, it } from "vitest";
import { isLoopback, notPublic } from "./exposure.ts";

describe("a URL that the public internet cannot reach", () => {
  it.each([
    ["http://localhost:3334/voice", /name/],
    ["https://127.0.0.1/voice", /loopback/],
    ["https://127.8.9.1/", /loopback/],
    ["https://[::1]/", /loopback/],
    ["https://2130706433/", /loopback/],
    ["https://0x7f.1/", /loopback/],
    ["https://[::ffff:127.0.0.1]/", /loopback/],
    ["https://0.0.0.0/", /unspecified/],
    ["https://10.1.2.3/", /private/],
    ["https://172.16.0.1/", /private/],
    ["https://172.31.255.255/", /private/],
    ["https://192.168.1.1/", /private/],
    ["https://[fd00::1]/", /private/],
    ["https://[fc12::1]/", /private/],
    ["https://[::ffff:10.0.0.1]/", /private/],
    ["https://169.254.1.1/", /link-local/],
    ["https://[fe80::1]/", /link-local/],
    ["https://100.64.0.1/", /carrier-grade NAT/],
    ["https://100.127.255.254/", /carrier-grade NAT/],
    ["https://203.0.113.9/", /documentation/],
    ["https://224.0.0.1/", /multicast/],
    ["https://gateway/voice", /name/],
    ["https://gateway.local./voice", /name/],
    ["ftp://voice.example.com", /https/],
    ["voice.example.com", /no URL/],
  ])("is %s", (url, why) => expect(notPublic(url)).toMatch(why));
});

describe("a URL that the public internet can reach", () => {
  it.each([
    "https://voice.example.com/voice/webhook",
    "https://abc.ngrok.app",
    "https://host.tailnet.ts.net:8443/voice",
    "https://8.8.8.8/",
    "https://172.32.0.1/",
    "https://100.128.0.1/",
    "https://[2606:4700::1111]/",
    "https://locals.example.com",
  ])("is %s", (url) => expect(notPublic(url)).toBeUndefined());
});

describe("an address to listen on", () => {
  it.each(["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost", "LOCALHOST"])("%s is loopback", (bind) => expect(isLoopback(bind)).toBe(true));
  it.each(["0.0.0.0", "::", "192.168.1.2", "gateway", ""])("%s is not loopback", (bind) => expect(isLoopback(bind)).toBe(false));
});
