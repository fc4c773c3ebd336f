import { describe, expect, it } from "vitest";
import { DoorUrls } from "./urls.ts";

const urls = new DoorUrls(() => "https://voice.example.com/hook");
const plan = { callId: "call/1", revision: 7, nonce: "abc" };

describe("the URLs by which carriers reach us", () => {
  it("are read back as what they were minted for", () => {
    const minted = urls.mint(plan);
    for (const purpose of ["document", "continuation", "status", "machine", "recording", "transfer", "media"] as const) {
      expect(urls.read(minted[purpose])).toEqual({ purpose, callId: "call/1", revision: 7, nonce: "abc" });
    }
    expect(new Set(Object.values(minted)).size).toBe(7);
  });

  it("name the step whose end a transfer's URL reports", () => {
    const transfer = { kind: "transfer", id: "7-0", to: "+15550100001", ringTimeoutMs: 1, onFailure: [] } as const;
    expect(urls.read(urls.mint({ ...plan, steps: [transfer] }).transfer)).toMatchObject({ purpose: "transfer", stepId: "7-0" });
  });

  it("include the entry, with or without a slash at its end", () => {
    expect(urls.read("https://voice.example.com/hook")).toEqual({ purpose: "entry" });
    expect(urls.read("https://voice.example.com/hook/?a=1")).toEqual({ purpose: "entry" });
  });

  it.each(["/hook/other", "/", "/hook/c/call/7/abc/nothing", "/hook/c/call/x/abc/status", "/hook/c/call/7/abc/status/more", "/hookc/call/7/abc/status"])(
    "do not include %s",
    (path) => expect(urls.read(`https://voice.example.com${path}`)).toBeUndefined(),
  );
});
