import { describe, expect, it } from "vitest";
import { isBaseUrl, isSocketBaseUrl, socketUrl } from "./base-url.ts";

describe("the address of a provider's interface", () => {
  it.each(["https://api.example.com", "https://api.example.com:8443/v2/", "http://127.0.0.1:4010", "http://127.9.9.9", "http://localhost:4010/v2", "http://[::1]:4010"])(
    "may be %s",
    (url) => expect(isBaseUrl(url)).toBe(true),
  );

  it.each([
    "", "nonsense", "api.example.com", "http://api.example.com", "http://localhost.example.com", "http://127.0.0.1.example.com", "http://10.0.0.1", "ftp://127.0.0.1",
    "https://user@api.example.com", "https://:word@api.example.com", "https://api.example.com?key=1", "https://api.example.com/#top", "file:///etc/hosts",
  ])("cannot be %j", (url) => expect(isBaseUrl(url)).toBe(false));
});

describe("the address of an interface of WebSockets", () => {
  it.each(["wss://api.example.com/v1", "https://api.example.com/v1", "ws://127.0.0.1:4010", "ws://localhost:4010", "http://[::1]:4010"])("may be %s", (url) => {
    expect(isSocketBaseUrl(url)).toBe(true);
  });

  it.each(["ws://api.example.com", "http://api.example.com", "wss://user@api.example.com", "wss://api.example.com?key=1", "ftp://127.0.0.1", "api.example.com"])("cannot be %j", (url) => {
    expect(isSocketBaseUrl(url)).toBe(false);
  });

  it.each([
    ["https://api.example.com/v1/", "/listen", undefined, "wss://api.example.com/v1/listen"],
    ["http://127.0.0.1:4010", "/v1/listen", {}, "ws://127.0.0.1:4010/v1/listen"],
    ["wss://api.example.com", "/x", { a: 1, b: true, c: undefined, d: ["one two", "&"], e: [] }, "wss://api.example.com/x?a=1&b=true&d=one+two&d=%26"],
  ])("of %s and %s", (base, path, query, url) => {
    expect(socketUrl(base, path, query)).toBe(url);
  });
});
