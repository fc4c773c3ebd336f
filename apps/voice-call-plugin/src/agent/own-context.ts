import { AsyncLocalStorage } from "node:async_hooks";
import type { Responder } from "@openclaw/call-engine";

/**
 * A responder whose work belongs to whoever made it, not to whoever set it off. The host counts what a request starts as
 * that request's work and refuses agent turns of a request that is over; a call outlives the request that began it.
 */
export function inOwnContext(responder: Required<Responder>): Responder {
  const run = AsyncLocalStorage.snapshot();
  return {
    identify: (call, settings) => responder.identify(call, settings),
    respond: (request) => run(() => responder.respond(request)),
    prewarm: (call, settings) => run(() => responder.prewarm(call, settings)),
    remember: (call, settings, text) => run(() => responder.remember(call, settings, text)),
  };
}
