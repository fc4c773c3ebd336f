import type { Heard, PartyLine, RemoteParty } from "./party.ts";

/** After this time it is plain that a machine has answered. */
const SOUNDS_MACHINE_MS = 400;
/** Silence after which it stops recording and hangs up. */
const SILENCE_MS = 8_000;
/** Longest message. */
const MAX_MESSAGE_MS = 120_000;

/** A machine that answers, greets, sounds a tone and records until nobody talks any more. */
export class AnsweringMachine implements RemoteParty {
  /** Grows whenever somebody talks or stops, so that a silence that began earlier no longer counts. */
  #silences = 0;
  #recording = false;
  #beingSpokenTo = false;

  constructor(
    private readonly greeting: string,
    private readonly ringMs: number,
  ) {}

  ring(line: PartyLine): void {
    void line.wait(this.ringMs).then(() => line.answer());
  }

  answered(line: PartyLine): void {
    void line.wait(SOUNDS_MACHINE_MS).then(() => line.soundLike("machine"));
    void line.say(this.greeting).then(() => this.#tone(line));
  }

  hear(heard: Heard, line: PartyLine): void {
    this.#silences++;
    this.#beingSpokenTo = heard.kind === "started";
    if (this.#recording) this.#hangUpAfterSilence(line);
  }

  #tone(line: PartyLine): void {
    this.#recording = true;
    line.soundLike("machine", true);
    void line.wait(MAX_MESSAGE_MS).then(() => line.hangUp());
    this.#hangUpAfterSilence(line);
  }

  #hangUpAfterSilence(line: PartyLine): void {
    if (this.#beingSpokenTo) return;
    const silence = ++this.#silences;
    void line.wait(SILENCE_MS).then(() => {
      if (silence === this.#silences) line.hangUp();
    });
  }
}
