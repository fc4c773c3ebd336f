import { describe, expect, it, vi } from "vitest";
import { TelephonyError, isTelephonyError, toTelephonyError } from "./errors.ts";

describe("an error of the contract", () => {
  it("says what happened, whether to ask again, and what lies beneath", () => {
    const cause = new Error("socket hang up");
    const error = new TelephonyError("rate-limited", "wait a little", { retryable: true, retryAfterMs: 1500, providerCode: "20429", cause });
    expect(error).toMatchObject({ name: "TelephonyError", code: "rate-limited", message: "wait a little", retryable: true, retryAfterMs: 1500, providerCode: "20429", cause });
    expect(error).toBeInstanceOf(Error);
  });

  it("is not worth another try unless it says so, and has no members that it was not given", () => {
    const error = new TelephonyError("internal", "a defect");
    expect(error.retryable).toBe(false);
    for (const member of ["cause", "retryAfterMs", "providerCode"]) expect(member in error).toBe(false);
  });

  it("may carry a code of the provider's own", () => {
    expect(isTelephonyError(new TelephonyError("acme-out-of-credit", "top up"), "acme-out-of-credit")).toBe(true);
  });
});

describe("telling an error of the contract", () => {
  it("goes by its brand, and by its code where one is given", () => {
    const error = new TelephonyError("timeout", "no answer");
    expect(isTelephonyError(error)).toBe(true);
    expect(isTelephonyError(error, "timeout")).toBe(true);
    expect(isTelephonyError(error, "aborted")).toBe(false);
  });

  it("recognises errors of another copy of this module", async () => {
    vi.resetModules();
    const copy = await import("./errors.ts");
    const foreign = new copy.TelephonyError("call-gone", "no such call");
    expect(foreign).not.toBeInstanceOf(TelephonyError);
    expect(isTelephonyError(foreign, "call-gone")).toBe(true);
    expect(copy.isTelephonyError(new TelephonyError("timeout", "no answer"))).toBe(true);
    expect(toTelephonyError(foreign)).toBe(foreign);
  });

  it("is not misled by what looks like one", () => {
    for (const value of [undefined, null, "timeout", 7, new Error("timeout"), { code: "timeout", retryable: true }, () => undefined]) {
      expect(isTelephonyError(value)).toBe(false);
    }
  });
});

describe("making an error of the contract", () => {
  it("leaves one as it is", () => {
    const error = new TelephonyError("timeout", "no answer");
    expect(toTelephonyError(error, "unavailable")).toBe(error);
  });

  it("wraps anything else, and keeps it", () => {
    const beneath = new RangeError("out of range");
    expect(toTelephonyError(beneath)).toMatchObject({ code: "internal", message: "out of range", retryable: false, cause: beneath });
    expect(toTelephonyError("plain words", "unavailable")).toMatchObject({ code: "unavailable", message: "plain words", cause: "plain words" });
    expect(toTelephonyError(undefined)).toMatchObject({ code: "internal", message: "undefined" });
  });
});
