import type { HostApi, HostService } from "../host/api.ts";
import { publishRuntime, withdrawRuntime } from "./slot.ts";
import type { GatewayTelephone } from "./gateway-telephone.ts";

/**
 * The Gateway's service: the only place where a telephone starts. Everything heavy is imported here, at the start, because
 * a retired instance of a plugin can import nothing any more. Neither start nor stop ever rejects: a telephone that
 * cannot work says why when it is used, and the Gateway goes on.
 */
export function telephoneService(api: HostApi): HostService {
  const owner = Symbol("voice-call");
  let running: Promise<GatewayTelephone> | undefined;

  return {
    id: "voice-call",
    async start(context) {
      if (running) return;
      const starting = import("./gateway-telephone.ts").then(({ openGatewayTelephone }) => openGatewayTelephone(api.runtime, context));
      running = starting;
      try {
        const telephone = await starting;
        if (running !== starting) return;
        publishRuntime({ owner, request: (method, input, requester) => telephone.request(method, input, requester) });
        await telephone.start();
      } catch (error) {
        context.logger.error(`voice call: the telephone could not start: ${messageOf(error)}`);
      }
    },
    async stop(context) {
      const stopping = running;
      running = undefined;
      withdrawRuntime(owner);
      try {
        await (await stopping)?.stop();
      } catch (error) {
        context.logger.error(`voice call: the telephone could not stop cleanly: ${messageOf(error)}`);
      }
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
