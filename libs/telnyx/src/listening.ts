import type { ActionGatherParams } from "telnyx/resources/calls/actions";
import { TelephonyError, isTelephonyError, type CallEvent, type CarrierContext, type ListenStep } from "@openclaw/telephony-contract";
import type { Client, Request } from "./client.ts";
import type { TelnyxConfig } from "./config.ts";
import { TRANSCRIPTION_RUNS } from "./faults.ts";
import { tagged, writeLegState, type LegState } from "./leg-state.ts";
import type { LiveCall } from "./live-calls.ts";
import { speech, transcription } from "./speech.ts";
import { proof, type Webhook } from "./webhooks.ts";

/** Time that a character of a prompt takes at most, for a prompt whose end is never reported. Milliseconds. */
const PROMPT_MS_PER_CHAR = 150;
/** Longest time that a `gather` takes, in milliseconds. */
const MAX_GATHER_MS = 120_000;

/** How each thing that the carrier does for a turn is ended. */
const STOPS = { prompt: "stopPlayback", gather: "stopGather", transcription: "stopTranscription" } as const;

/** What a carrier is made of. */
export interface CarrierParts extends Pick<CarrierContext, "clock" | "log" | "emit" | "signal"> {
  readonly client: Client;
  readonly config: TelnyxConfig;
}

/**
 * One listening, from its prompt to the answer. Transcription and gathering of keys begin with the step and end with its
 * answer, because the leg's state says only which turn is the latest. Silence is timed here, for speech and keys together:
 * the carrier does not.
 */
export class Turn {
  readonly #state: LegState;
  /** What the carrier does for it at the moment. */
  readonly #open = new Set<keyof typeof STOPS>();
  #cancelTimer: (() => void) | undefined;

  constructor(
    private readonly parts: CarrierParts,
    private readonly live: LiveCall,
    private readonly leg: string,
    private readonly step: ListenStep,
    nonce: string,
  ) {
    if ((step.digits?.finishOn?.length ?? 0) > 1) throw new TelephonyError("unsupported", "At Telnyx one key ends the input of keys, not one of several");
    this.#state = { callId: live.callId, nonce, activity: "listen", stepId: step.id, gathers: step.input !== "speech" };
  }

  /** Begins. Resolves when the carrier has taken all of it. */
  async begin(signal: AbortSignal): Promise<void> {
    const { prompt, noInputMs } = this.step;
    this.live.turn = this;
    try {
      // Ears first: what is said over the first words of a prompt counts as well.
      if (!prompt || prompt.interruptible) await this.#listen(signal);
      if (prompt) await this.#start("prompt", signal, (tags) => ({ actions }, options) => actions.speak(this.leg, { ...speech(prompt.text, prompt.voice, this.parts.config), ...tags }, options));
    } catch (error) {
      this.end();
      throw error;
    }
    this.#expect(this.#open.has("prompt") ? noInputMs + (prompt?.text.length ?? 0) * PROMPT_MS_PER_CHAR : noInputMs);
  }

