import { TelephonyError, isTelephonyError, type CallRef, type Carrier, type CarrierCallStatus, type CarrierContext } from "@openclaw/telephony-contract";
import { SingleFlight, retry, withDeadline } from "@openclaw/telephony-kit";
import { check } from "./capabilities.ts";
import { createClient } from "./client.ts";
import type { TwilioConfig } from "./config.ts";
import { dial } from "./dial.ts";
import { renderPlan } from "./document.ts";
import { framesOf } from "./frames.ts";
import { Signer } from "./signature.ts";
import { endReasonOf, standingOf } from "./status.ts";
import { parseWebhook } from "./webhooks.ts";

/** How long hanging up may take with all its attempts, each of which has a deadline of its own. */
const HANG_UP_MS = 30_000;

/** Makes the carrier of one account. Loads Twilio's SDK. */
export async function createCarrier(config: TwilioConfig, context: Pick<CarrierContext, "clock" | "signal">): Promise<Carrier> {
  const { clock } = context;
  const client = await createClient(config, clock);
  const signer = new Signer(config.authToken);
  const closing = new AbortController();
  const life = AbortSignal.any([context.signal, closing.signal]);
  const hangUps = new SingleFlight<string>();
  const within = (signal: AbortSignal) => AbortSignal.any([signal, life]);

  const hangUp = (sid: string) =>
    hangUps.run(sid, async () => {
      try {
        // `completed` ends a call in any state; `canceled` would leave one alone that is answered at this moment.
        await retry(() => client.update(sid, { status: "completed" }, "Hanging up", life), { clock, signal: life });
      } catch (error) {
        if (!isTelephonyError(error, "call-gone")) throw error;
      }
    });

  /** Twilio says the same of a call that is over and of one that it does not know to be up yet. */
  const sendTo = async (sid: string, documentUrl: string, signal: AbortSignal) => {
    try {
      await client.update(sid, { url: documentUrl, method: "POST" }, "The nudge", signal);
    } catch (error) {
      if (!isTelephonyError(error, "call-gone")) throw error;
      const { status } = await client.fetch(sid, signal);
      if (standingOf(status) === "ended") throw error;
      throw new TelephonyError("unavailable", "The nudge: Twilio does not take the call for answered yet", { retryable: true, cause: error });
    }
  };

  return {
    close: () => Promise.resolve(closing.abort()),
    check,
    dial: (request) => dial(client, request, within(request.signal)),
    async hangup(call, signal) {
      const sid = sidOf(call, "Hanging up");
      await withDeadline(() => hangUp(sid), { ms: HANG_UP_MS, clock, signal: within(signal), what: "Hanging up" });
    },
    async status(call, signal): Promise<CarrierCallStatus> {
      const [sid] = call.carrierIds;
      if (sid === undefined) return { state: "unknown" };
      try {
        const ended = within(signal);
        const { status } = await retry(() => client.fetch(sid, ended), { clock, signal: ended });
        const reason = endReasonOf(status);
        return { state: standingOf(status), carrierIds: [sid], ...(reason !== undefined && { reason }) };
      } catch (error) {
        if (isTelephonyError(error, "call-gone")) return { state: "ended", reason: "failed" };
        if (isTelephonyError(error, "auth-failed")) throw error;
        return { state: "unknown" };
      }
    },
    render: renderPlan,
    async nudge(call, documentUrl, signal) {
      const sid = sidOf(call, "The nudge");
      const ended = within(signal);
      await retry(() => sendTo(sid, documentUrl, ended), { clock, signal: ended });
    },
    verify: (request) => signer.verify(request),
    parse: (request, minted) => parseWebhook(request, minted, () => clock.now()),
    frames: framesOf(signer),
  };
}

/** A call whose dial was never confirmed has no id until its first webhook. */
function sidOf({ carrierIds: [sid] }: CallRef, what: string): string {
  if (sid !== undefined) return sid;
  throw new TelephonyError("dial-unknown", `${what}: Twilio has not said yet which call it is`);
}
