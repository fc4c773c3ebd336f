import type { CallEvent, EndReason, Logger } from "@openclaw/telephony-contract";
import type { Timers } from "@openclaw/telephony-kit";
import type { Heard, PartyCall, PartyLine, RemoteParty } from "../party/party.ts";
import type { CallNews } from "./happening.ts";
import { pressKeys } from "./keys.ts";
import { createLine } from "./line.ts";
import { Listening, type ListenFor, type ListenResult } from "./listening.ts";
import { countWords, spokenPart } from "./speech.ts";

/** How something that we do on a call ended. */
export type Done = "completed" | "cancelled";

/** Who ended a call. */
export type EndedBy = NonNullable<Extract<CallEvent, { type: "ended" }>["by"]>;

/** What a call is told about its surroundings. */
export interface CallSurroundings {
  readonly party: RemoteParty;
  readonly timers: Timers;
  readonly log: Logger;
  readonly now: () => number;
  readonly speakingMsPerWord: number;
  /** Recorded audio is not fetched, so all of it takes the same time. */
  readonly playMs: number;
  readonly report: (news: CallNews) => void;
}

/** A media stream by which the parties of a call hear each other, while it is there. */
export interface CallAudio {
  /** The party speaks into it. Resolves when that was said, or cannot be. */
  say(text: string): Promise<void>;
  /** Whether we have stopped talking, and it is for the party to talk. */
  readonly theirTurn: boolean;
}

/** What is under way on a call. */
interface Activity {
  cancel(): void;
  readonly listening?: Listening;
  readonly audible?: boolean;
}

/** What was just begun; `begin` is called once it is known as the activity of its call. */
interface Started extends Activity {
  begin?(): void;
}

/** Texts that are kept of what a party heard. */
const MAX_HEARD = 200;

/**
 * One call between us and a remote party: what we do on it, what the party does, and its end. What we do one at a time
 * (speaking, playing, listening, pausing) replaces what was under way.
 */
export class Call {
  #state: "ringing" | "answered" | "ended" = "ringing";
  #reason: EndReason | undefined;
  #activity: Activity | undefined;
  readonly #pressing = new Set<() => void>();
  /** Another party has taken over: ours no longer hears us, nor we it. */
  #bridged = false;
  readonly #heard: string[] = [];
  #audio: CallAudio | undefined;
  readonly line: PartyLine;
  /** Settled when what was to be pressed on answering was pressed. Steps wait for it. */
  ready: Promise<void> = Promise.resolve();
  /** Told when the call is answered and over, by whoever conducts it. */
  onAnswered: () => void = () => undefined;
  onEnded: () => void = () => undefined;

  constructor(
    readonly about: PartyCall,
    private readonly around: CallSurroundings,
  ) {
    this.line = createLine(this, around);
  }

  get state() {
    return this.#state;
  }
  get reason(): EndReason | undefined {
    return this.#reason;
  }
  /** What the party heard us say, the latest texts. */
  get heard(): readonly string[] {
    return this.#heard;
  }
  /** Who listens at the moment, if anybody does. */
  get listening(): Listening | undefined {
    return this.#activity?.listening;
  }
  /** The media stream by which the parties hear each other, if there is one. */
  get audio(): CallAudio | undefined {
    return this.#audio;
  }
  /** Nothing that anyone does has an effect any more: the call is over or in other hands. */
  get outOfHands(): boolean {
    return this.#state === "ended" || this.#bridged;
  }

