import { describe, expect, it } from "vitest";
import { isBaseUrl } from "./base-url.ts";

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
