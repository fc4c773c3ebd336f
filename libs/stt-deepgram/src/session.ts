import type { TranscriberRequest } from "@openclaw/telephony-contract";
import type { Report, SocketProtocol } from "@openclaw/telephony-kit";
import { isFlux, type DeepgramConfig } from "./config.ts";
import { FluxSession } from "./flux-session.ts";
import { NovaSession } from "./nova-session.ts";

/** Deepgram's half of one session: Flux and the models before it speak different protocols. */
export function createSession(config: DeepgramConfig, request: TranscriberRequest, report: Report): SocketProtocol {
  return isFlux(config) ? new FluxSession(config, request, report) : new NovaSession(config, request, report);
}
