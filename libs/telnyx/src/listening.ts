import type { ActionGatherParams, ActionStartTranscriptionParams } from "telnyx/resources/calls/actions";
import { TelephonyError, isTelephonyError, type CallEvent, type Clock, type ListenStep, type Logger } from "@openclaw/telephony-contract";
import type { Client, Request } from "./client.ts";
import type { TelnyxConfig } from "./config.ts";
import { TRANSCRIPTION_RUNS } from "./faults.ts";
import { tagged, writeLegState, type LegState } from "./leg-state.ts";
import type { LiveCall } from "./live-calls.ts";
import { speech, transcription } from "./speech.ts";
import { proof, type Webhook } from "./webhooks.ts";

/** Time that a character of a prompt takes at most, for a prompt whose end is never reported. Milliseconds. */
const PROMPT_MS_PER_CHAR = 150;
/** Longest time that a `gather` is given, in milliseconds. */
const MAX_GATHER_MS = 120_000;

/** One listening, from its prompt to the answer. */
export interface Turn {
  readonly leg: string;
  readonly step: ListenStep;
  readonly state: LegState;
  readonly transcription: ActionStartTranscriptionParams | undefined;
  readonly gather: ActionGatherParams | undefined;
  /** What the carrier does for it at the moment. */
  readonly open: Set<keyof typeof STOPS>;
  cancelTimer?: () => void;
}

/** How each thing that the carrier does for a turn is ended. */
const STOPS = { prompt: "stopPlayback", gather: "stopGather", transcription: "stopTranscription" } as const;

/** What listening needs. */
export interface ListeningParts {
  readonly client: Client;
  readonly config: TelnyxConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly emit: (event: CallEvent) => void;
  /** Ends the requests that nobody waits for. */
  readonly signal: AbortSignal;
}

/**
 * Listens turn by turn: transcription and gathering of keys begin with the step and end with its answer, because the leg's
 * state says only which turn is the latest. Silence is timed here, for speech and keys together: the carrier does not.
 */
export class Listening {
  constructor(private readonly parts: ListeningParts) {}

  /** Begins a turn. Resolves when the carrier has taken all of it. */
  async begin(live: LiveCall, leg: string, step: ListenStep, nonce: string, signal: AbortSignal): Promise<void> {
    const { client, config } = this.parts;
    if ((step.digits?.finishOn?.length ?? 0) > 1) throw new TelephonyError("unsupported", "At Telnyx one key ends the input of keys, not one of several");
    const state: LegState = { callId: live.callId, nonce, activity: "listen", stepId: step.id, gathers: step.input !== "speech" };
    const { prompt, input } = step;
    // What is wrong in the step is told before anything of it begins.
    const words = prompt && { ...speech(prompt.text, prompt.voice, config), ...tagged(state, step.id, "prompt") };
    const turn: Turn = {
      leg,
      step,
      state,
      transcription: input === "digits" ? undefined : { ...transcription(step, config), ...tagged(state, step.id, "transcription") },
      gather: input === "speech" ? undefined : { ...gathering(step), ...tagged(state, step.id, "gather") },
      open: new Set(),
    };
    live.state = state;
    live.turn = turn;
    try {
      // Ears first: what is said over the first words of a prompt counts as well.
      if (!prompt || prompt.interruptible) await this.#open(live, turn, signal);
      // Whoever answers at once has ended the turn by now.
      if (words && live.turn === turn) {
        turn.open.add("prompt");
        await client.send("Speaking the prompt", ({ actions }, options) => actions.speak(leg, words, options), signal);
      }
    } catch (error) {
      if (live.turn === turn) this.end(live);
      throw error;
    }
    this.#expect(live, turn, turn.open.has("prompt") ? step.noInputMs + promptMs(step) : step.noInputMs);
  }

  /** Ends the turn under way, if any. What comes next waits until the carrier has stopped listening. */
  end(live: LiveCall): void {
    const { turn } = live;
    if (!turn) return;
    const { callId, nonce } = turn.state;
    const idle: LegState = { callId, nonce, activity: "idle" };
    turn.cancelTimer?.();
    live.turn = undefined;
    live.state = idle;
    // With nothing to stop the leg is told all the same: keys that follow are no part of the answer any more.
    if (turn.open.size === 0) this.#later(live, ({ actions }, options) => actions.updateClientState(turn.leg, { client_state: writeLegState(idle) }, options));
    for (const what of turn.open) this.#stop(live, turn, what, idle);
  }

