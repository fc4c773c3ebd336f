import { describe, expect, it } from "vitest";
import { openBench, says } from "./test/bench.ts";

const HOUR = "Your session hit the maximum duration of 60 minutes.";
const BAD_KEY = { code: "invalid_api_key", message: "Incorrect API key provided: sk-secret" };

describe("an error of OpenAI's", () => {
  it.each([
    ["that the time is over", { code: "session_expired", message: HOUR }, "lost unavailable: The session with OpenAI has lasted as long as it may"],
    ["that the time is over, without its code", { message: HOUR }, "lost unavailable: The session with OpenAI has lasted as long as it may"],
    ["about the key", BAD_KEY, "fail auth-failed: OpenAI refuses the API key: check apiKey (invalid_api_key)"],
    ["about the key, by its type", { type: "authentication_error" }, "fail auth-failed: OpenAI refuses the API key: check apiKey (authentication_error)"],
    ["about credit", { code: "insufficient_quota" }, "fail quota-exceeded: The OpenAI account has no credit left, or reached its limit: check its billing (insufficient_quota)"],
  ])("%s has the same consequence at any time", (_what, error, consequence) => {
    for (const ready of [false, true]) {
      const { receives, did } = openBench({}, { ready });
      did();
      receives(says.error(error));
      expect(did()).toEqual([consequence]);
    }
  });

  it.each([
    ["too many sessions", { code: "rate_limit_exceeded" }, "lost rate-limited: OpenAI asks for fewer sessions (rate_limit_exceeded)"],
    ["a fault of its own", { type: "server_error" }, "lost unavailable: OpenAI is faulty at the moment (server_error)"],
    ["a model", { code: "model_not_found" }, "fail config-invalid: OpenAI does not know the model, or not for this account: check model (model_not_found)"],
    [
      "a model, by its field",
      { code: "invalid_value", param: "session.audio.input.transcription.model" },
      "fail config-invalid: OpenAI does not know the model, or not for this account: check model (invalid_value, session.audio.input.transcription.model)",
    ],
    ["another field", { code: "unknown_parameter", param: "session.foo" }, "fail invalid-request: OpenAI refuses how the session is set up (unknown_parameter, session.foo)"],
    ["something that has no name", { type: "?!" }, "fail invalid-request: OpenAI refuses how the session is set up (unknown)"],
  ])("about %s ends what is not set up yet, and nothing later", (_what, error, consequence) => {
    const early = openBench({}, { ready: false });
    early.did();
    early.receives(says.error(error));
    expect(early.did()).toEqual([consequence]);
    const late = openBench();
    late.receives(says.error(error));
    expect(late.did()).toEqual([]);
  });

  it("that ends nothing is logged once, by its name alone", () => {
    const { receives, log } = openBench();
    receives(says.error({ code: "odd_thing", message: "You said: swordfish" }));
    receives(says.error({ code: "other_thing" }));
    expect(log.lines).toMatchObject([{ level: "warn", fields: { code: "odd_thing" } }]);
    expect(JSON.stringify(log.lines)).not.toContain("swordfish");
  });

  it("is not quoted", () => {
    const { receives, did } = openBench();
    receives(says.error(BAD_KEY));
    expect(did().join()).not.toContain("sk-secret");
  });
});

describe("a model for which OpenAI finds no turns after all", () => {
  it.each([{ code: "invalid_value", param: "session.audio.input.turn_detection" }, { message: "Turn detection is not supported for this transcription model." }])("is used without, after %j", (error) => {
    const { receives, did, told } = openBench({}, { ready: false });
    expect(did()).toMatchObject([expect.stringContaining('"turn_detection":{"type":"server_vad"')]);
    receives(says.error(error));
    expect(did()).toMatchObject([expect.stringContaining('"turn_detection":null')]);
    receives({ type: "session.updated" });
    receives(says.delta("a", "Good"));
    expect([did(), told()]).toEqual([["ready"], ["partial item-1 Good"]]);
  });

  it("is refused for good where that is refused, too", () => {
    const { receives, did } = openBench({}, { ready: false });
    const refusal = says.error({ code: "invalid_value", param: "session.audio.input.turn_detection" });
    receives(refusal);
    did();
    receives(refusal);
    expect(did()).toEqual(["fail invalid-request: OpenAI refuses how the session is set up (invalid_value, session.audio.input.turn_detection)"]);
  });

  it("is known by the next connection", () => {
    const { protocol, wire, receives, did } = openBench({}, { ready: false });
    receives(says.error({ param: "session.audio.input.turn_detection" }));
    did();
    protocol.restarted();
    protocol.opened(wire);
    expect(did()).toMatchObject([expect.stringContaining('"turn_detection":null')]);
  });
});
