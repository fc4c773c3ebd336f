import { TelephonyError, type CallRef, type Step, type StepContext } from "@openclaw/telephony-contract";
import { wholeSeconds } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { Request } from "./client.ts";
import { RING_S } from "./dial.ts";
import { tagged, writeLegState, type LegActivity } from "./leg-state.ts";
import { Turn, type CarrierParts } from "./listening.ts";
import type { LiveCall } from "./live-calls.ts";
import { pressingTime, requireDestination, requireKeys } from "./numbers.ts";
import { speech } from "./speech.ts";
import { startStreaming, stopStreaming } from "./streaming.ts";

/** Performs a step by the command for it. Resolves when the carrier has taken it. */
export async function perform(parts: CarrierParts, call: CallRef, live: LiveCall, step: Step, { nonce, urls, signal }: StepContext): Promise<void> {
  const leg = legOf(call);
  const { callId } = call;
  // Beside these the leg goes on with what it does: their commands leave its state as it is.
  if (step.kind !== "sendDigits" && step.kind !== "stopSpeech") live.turn?.end();
  await live.ready;
  const send = async (request: Request) => void (await parts.client.send(`The command for the step "${step.kind}"`, request, signal));
  /** This is what the leg does from now on. */
  const begins = (activity: LegActivity, ...id: readonly string[]) => tagged({ callId, nonce, activity, stepId: step.id }, step.id, ...id);
  /** The carrier does not report the end of this step. */
  const ended = () =>
    parts.emit({ type: "stepEnded", stepId: step.id, outcome: "completed", occurredAt: parts.clock.now(), dedupeKey: `step:${step.id}`, callId, carrierIds: [leg] });

  // What takes the line for itself ends the stream first, or both would be heard.
  if (live.streams && capabilities.steps[step.kind]?.media === "tears-media") {
    live.streams = false;
    await stopStreaming(send, leg, { command_id: `${step.id}:stream` });
  }
  switch (step.kind) {
    case "answer":
      return send(({ actions }, options) => actions.answer(leg, { webhook_url: urls.status, webhook_url_method: "POST", ...begins("idle") }, options));
    case "reject":
      await send(({ actions }, options) => actions.reject(leg, { cause: step.reason === "busy" ? "USER_BUSY" : "CALL_REJECTED", ...begins("idle") }, options));
      return ended();
    case "say": {
      const body = speech(step.text, step.voice, parts.config);
      return body.payload === "" ? ended() : send(({ actions }, options) => actions.speak(leg, { ...body, ...begins("say") }, options));
    }
    case "play":
      return send(({ actions }, options) => actions.startPlayback(leg, { audio_url: step.url, ...begins("play") }, options));
    case "listen":
      return new Turn(parts, live, leg, step, nonce).begin(signal);
    case "sendDigits":
      requireKeys(step.digits);
      await send(({ actions }, options) => actions.sendDtmf(leg, { digits: step.digits, command_id: step.id }, options));
      // What follows must not talk over the keys.
      return void live.timers.after(pressingTime(step.digits), ended);
    case "stopSpeech":
      await send(({ actions }, options) => actions.stopPlayback(leg, { stop: "all", command_id: step.id }, options));
      return ended();
    case "connectMedia":
      live.streams = true;
      await startStreaming(send, leg, step.url, (...id) => begins("media", ...id));
      return ended();
    case "disconnectMedia":
      live.streams = false;
      await stopStreaming(send, leg, begins("idle"));
      return ended();
    case "transfer": {
      requireDestination(step.to);
      const transfer = {
        to: step.to,
        timeout_secs: wholeSeconds(step.ringTimeoutMs, RING_S),
        webhook_url: urls.transfer,
        webhook_url_method: "POST" as const,
        target_leg_client_state: writeLegState({ callId, nonce, activity: "target", stepId: step.id }),
        ...(step.callerId !== undefined && { from: step.callerId }),
      };
      return send(({ actions }, options) => actions.transfer(leg, { ...transfer, ...begins("transfer") }, options));
    }
    default:
      throw new TelephonyError("unsupported", `Telnyx has no command for the step "${step.kind}"`);
  }
}

/** The id by which commands reach a call. Throws a retryable error where the carrier has not told it yet. */
export function legOf({ carrierIds: [leg] }: CallRef): string {
  if (leg === undefined) throw new TelephonyError("unavailable", "Telnyx has not told the id of this call yet", { retryable: true });
  return leg;
}
