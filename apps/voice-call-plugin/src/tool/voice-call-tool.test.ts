import { TelephonyError } from "@openclaw/telephony-contract";
import { afterEach, describe, expect, it, vi } from "vitest";
import { publishRuntime, withdrawRuntime } from "../runtime/slot.ts";
import { voiceCallTool } from "./voice-call-tool.ts";

const owner = Symbol("test");
afterEach(() => withdrawRuntime(owner));

const use = async (parameters: unknown, askGateway = vi.fn(() => Promise.resolve({ success: true }) as Promise<unknown>)) => {
  const tool = voiceCallTool({ agentId: "main", sessionKey: "agent:main:main" }, askGateway);
  return { ...(await tool.execute("1", parameters)), askGateway };
};

describe("the agent's tool", () => {
  it.each([
    ["initiate_call", { to: "+15550100", message: "Hi" }, "initiate"],
    ["continue_call", { callId: "c1", message: "Hi" }, "continue"],
    ["speak_to_user", { callId: "c1", message: "Hi" }, "speak"],
    ["send_dtmf", { callId: "c1", digits: "1" }, "dtmf"],
    ["transfer_call", { callId: "c1", to: "+15550100" }, "transfer"],
    ["end_call", { callId: "c1" }, "end"],
    ["get_status", { callId: "c1" }, "status"],
  ])("does %s with the telephone of its process", async (action, input, method) => {
    const request = vi.fn(() => Promise.resolve({ success: true }));
    publishRuntime({ owner, request });
    const { details, askGateway } = await use({ action, ...input });
    expect(details).toEqual({ success: true });
    expect(request).toHaveBeenCalledWith(method, input, { agentId: "main", sessionKey: "agent:main:main" });
    expect(askGateway).not.toHaveBeenCalled();
  });

  it("asks the Gateway when its process has none, and says who asks", async () => {
    const { askGateway } = await use({ action: "initiate_call", message: "Hi", agentId: "other", requesterSessionKey: "x" });
    expect(askGateway).toHaveBeenCalledWith("initiate", { message: "Hi", agentId: "main", requesterSessionKey: "agent:main:main" });
  });

  it.each([
    [{ action: "dance" }, "action"],
    [{}, "action"],
    [undefined, "action"],
    [{ action: "get_status" }, "callId"],
  ])("explains what was wrong with %j", async (parameters, field) => {
    const { content, details } = await use(parameters);
    expect(details).toMatchObject({ success: false, error: { code: "invalid-request", field } });
    expect(JSON.parse(content[0]?.text ?? "")).toEqual(details);
  });

  it("answers a refusal with the reason instead of failing", async () => {
    const refused = () => Promise.reject(new TelephonyError("gateway-absent", "No Gateway is running here.", { retryable: true }));
    expect((await use({ action: "end_call", callId: "c1" }, vi.fn(refused))).details).toEqual({
      success: false,
      error: { code: "gateway-absent", message: "No Gateway is running here.", retryable: true },
    });
  });

  it("tells which of the owner's rules refused a call, and when another may go out", async () => {
    const rule = new TelephonyError("quiet-hours", 'no calls go out from 22:00 to 07:00 ("outbound.quietHours")', { retryable: true, retryAfterMs: 60_000 });
    publishRuntime({ owner, request: () => Promise.reject(rule) });
    expect((await use({ action: "initiate_call", to: "+15550100", message: "Hi" })).details).toEqual({
      success: false,
      error: { code: "quiet-hours", message: rule.message, retryable: true, retryAfterMs: 60_000 },
    });
  });

  it("shows nothing of an error that is none of the telephone's", async () => {
    const broken = () => Promise.reject(new Error("secret in here"));
    expect(JSON.stringify((await use({ action: "end_call", callId: "c1" }, vi.fn(broken))).details)).not.toContain("secret");
  });
});
