import { TelephonyError, type CallRef, type Step, type StepContext } from "@openclaw/telephony-contract";
import { areKeys } from "./capabilities.ts";
import type { Request } from "./client.ts";
import { ringSeconds } from "./dial.ts";
import { tagged, writeLegState, type LegActivity } from "./leg-state.ts";
import type { Listening, ListeningParts } from "./listening.ts";
import type { LiveCall } from "./live-calls.ts";
import { requireDestination } from "./numbers.ts";
import { speech } from "./speech.ts";

/** Time that pressing a key takes, its pause included, in milliseconds; `w` and `W` are pauses. */
const KEY_MS = 350;
const PAUSES_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 };

/** How long it takes to press keys, in milliseconds. */
export function pressingMs(digits: string): number {
  return [...digits].reduce((ms, key) => ms + (PAUSES_MS[key] ?? KEY_MS), 0);
}

/** What commands need. */
export interface CommandParts extends ListeningParts {
  readonly listening: Listening;
}

/** Steps beside which listening goes on. */
const BESIDE: readonly string[] = ["sendDigits", "stopSpeech", "record"];

/** Performs a step by the command for it. Resolves when the carrier has taken it. */
export async function perform(parts: CommandParts, call: CallRef, live: LiveCall, step: Step, { nonce, urls, signal }: StepContext): Promise<void> {
  const { client, config, clock, listening } = parts;
  const leg = legOf(call);
  const { callId } = call;
  if (!BESIDE.includes(step.kind)) listening.end(live);
  await live.ready;
  const send = (request: Request) => client.send(`The command for the step "${step.kind}"`, request, signal);
  /** This is what the leg does from now on. */
  const begins = (activity: LegActivity) => tagged((live.state = { callId, nonce, activity, stepId: step.id }), step.id);
  /** The leg goes on with what it does. After a restart nobody knows what that is, and nothing is said of it. */
  const beside = () => tagged(live.state, step.id);
  /** The carrier does not report the end of this step. */
  const ended = () => parts.emit({ type: "stepEnded", stepId: step.id, outcome: "completed", occurredAt: clock.now(), dedupeKey: `step:${step.id}`, callId, carrierIds: [leg] });

  switch (step.kind) {
    case "answer":
      await send(({ actions }, options) => actions.answer(leg, { webhook_url: urls.status, webhook_url_method: "POST", ...begins("answer") }, options));
      return;
    case "reject":
      await send(({ actions }, options) => actions.reject(leg, { cause: step.reason === "busy" ? "USER_BUSY" : "CALL_REJECTED", ...begins("reject") }, options));
      return ended();
    case "say": {
      const body = speech(step.text, step.voice, config);
      if (body.payload === "") return ended();
      await send(({ actions }, options) => actions.speak(leg, { ...body, ...begins("say") }, options));
      return;
    }
    case "play":
      await send(({ actions }, options) => actions.startPlayback(leg, { audio_url: step.url, ...begins("play") }, options));
      return;
    case "listen":
      return listening.begin(live, leg, step, nonce, signal);
    case "sendDigits":
      if (!areKeys(step.digits)) throw new TelephonyError("invalid-request", "Keys to press are 0-9 A-D * #, with w and W as pauses");
      await send(({ actions }, options) => actions.sendDtmf(leg, { digits: step.digits, ...beside() }, options));
      // What follows must not talk over the keys.
      live.after(pressingMs(step.digits), ended);
      return;
    case "stopSpeech":
      await send(({ actions }, options) => actions.stopPlayback(leg, { stop: "all", ...beside() }, options));
      return ended();
    case "record": {
      const channels = step.channels === "dual" ? "dual" : "single";
      if (step.action === "stop") await send(({ actions }, options) => actions.stopRecording(leg, beside(), options));
      else await send(({ actions }, options) => actions.startRecording(leg, { format: "mp3", channels, ...beside() }, options));
      return ended();
    }
    case "transfer": {
      requireDestination(step.to);
      const transfer = {
        to: step.to,
        timeout_secs: ringSeconds(step.ringTimeoutMs),
        webhook_url: urls.transfer,
        webhook_url_method: "POST" as const,
        target_leg_client_state: writeLegState({ callId, nonce, activity: "target", stepId: step.id }),
        ...(step.callerId !== undefined && { from: step.callerId }),
      };
      await send(({ actions }, options) => actions.transfer(leg, { ...transfer, ...begins("transfer") }, options));
      return;
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
