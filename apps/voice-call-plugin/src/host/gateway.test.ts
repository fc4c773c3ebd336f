import { describe, expect, it, vi } from "vitest";
import { askGateway, type GatewaySdk } from "./gateway.ts";

interface HostError {
  readonly host: "transport" | "request" | "other";
  readonly kind?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly gatewayCode?: string;
  readonly details?: unknown;
}

function gateway(error?: HostError) {
  const sdk = {
    callGatewayFromCli: vi.fn(() => (error ? Promise.reject(Object.assign(new Error("as the host says it"), error)) : Promise.resolve({ found: true }))),
    isGatewayTransportError: (value: unknown) => (value as HostError).host === "transport",
    isGatewayClientRequestError: (value: unknown) => (value as HostError).host === "request",
  } satisfies GatewaySdk;
  return { sdk, ask: () => askGateway(sdk, "status", { callId: "c1" }, 4000) };
}

describe("a question to the Gateway", () => {
  it("is asked with the right that it needs and a deadline", async () => {
    const { sdk, ask } = gateway();
    expect(await ask()).toEqual({ found: true });
    expect(sdk.callGatewayFromCli).toHaveBeenCalledWith("voicecall.status", { timeout: "4000" }, { callId: "c1" }, { progress: false, scopes: ["operator.read"] });
  });

  it("finds no Gateway only when the connection is refused", async () => {
    const { ask } = gateway({ host: "transport", kind: "closed", reason: "connect ECONNREFUSED 127.0.0.1:18789" });
    await expect(ask()).rejects.toMatchObject({ code: "gateway-absent", retryable: true });
  });

  it.each<[string, HostError]>([
    ["restarts", { host: "transport", kind: "closed", code: 1012, reason: "service restart" }],
    ["refuses the token", { host: "transport", kind: "closed", code: 1008, reason: "unauthorized" }],
    ["drops the connection", { host: "transport", kind: "closed", reason: "socket hang up" }],
    ["keeps silent", { host: "transport", kind: "timeout" }],
    ["forbids it", { host: "request", gatewayCode: "FORBIDDEN", details: { code: "MISSING_SCOPE" } }],
    ["does not know the method", { host: "request", gatewayCode: "INVALID_REQUEST" }],
    ["is asked by a host in trouble", { host: "other" }],
  ])("finds a Gateway that cannot be used when it %s", async (_what, error) => {
    await expect(gateway(error).ask()).rejects.toMatchObject({ code: "gateway-unreachable", message: expect.stringContaining("openclaw gateway status") as string });
  });

  it("brings back the telephone's own error, list of problems included", async () => {
    const details = { code: "setup-incomplete", message: "not set up", retryable: false, problems: [{ key: "provider", message: "m", remedy: "r" }] };
    await expect(gateway({ host: "request", gatewayCode: "setup-incomplete", details }).ask()).rejects.toMatchObject(details);
  });
});
