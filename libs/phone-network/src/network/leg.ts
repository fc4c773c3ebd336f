import type { Clock, IncomingEvent, Logger } from "@openclaw/telephony-contract";
import { Timers } from "@openclaw/telephony-kit";
import type { PartyCall, RemoteParty } from "../party/party.ts";
import type { PeopleSettings } from "../party/people.ts";
import { Call } from "./call.ts";
import type { CallNews, Happening } from "./happening.ts";
import { Recorder } from "./recorder.ts";

/** Length of recorded audio, which is not fetched. */
const PLAY_MS = 2_000;

/** Conducts one call: is told what happens to it, and does on it what we ask for. */
export interface Conductor {
  report(happening: Happening): void;
  /** The call is up, and what was to be pressed was pressed. */
  answered?(): void;
  ended?(): void;
}

/** What the network knows of whoever calls us. */
export type CallerId = Pick<IncomingEvent, "callerName" | "attestation"> & {
  /** The caller hides the number: whoever tells of the call must not say it. Absent means no. */
  readonly hidesNumber?: boolean;
};

/** What is asked of a call when it begins. Absent means no. */
export interface LegWishes {
  /** Keys to press as soon as it is answered. */
  readonly dialDigits?: string;
  readonly machineDetection?: boolean;
  /** Milliseconds after answering at which the network ends it. */
  readonly maxDurationMs?: number;
}

/** What a leg is made of. */
export interface LegOptions {
  readonly about: PartyCall;
  readonly party: RemoteParty;
  readonly people: PeopleSettings;
  readonly wishes: LegWishes;
  readonly caller: CallerId;
  readonly clock: Clock;
  readonly log: Logger;
  readonly recordingId: () => string;
  readonly conduct: (leg: Leg) => Conductor;
}

/** A call on the network, with what belongs to it beside the two parties: ids, order, timers, recorder, conductor. */
export class Leg {
  readonly call: Call;
  readonly timers: Timers;
  readonly recorder: Recorder;
  /** The id that we gave the call, once the network was told. */
  callId: string | undefined;
  readonly #conductor: Conductor;
  #order = 0;
  #closed = false;

  constructor(private readonly options: LegOptions) {
    const { about, party, people, clock, log, recordingId, conduct } = options;
    const now = () => clock.now();
    const report = (news: CallNews) => this.report(news);
    this.timers = new Timers(clock);
    this.recorder = new Recorder(recordingId, now, report);
    this.call = new Call(about, { party, timers: this.timers, log, now, report, speakingMsPerWord: people.speakingMsPerWord, playMs: PLAY_MS });
    this.#conductor = conduct(this);
    this.#follow();
  }

  /** The network's id. */
  get id(): string {
    return this.options.about.id;
  }
  /** The numbers of the call and who placed it. */
  get about(): PartyCall {
    return this.options.about;
  }
  /** Who calls us, as far as the network knows; empty for a call that we placed. */
  get caller(): CallerId {
    return this.options.caller;
  }
  /** What was asked of the call when it began. */
  get wishes(): LegWishes {
    return this.options.wishes;
  }

  /** Something happened to the call. A verdict about the party counts only where it was asked for. */
  report(news: CallNews): void {
    if (this.#closed || (news.type === "machine" && !this.wishes.machineDetection)) return;
    const { clock } = this.options;
    this.#conductor.report({
      leg: this.id,
      order: ++this.#order,
      at: clock.now(),
      news,
      ...(this.callId !== undefined && { callId: this.callId }),
    });
  }

  /** Drops the call without a word. */
  close(): void {
    this.#closed = true;
    this.call.drop();
    this.#conductor.ended?.();
  }

  #follow(): void {
    const { call, timers } = this;
    const { dialDigits = "", maxDurationMs } = this.wishes;
    let readyNow: () => void = () => undefined;
    if (dialDigits !== "") call.ready = new Promise((resolve) => (readyNow = resolve));
    call.onAnswered = () => {
      if (maxDurationMs !== undefined) timers.after(maxDurationMs, () => call.end("completed", "carrier", "max-duration"));
      if (dialDigits === "") return this.#conductor.answered?.();
      void call.press(dialDigits).then(() => {
        readyNow();
        if (!call.outOfHands) this.#conductor.answered?.();
      });
    };
    call.onEnded = () => {
      readyNow();
      this.recorder.stop();
      this.#conductor.ended?.();
    };
  }
}
