import { afterEach, describe, expect, it } from "vitest";
import { FakeHost, Instance } from "../host/fake-host.test-support.ts";
import { SetupError } from "../requests/faults.ts";
import { publishRuntime, withdrawRuntime } from "../runtime/slot.ts";
import { registerGatewayMethods } from "./register.ts";

const owner = Symbol("test");
afterEach(() => withdrawRuntime(owner));

function gateway(request: (method: string, input: unknown) => Promise<unknown> = () => Promise.resolve({})) {
  using host = new FakeHost({});
  const instance = new Instance(host, "full");
  registerGatewayMethods(instance.api);
  publishRuntime({ owner, request });
  return instance;
}

describe("the Gateway methods", () => {
  it("ask for the right to write, to read where nothing changes, and for the owner's where it is about who may call", () => {
    const scopes = [...gateway().methods].map(([name, { scope }]) => `${name} ${scope.replace("operator.", "")}`);
    expect(scopes).toEqual([
      "voicecall.initiate write",
      "voicecall.start write",
      "voicecall.continue write",
      "voicecall.continue.start write",
      "voicecall.continue.result read",
      "voicecall.speak write",
      "voicecall.dtmf write",
      "voicecall.transfer write",
      "voicecall.end write",
      "voicecall.status read",
      "voicecall.pairing.list admin",
      "voicecall.pairing.approve admin",
      "voicecall.pairing.refuse admin",
      "voicecall.pairing.revoke admin",
    ]);
  });

  it("answer with what the telephone of the process says", async () => {
    const instance = gateway((method, input) => Promise.resolve({ method, input }));
    expect(await instance.rpc("voicecall.continue.result", { operationId: "o1" })).toEqual({
      ok: true,
      payload: { method: "continue.result", input: { operationId: "o1" } },
    });
  });

  it("answer an error with its code, its words and its list of problems", async () => {
    const problems = [{ key: "provider", message: "no carrier is chosen", remedy: "Set it" }];
    const instance = gateway(() => Promise.reject(new SetupError("setup-incomplete", problems)));
    const { ok, error } = await instance.rpc("voicecall.status");
    expect(ok).toBe(false);
    expect(error).toMatchObject({ code: "setup-incomplete", message: expect.stringContaining("provider") as string, retryable: false, details: { problems } });
  });

  it("never let a foreign error's words out", async () => {
    const instance = gateway(() => Promise.reject(new Error("a secret")));
    const { error } = await instance.rpc("voicecall.status");
    expect(error).toMatchObject({ code: "internal" });
    expect(JSON.stringify(error)).not.toContain("secret");
  });

  it("say so when no telephone runs", async () => {
    const instance = gateway();
    withdrawRuntime(owner);
    expect(await instance.rpc("voicecall.status")).toMatchObject({ ok: false, error: { code: "not-running", retryable: true } });
  });
});
