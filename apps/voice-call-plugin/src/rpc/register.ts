import type { HostApi, Respond } from "../host/api.ts";
import { type Fault, faultOf, notRunning } from "../requests/faults.ts";
import { gatewayMethod, METHODS, type Method } from "../requests/methods.ts";
import { currentRuntime } from "../runtime/slot.ts";

/**
 * Registers the Gateway methods. Each hands its parameters to the telephone of the process and answers with what that
 * says; errors go out as `{code, message, details}` and never as exceptions, whose text the host would show.
 */
export function registerGatewayMethods(api: HostApi): void {
  for (const [method, scope] of Object.entries(METHODS) as [Method, (typeof METHODS)[Method]][]) {
    api.registerGatewayMethod(gatewayMethod(method), ({ params, respond }) => answer(method, params, respond), { scope });
  }
}

async function answer(method: Method, params: unknown, respond: Respond): Promise<void> {
  let result: unknown;
  try {
    const runtime = currentRuntime();
    if (!runtime) throw notRunning();
    result = await runtime.request(method, params);
  } catch (error) {
    return refuse(respond, faultOf(error));
  }
  respond(true, result);
}

function refuse(respond: Respond, fault: Fault): void {
  const { code, message, retryable, retryAfterMs } = fault;
  respond(false, undefined, { code, message, details: fault, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}
