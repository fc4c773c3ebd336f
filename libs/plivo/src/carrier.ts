import { TelephonyError, type CallRef, type Carrier, type CarrierContext } from "@openclaw/telephony-contract";
import { SingleFlight, withDeadline } from "@openclaw/telephony-kit";
import { check } from "./capabilities.ts";
import { REQUEST_MS, createClient, type PlivoClient } from "./client.ts";
import type { PlivoConfig } from "./config.ts";
import { dial } from "./dial.ts";
import { renderDocument } from "./document.ts";
import { createFrameCodec } from "./frames.ts";
import { createVerifier } from "./signature.ts";
import { callUuidOf, statusOf } from "./status.ts";
import { parseWebhook } from "./webhooks.ts";

/** The carrier in front of Plivo. */
export async function createCarrier(config: PlivoConfig, context: CarrierContext): Promise<Carrier> {
  const { clock, log, signal: life } = context;
  const client = await createClient(config, context);
  const hangups = new SingleFlight<string>();
  return {
    close: () => Promise.resolve(),
    check,
    dial: (request) => dial(client, request),
    hangup: (call, signal) =>
      withDeadline(() => hangups.run(call.callId, () => hangUp(client, call, life)), { ms: REQUEST_MS, clock, signal, what: "Hanging up" }),
    status: (call, signal) => statusOf(client, call, signal),
    render: (plan, urls) => renderDocument(plan, urls, (why) => log.warn(why, { callId: plan.callId })),
    nudge: async (call, documentUrl, signal) => client.redirect(callUuidOf(call) ?? idUnknown("The nudge"), documentUrl, signal),
    frames: createFrameCodec(config.authToken),
    verify: createVerifier(config.authToken),
    parse: (request, minted) => parseWebhook(request, minted, clock.now()),
  };
}

/** A call that is not there any more was ended already. A request that is not: its call may go on under an id that is still to be told. */
async function hangUp(client: PlivoClient, call: CallRef, signal: AbortSignal): Promise<void> {
  const callUuid = callUuidOf(call);
  if (callUuid !== undefined) return void (await client.hangup(callUuid, signal));
  for (const id of call.carrierIds) if ((await client.hangup(id, signal)) || (await client.cancel(id, signal))) return;
  idUnknown("Hanging up");
}

/** Throws what the engine tries again: the first webhook of a call brings its id. */
function idUnknown(what: string): never {
  throw new TelephonyError("unavailable", `${what}: Plivo has not told yet by which id it knows the call`, { retryable: true });
}
