import { describe, expect, it } from "vitest";
import { TelephonyError } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { ask, askOnce } from "./ask.ts";
import { httpFault } from "./http-fault.ts";

const what = "Dialling";
const never = () => new Promise<never>(() => undefined);
const failing = (error: unknown) => async (): Promise<never> => { throw error; };
const coded = (message: string, code: string, cause?: unknown) => Object.assign(new Error(message, { cause }), { code });
const options = () => ({ what, ms: 10_000, clock: createVirtualClock() });

describe.each([["asked", ask], ["asked once", askOnce]])("a provider that is %s", (_, asking) => {
  it("gives its answer", async () => {
    const given = options();
    await expect(asking(async () => "queued", given)).resolves.toBe("queued");
    expect(given.clock.pending).toBe(0);
  });

  it.each([400, 401, 404, 422, 429])("keeps its refusal, HTTP %d", async (status) => {
    const refusal = httpFault(status, { what });
    await expect(asking(failing(refusal), options())).rejects.toBe(refusal);
  });

  it("is not asked for a caller that has cancelled already", async () => {
    let asked = false;
    const work = () => ((asked = true), never());
    await expect(asking(work, { ...options(), signal: AbortSignal.abort("not wanted") })).rejects.toMatchObject({ code: "aborted", cause: "not wanted" });
    expect(asked).toBe(false);
  });

  it("has its client's errors put into the contract's words", async () => {
    const thrown = coded("Invalid 'To'", "21211");
    const refusal = new TelephonyError("invalid-request", "no such number", { cause: thrown });
    const toFault = (error: unknown) => (error === thrown ? refusal : undefined);
    await expect(asking(failing(thrown), { ...options(), toFault })).rejects.toBe(refusal);
  });

  it.each([
    ["fetch", new TypeError("fetch failed", { cause: coded("connect", "ECONNREFUSED") })],
    ["another client", coded("getaddrinfo", "ENOTFOUND")],
    ["an SDK that wraps deeply", new Error("a", { cause: new Error("b", { cause: coded("getaddrinfo", "EAI_AGAIN") }) })],
    ["undici", new TypeError("fetch failed", { cause: coded("timeout", "UND_ERR_CONNECT_TIMEOUT") })],
  ])("that cannot be reached is unavailable, as %s says it", async (_client, thrown) => {
    await expect(asking(failing(thrown), options())).rejects.toMatchObject({ code: "unavailable", retryable: true, cause: thrown });
  });
});

describe("a provider whose answer is not known", () => {
  const lost = [
    ["a connection that broke", new TypeError("fetch failed", { cause: coded("read", "ECONNRESET") }), "unavailable"],
    ["an answer that is no JSON", new SyntaxError("Unexpected token <"), "unavailable"],
    ["a thrown text", "gone", "unavailable"],
    ["a fault of its own", httpFault(503, { what, providerCode: "10037" }), "unavailable"],
  ] as const;

  it.each(lost)("may be asked again after %s", async (_, thrown, code) => {
    await expect(ask(failing(thrown), options())).rejects.toMatchObject({ code, retryable: true });
  });

  it.each(lost)("is not asked again for what must not happen twice after %s", async (_, thrown) => {
    await expect(askOnce(failing(thrown), options())).rejects.toMatchObject({
      code: "dial-unknown",
      retryable: false,
      message: "Dialling: it is not known whether the provider did it",
      cause: { code: "unavailable" },
    });
  });

  it("is a timeout, which for what must not happen twice is not retryable", async () => {
    for (const [asking, expected] of [[ask, { code: "timeout", retryable: true }], [askOnce, { code: "dial-unknown", retryable: false }]] as const) {
      const given = options();
      const outcome = expect(asking(never, given)).rejects.toMatchObject(expected);
      await given.clock.advance(10_000);
      await outcome;
    }
  });

  it("may have done what was cancelled in the middle", async () => {
    for (const [asking, code] of [[ask, "aborted"], [askOnce, "dial-unknown"]] as const) {
      const given = options();
      const controller = new AbortController();
      let told: AbortSignal | undefined;
      const work = (signal: AbortSignal) => ((told = signal), never());
      const outcome = expect(asking(work, { ...given, signal: controller.signal })).rejects.toMatchObject({ code });
      await given.clock.settle();
      controller.abort("hung up");
      await outcome;
      expect(told?.aborted).toBe(true);
      expect(given.clock.pending).toBe(0);
    }
  });

  it("keeps its own code for the operator", async () => {
    await expect(askOnce(failing(httpFault(500, { what, providerCode: "20500" })), options())).rejects.toMatchObject({ providerCode: "20500" });
  });

  it("does not keep the search for the reason going round in circles", async () => {
    const circle = new Error("a");
    circle.cause = new Error("b", { cause: circle });
    await expect(askOnce(failing(circle), options())).rejects.toMatchObject({ code: "dial-unknown" });
  });
});
