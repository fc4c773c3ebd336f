import { TelephonyError } from "@openclaw/telephony-contract";
import { errorOf, type Fault } from "../requests/faults.ts";
import { gatewayMethod, METHODS, type Method } from "../requests/methods.ts";
import type { Scope } from "./api.ts";

/** The host's Gateway client, as far as it is used. */
export interface GatewaySdk {
  callGatewayFromCli(
    method: string,
    options: { timeout: string },
    parameters: unknown,
    extra: { progress: boolean; scopes: Scope[] },
  ): Promise<unknown>;
  isGatewayTransportError(error: unknown): boolean;
  isGatewayClientRequestError(error: unknown): boolean;
}

/**
 * Asks the telephone of a running Gateway. Rejects with the error that the telephone gave there; with `gateway-absent` only
 * when nothing listens at its address; and with `gateway-unreachable` for everything else, such as a wrong token, a restart
 * or silence, because then a Gateway is there and a second telephone must not start beside it.
 */
export async function askGateway(sdk: GatewaySdk, method: Method, input: unknown, timeoutMs: number): Promise<unknown> {
  const extra = { progress: false, scopes: [METHODS[method]] };
  try {
    return await sdk.callGatewayFromCli(gatewayMethod(method), { timeout: String(timeoutMs) }, input, extra);
  } catch (error) {
    throw explained(sdk, error);
  }
}

function explained(sdk: GatewaySdk, error: unknown): TelephonyError {
  const message = error instanceof Error ? error.message : String(error);
  if (sdk.isGatewayTransportError(error) && nothingListens(error))
    return new TelephonyError("gateway-absent", "No Gateway is running here. Start it with `openclaw gateway`.", { retryable: true, cause: error });
  if (sdk.isGatewayClientRequestError(error)) {
    const fault = property(error, "details");
    if (isFault(fault)) return errorOf(fault);
    const code = property(error, "gatewayCode");
    return unreachable(`The Gateway refused (${String(code)}): ${message}`, error);
  }
  return unreachable(`The Gateway did not answer: ${message}`, error);
}

/**
 * The host calls every ended connection closed, also one that a living Gateway ended with a reason of its own (wrong
 * token, restart). Only a refused connection means that there is none.
 */
function nothingListens(error: unknown): boolean {
  if (property(error, "kind") !== "closed" || property(error, "code") !== undefined) return false;
  return /ECONNREFUSED/.test(String(property(error, "reason")));
}

function unreachable(what: string, cause: unknown): TelephonyError {
  return new TelephonyError("gateway-unreachable", `${what} See \`openclaw gateway status\`.`, { cause });
}

function isFault(value: unknown): value is Fault {
  return typeof property(value, "code") === "string" && typeof property(value, "message") === "string";
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
