import type { ScriptMove } from "./people.ts";
import type { Heard, PartyLine, RemoteParty } from "./party.ts";

/** What a person does who was given no script: three questions, each after being spoken to, then goodbye. */
export const STOCK_SCRIPT: readonly ScriptMove[] = [
  { waitFor: "speech" },
  { say: "Hello, who is speaking, please?" },
  { waitFor: "speech" },
  { say: "And what can you do for me?" },
  { waitFor: "speech" },
  { say: "What should I remember from this call?" },
  { waitFor: "speech" },
  { hangup: true },
];

/** After this time it is plain that a person has answered. */
const SOUNDS_HUMAN_MS = 500;

/** How a person behaves. Milliseconds. */
export interface PersonManners {
  readonly ringMs: number;
  readonly thinkingMs: number;
}

/** A person who picks up after a while and goes through a script; then stays on the line until somebody hangs up. */
export class ScriptedPerson implements RemoteParty {
  /** Whether we said something since the person last waited for it. */
  #spokenTo = false;
  /** Whether the talk is under way: nobody has to begin it any more. */
  #begun = false;
  #turnCame: (() => void) | undefined;

  constructor(
    private readonly script: readonly ScriptMove[],
    private readonly manners: PersonManners,
  ) {}

  ring(line: PartyLine): void {
    void line.wait(this.manners.ringMs).then(() => line.answer());
  }

  answered(line: PartyLine): void {
    void line.wait(SOUNDS_HUMAN_MS).then(() => line.soundLike("human"));
    void this.#play(line);
  }

  hear(heard: Heard): void {
    if (heard.kind === "started") return;
    this.#spokenTo = true;
    this.#begun = true;
  }

  yourTurn(): void {
    this.#turnCame?.();
  }

  async #play(line: PartyLine): Promise<void> {
    for (const move of this.script) {
      if ("say" in move) await line.say(move.say);
      else if ("waitFor" in move) await this.#waitForTurn(line);
      else if ("pauseMs" in move) await line.wait(move.pauseMs);
      else if ("press" in move) await line.press(move.press);
      else line.hangUp();
    }
  }

  /** Until spoken to, listened to, and done thinking; when we talk again meanwhile, from the beginning. */
  async #waitForTurn(line: PartyLine): Promise<void> {
    for (;;) {
      if (!(line.myTurn && this.#mayBegin(line))) await new Promise<void>((resolve) => (this.#turnCame = resolve));
      if (!this.#mayBegin(line)) continue;
      await line.wait(this.manners.thinkingMs);
      if (!line.myTurn) continue;
      this.#spokenTo = false;
      this.#begun = true;
      return;
    }
  }

  /** Somebody who calls us speaks first where nobody greets. */
  #mayBegin({ call }: PartyLine): boolean {
    return this.#spokenTo || (call.direction === "inbound" && !this.#begun);
  }
}
