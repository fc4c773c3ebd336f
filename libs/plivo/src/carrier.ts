import { TelephonyError, type CallRef, type Carrier, type CarrierContext } from "@openclaw/telephony-contract";
import { SingleFlight, withDeadline } from "@openclaw/telephony-kit";
import { check } from "./capabilities.ts";
import { createClient, type PlivoClient } from "./client.ts";
import type { PlivoConfig } from "./config.ts";
import { dial } from "./dial.ts";
import { renderDocument, type Omission } from "./document.ts";
import { createVerifier } from "./signature.ts";
import { callUuidOf, statusOf } from "./status.ts";
import { parseWebhook } from "./webhooks.ts";

/** How long somebody waits for a hang-up that may be shared with others. */
const HANGUP_MS = 10_000;

const OMISSIONS: Readonly<Record<Omission, string>> = {
  "document-too-large": "a plan is larger than Plivo's documents may be: its end was left out",
  "keys-not-supported": "Plivo presses the keys 0-9 * # only: others were left out",
};

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
      withDeadline(() => hangups.run(call.callId, () => hangUp(client, call, life)), { ms: HANGUP_MS, clock, signal, what: "Hanging up" }),
    status: (call, signal) => statusOf(client, call, signal),
    render: (plan, urls) => renderDocument(plan, urls, (what) => log.warn(OMISSIONS[what], { callId: plan.callId })),
    nudge: (call, documentUrl, signal) => nudge(client, call, documentUrl, signal),
    verify: createVerifier(config.authToken),
    parse: (request, minted) => parseWebhook(request, minted, clock.now()),
  };
}

/** Ends the call under each of its ids. What is not there any more was ended already. */
async function hangUp(client: PlivoClient, call: CallRef, signal: AbortSignal): Promise<void> {
  const callUuid = callUuidOf(call);
  if (callUuid !== undefined) return void (await client.hangup(callUuid, signal));
  if (call.carrierIds.length === 0) throw idUnknown("Hanging up");
  for (const id of call.carrierIds) if (!(await client.hangup(id, signal))) await client.cancel(id, signal);
}

async function nudge(client: PlivoClient, call: CallRef, documentUrl: string, signal: AbortSignal): Promise<void> {
  const callUuid = callUuidOf(call);
  if (callUuid === undefined) throw idUnknown("The nudge");
  await client.redirect(callUuid, documentUrl, signal);
}

function idUnknown(what: string): TelephonyError {
  return new TelephonyError("unavailable", `${what}: Plivo has not told yet by which id it knows the call`, { retryable: true });
}
