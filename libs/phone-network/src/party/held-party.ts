import type { Heard as KitHeard, RemoteParty as KitParty } from "@openclaw/telephony-contract/testing";
import type { Heard, PartyLine, RemoteParty } from "./party.ts";

/** After this time without a key, or when something is said, the pressing is over: longer than the longest pause between two. Milliseconds. */
const KEYS_OVER_MS = 1_500;

/** A remote party in the hands of a test: does nothing by itself, and remembers what it heard. */
export class HeldParty implements RemoteParty, KitParty {
  readonly #heard: KitHeard[] = [];
  /** Keys that are being pressed: told as a whole when the last one came, in the place of the first. */
  #keys: { digits: string; readonly place: number } | undefined;
  #line: PartyLine | undefined;

  /** Whether it knows of its call. */
  get reached(): boolean {
    return this.#line !== undefined;
  }

  ring(line: PartyLine): void {
    this.#line = line;
  }
  calling(line: PartyLine): void {
    this.#line = line;
  }
  hear(heard: Heard): void {
    this.#tellKeys();
    if (heard.kind === "speech") this.#heard.push({ kind: "say", text: heard.text });
    if (heard.kind === "audio") this.#heard.push({ kind: "play", url: heard.url });
  }
  digit(digit: string, line: PartyLine): void {
    const keys = (this.#keys ??= { digits: "", place: this.#heard.length });
    const pressed = (keys.digits += digit);
    void line.wait(KEYS_OVER_MS).then(() => {
      if (this.#keys === keys && keys.digits === pressed) this.#tellKeys();
    });
  }

  #tellKeys(): void {
    if (this.#keys) this.#heard.splice(this.#keys.place, 0, { kind: "digits", digits: this.#keys.digits });
    this.#keys = undefined;
  }

  get line(): PartyLine {
    if (!this.#line) throw new Error("the party was not reached");
    return this.#line;
  }
  state() {
    return this.line.state;
  }
  answer() {
    this.line.answer();
  }
  busy() {
    this.line.refuse("busy");
  }
  hangUp() {
    this.line.hangUp();
  }
  say(text: string) {
    return this.line.say(text);
  }
  press(digits: string) {
    return this.line.press(digits);
  }
  detect(verdict: "human" | "machine") {
    this.line.soundLike(verdict);
  }
  heard() {
    return this.#heard;
  }
}