  /** The call is up: the called side picked up. */
  answer(): void {
    if (this.#state !== "ringing") return;
    this.#state = "answered";
    this.around.report({ type: "answered" });
    this.tell((party) => party.answered?.(this.line));
    this.onAnswered();
  }

  /** Ends the call, whatever it was doing. */
  end(reason: EndReason, by: EndedBy, cause?: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#reason = reason;
    this.#stopEverything();
    this.around.report({ type: "ended", reason, by, ...(cause !== undefined && { cause }) });
    this.tell((party) => party.over?.(this.line));
    this.onEnded();
  }

  /** Drops the call without a word: the network is closing. */
  drop(): void {
    this.#state = "ended";
    this.#stopEverything();
  }

  /** Another party answered a transfer. */
  bridge(): void {
    this.#bridged = true;
  }

  /** Speaks to the party. */
  say(text: string): Promise<Done> {
    return this.#act<Done>("cancelled", (done) => ({ audible: true, cancel: this.#speak(text, () => done("completed")) }));
  }

  /** Plays recorded audio to the party. */
  play(url: string): Promise<Done> {
    return this.#act<Done>("cancelled", (done) => ({
      audible: true,
      cancel: this.#sound(this.around.playMs, (complete) => ({ kind: "audio", url, complete }), () => done("completed")),
    }));
  }

  /** Waits in silence. */
  pause(ms: number): Promise<Done> {
    return this.#act<Done>("cancelled", (done) => ({ cancel: this.around.timers.after(ms, () => done("completed")) }));
  }

  /** Listens to the party. */
  listen(what: ListenFor): Promise<ListenResult> {
    return this.#act<ListenResult>({ kind: "cancelled" }, (done) => {
      const { timers } = this.around;
      const speak = (text: string, over: () => void) => this.#speak(text, over);
      const listening = new Listening(what, { timers, speak, giveTurn: () => this.giveTurn() }, done);
      return { cancel: () => listening.stop(), listening, begin: () => listening.begin() };
    });
  }

  /** The parties hear each other by a media stream from now on. */
  joinAudio(audio: CallAudio): void {
    this.#audio = audio;
  }

  /** The media stream is over, if it is this one. */
  leaveAudio(audio: CallAudio): void {
    if (this.#audio === audio) this.#audio = undefined;
  }

  /** The party hears something. */
  hear(what: Heard): void {
    if (what.kind === "speech") this.#remember(what.text);
    if (this.#state === "answered") this.tell((party) => party.hear?.(what, this.line));
  }

  /** It is the party's turn to talk. */
  giveTurn(): void {
    this.tell((party) => party.yourTurn?.(this.line));
  }

  /** Does anything else that takes time and can be cancelled. `begin` gives the way to cancel it. */
  during<Result>(cancelled: Result, begin: (done: (result: Result) => void) => () => void): Promise<Result> {
    return this.#act(cancelled, (done) => ({ cancel: begin(done) }));
  }

  /** Presses keys towards the party, beside whatever else is going on. */
  press(digits: string): Promise<Done> {
    return new Promise((resolve) => {
      const later = (ms: number, next: () => void) => void this.around.timers.after(ms, next);
      const key = (pressed: string) => this.tell((party) => party.digit?.(pressed, this.line));
      const cancel = () => resolve("cancelled");
      if (this.outOfHands) return cancel();
      this.#pressing.add(cancel);
      pressKeys(digits, later, key, () => {
        this.#pressing.delete(cancel);
        resolve("completed");
      });
    });
  }

  /** Stops speech and playback. Listening goes on without the rest of its prompt. */
  stopSpeech(): void {
    if (this.#activity?.listening) this.#activity.listening.skipPrompt();
    else if (this.#activity?.audible) this.cancelActivity();
  }

  /** Stops what is under way. */
  cancelActivity(): void {
    this.#activity?.cancel();
  }

  /** Tells the party something. Its fault, also a later one, ends this call and nothing else. */
  tell(what: (party: RemoteParty) => unknown): void {
    try {
      const outcome = what(this.around.party);
      if (outcome instanceof Promise) outcome.catch((error: unknown) => this.#failBecause(error));
    } catch (error) {
      this.#failBecause(error);
    }
  }

  #remember(text: string): void {
    if (text !== "" && this.#heard.push(text) > MAX_HEARD) this.#heard.shift();
  }

  #failBecause(error: unknown): void {
    this.around.log.error("The remote party of a call failed", { call: this.about.id, error: error instanceof Error ? error.name : typeof error });
    this.end("failed", "carrier", "party-fault");
  }

  #stopEverything(): void {
    this.around.timers.cancelAll();
    this.cancelActivity();
    for (const cancel of this.#pressing) cancel();
    this.#pressing.clear();
  }

  #speak(text: string, done: () => void): () => void {
    const totalMs = countWords(text) * this.around.speakingMsPerWord;
    const began = this.around.now();
    const said = (complete: boolean): Heard => {
      const spoken = complete ? text : spokenPart(text, this.around.now() - began, totalMs);
      return { kind: "speech", text: spoken, complete };
    };
    return this.#sound(totalMs, said, done);
  }

  /** Something audible of a known length. Gives the way to cut it short. */
  #sound(ms: number, heard: (complete: boolean) => Heard, done: () => void): () => void {
    let over = false;
    const end = (complete: boolean) => {
      if (over) return;
      over = true;
      this.hear(heard(complete));
    };
    this.tell((party) => party.hear?.({ kind: "started" }, this.line));
    const stop = this.around.timers.after(ms, () => {
      end(true);
      done();
    });
    return () => {
      stop();
      end(false);
    };
  }

  /** Replaces what is under way. Settles with `cancelled` when it is replaced itself, or the call ends. */
  #act<Result>(cancelled: Result, start: (done: (result: Result) => void) => Started): Promise<Result> {
    this.cancelActivity();
    if (this.outOfHands) return Promise.resolve(cancelled);
    return new Promise((resolve) => {
      let over = false;
      let started: Started | undefined = undefined as Started | undefined;
      const settle = (result: Result) => {
        if (over) return;
        over = true;
        if (this.#activity === activity) this.#activity = undefined;
        started?.cancel();
        resolve(result);
      };
      const activity: Activity = { cancel: () => settle(cancelled) };
      this.#activity = activity;
      started = start(settle);
      // The party may have hung up at the first sound.
      if (over) return started.cancel();
      Object.assign(activity, { listening: started.listening, audible: started.audible });
      started.begin?.();
    });
  }
}
