import type { AudioOutlet } from "@openclaw/phone-network";
import type { RemoteParty } from "@openclaw/telephony-contract/testing";
import type { Sound } from "../audio/connect.ts";

type Queued = { readonly audio: Uint8Array } | { readonly mark: string };

/** The far end's sound in a test's hands: sends nothing by itself, and plays when it is told to. */
export class HeldSound implements Sound, Pick<RemoteParty, "sendAudio" | "playAudio" | "heardAudio"> {
  readonly #heard: Uint8Array[] = [];
  #queue: Queued[] = [];
  #running = false;

  constructor(private readonly outlet: AudioOutlet) {}

  start(): void {
    this.#running = true;
  }
  stop(): void {
    this.#running = false;
  }
  receive(audio: Uint8Array): boolean {
    if (this.#running) this.#queue.push({ audio: Uint8Array.from(audio) });
    return true;
  }
  mark(name: string): void {
    this.#queue.push({ mark: name });
  }
  clear(): void {
    this.#queue = [];
  }

  sendAudio(payload: Uint8Array): void {
    if (this.#running) this.outlet.audio(payload, 0);
  }
  playAudio(): void {
    for (const item of this.#queue.splice(0)) {
      if ("mark" in item) this.outlet.mark(item.mark);
      else this.#heard.push(item.audio);
    }
  }
  heardAudio(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#heard));
  }
}