  /** Ends the turn, unless it is over. What comes next waits until the carrier has stopped listening. */
  end(): void {
    if (this.live.turn !== this) return;
    this.live.turn = undefined;
    this.#cancelTimer?.();
    const { callId, nonce } = this.#state;
    const idle: LegState = { callId, nonce, activity: "idle" };
    // With nothing to stop the leg is told all the same: keys that follow are no part of the answer any more.
    if (this.#open.size === 0) this.#later(naming(this.leg, idle));
    for (const what of this.#open) this.#stop(what, idle);
  }

  /** Follows the turn by the carrier's reports. To be told of the same one again changes nothing. */
  notice({ type, state }: Webhook, events: readonly CallEvent[]): void {
    if (state?.stepId !== this.step.id || state.nonce !== this.#state.nonce) return;
    if (type === "call.gather.ended") this.#open.delete("gather");
    if (events.some((event) => event.type === "answer")) return this.end();
    const promptOver = type === "call.speak.ended" && this.#open.delete("prompt");
    const active = events.some((event) => event.type === "partialSpeech") || (type === "call.dtmf.received" && this.#open.has("gather"));
    if (promptOver && !this.step.prompt?.interruptible) this.live.wait(() => this.#listen(this.parts.signal).catch(() => this.#close("failed")));
    // The caller talks over the prompt.
    if (active && this.#open.has("prompt")) this.#stop("prompt", this.#state);
    if (active || promptOver) this.#expect(this.step.noInputMs);
  }

  /** Opens ears for what the step takes. */
  async #listen(signal: AbortSignal): Promise<void> {
    const { step } = this;
    if (step.input !== "digits") {
      try {
        await this.#start("transcription", signal, (tags) => ({ actions }, options) => actions.startTranscription(this.leg, { ...transcription(step), ...tags }, options));
      } catch (error) {
        if (!isTelephonyError(error) || error.providerCode !== TRANSCRIPTION_RUNS) throw error;
        // It runs since before a restart, and the refused command has not told the leg its turn.
        await this.parts.client.send("Naming the turn", naming(this.leg, this.#state), signal);
      }
    }
    if (step.input !== "speech") await this.#start("gather", signal, (tags) => ({ actions }, options) => actions.gather(this.leg, { ...gathering(step), ...tags }, options));
  }

  /** Lets the carrier begin with something, unless the turn is over: whoever answers at once has ended it by now. */
  async #start(what: keyof typeof STOPS, signal: AbortSignal, request: (tags: ReturnType<typeof tagged>) => Request): Promise<void> {
    if (this.live.turn !== this) return;
    this.#open.add(what);
    await this.parts.client.send(`Listening (${what})`, request(tagged(this.#state, this.step.id, what)), signal);
  }

  #stop(what: keyof typeof STOPS, state: LegState): void {
    this.#open.delete(what);
    this.#later(({ actions }, options) => actions[STOPS[what]](this.leg, tagged(state, this.step.id, what, "stop"), options));
  }

  /** Sends something that nobody waits for, after what was sent before. */
  #later(request: Request): void {
    const { client, log, signal } = this.parts;
    const refused = ({ code, providerCode }: TelephonyError) => log.debug("Telnyx did not take a command that ends listening", { code, providerCode });
    this.live.wait(async () => void (await client.send("Ending a turn", request, signal).catch(refused)));
  }

  /** Gives the caller this long from now to say or press something. */
  #expect(ms: number): void {
    if (this.live.turn !== this) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.live.timers.after(ms, () => this.#close("no-input"));
  }

  /** Ends the turn without an answer, and reports it. */
  #close(outcome: "no-input" | "failed"): void {
    if (this.live.turn !== this) return;
    this.end();
    const { callId, nonce } = this.#state;
    const dedupeKey = `listen:${this.step.id}:${nonce}`;
    this.parts.emit({ type: "listenEnded", turn: proof(this.#state), outcome, occurredAt: this.parts.clock.now(), dedupeKey, callId, carrierIds: [this.leg] });
  }
}

/** Tells a leg what it does, and nothing else. */
function naming(leg: string, state: LegState): Request {
  return ({ actions }, options) => actions.updateClientState(leg, { client_state: writeLegState(state) }, options);
}

/** How keys are gathered. Its own times are as long as can be: silence is timed for the step as a whole. */
function gathering({ digits: { max, finishOn, interDigitMs } = {} }: ListenStep): ActionGatherParams {
  return {
    minimum_digits: 1,
    initial_timeout_millis: MAX_GATHER_MS,
    timeout_millis: MAX_GATHER_MS,
    ...(max !== undefined && { maximum_digits: max }),
    ...(finishOn !== undefined && { terminating_digit: finishOn }),
    ...(interDigitMs !== undefined && { inter_digit_timeout_millis: interDigitMs }),
  };
}