  /** Follows the turn by the carrier's reports. To be told of the same one again changes nothing. */
  notice({ type, state }: Webhook, events: readonly CallEvent[], live: LiveCall): void {
    const { turn } = live;
    if (!turn || state?.activity !== "listen" || state.stepId !== turn.state.stepId || state.nonce !== turn.state.nonce) return;
    if (type === "call.gather.ended") turn.open.delete("gather");
    if (type === "call.speak.ended" && turn.open.delete("prompt")) return this.#promptOver(live, turn);
    if (events.some((event) => event.type === "answer")) return this.end(live);
    const active = events.some((event) => event.type === "partialSpeech") || (type === "call.dtmf.received" && turn.open.has("gather"));
    if (!active) return;
    // The caller talks over the prompt.
    if (turn.open.has("prompt")) this.#stop(live, turn, "prompt", turn.state);
    this.#expect(live, turn, turn.step.noInputMs);
  }

  /** Opens ears for what the step takes. */
  async #open(live: LiveCall, turn: Turn, signal: AbortSignal): Promise<void> {
    const { client } = this.parts;
    const { leg, state, transcription: ears, gather, open } = turn;
    if (ears) {
      open.add("transcription");
      try {
        await client.send("Starting the transcription", ({ actions }, options) => actions.startTranscription(leg, ears, options), signal);
      } catch (error) {
        if (!isTelephonyError(error) || error.providerCode !== TRANSCRIPTION_RUNS) throw error;
        // It runs since before a restart, and the refused command has not told the leg its turn.
        await client.send("Naming the turn", ({ actions }, options) => actions.updateClientState(leg, { client_state: writeLegState(state) }, options), signal);
      }
    }
    if (gather && live.turn === turn) {
      open.add("gather");
      await client.send("Gathering keys", ({ actions }, options) => actions.gather(leg, gather, options), signal);
    }
  }

  #promptOver(live: LiveCall, turn: Turn): void {
    this.#expect(live, turn, turn.step.noInputMs);
    if (turn.step.prompt?.interruptible) return;
    live.wait(async () => {
      if (live.turn === turn) await this.#open(live, turn, this.parts.signal).catch(() => this.#close(live, turn, "failed"));
    });
  }

  /** Gives the caller this long from now to say or press something. */
  #expect(live: LiveCall, turn: Turn, ms: number): void {
    if (live.turn !== turn) return;
    turn.cancelTimer?.();
    turn.cancelTimer = live.after(ms, () => this.#close(live, turn, "no-input"));
  }

  /** Ends the turn without an answer, and reports it. */
  #close(live: LiveCall, turn: Turn, outcome: "no-input" | "failed"): void {
    if (live.turn !== turn) return;
    this.end(live);
    const { state, leg } = turn;
    const dedupeKey = `listen:${turn.step.id}:${state.nonce}`;
    this.parts.emit({ type: "listenEnded", turn: proof(state), outcome, occurredAt: this.parts.clock.now(), dedupeKey, callId: state.callId, carrierIds: [leg] });
  }

  #stop(live: LiveCall, turn: Turn, what: keyof typeof STOPS, state: LegState): void {
    turn.open.delete(what);
    const tags = tagged(state, turn.step.id, what, "stop");
    this.#later(live, ({ actions }, options) => actions[STOPS[what]](turn.leg, tags, options));
  }

  /** Sends something that nobody waits for, after what was sent before. */
  #later(live: LiveCall, request: Request): void {
    const { client, log, signal } = this.parts;
    live.wait(async () => {
      await client.send("Ending a turn", request, signal).catch((error: unknown) => {
        log.debug("Telnyx did not take a command that ends listening", isTelephonyError(error) ? { code: error.code, providerCode: error.providerCode } : {});
      });
    });
  }
}

/** How keys are gathered. Its own times are long: silence is timed for the step as a whole. */
function gathering(step: ListenStep): ActionGatherParams {
  const { max, finishOn, interDigitMs } = step.digits ?? {};
  return {
    minimum_digits: 1,
    initial_timeout_millis: Math.min(MAX_GATHER_MS, 2 * step.noInputMs + promptMs(step)),
    timeout_millis: MAX_GATHER_MS,
    ...(max !== undefined && { maximum_digits: max }),
    ...(finishOn !== undefined && { terminating_digit: finishOn }),
    ...(interDigitMs !== undefined && { inter_digit_timeout_millis: interDigitMs }),
  };
}

function promptMs({ prompt }: ListenStep): number {
  return (prompt?.text.length ?? 0) * PROMPT_MS_PER_CHAR;
}
