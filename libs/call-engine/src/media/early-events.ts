import { durationMs, type AudioFormat, type MediaLinkEvent } from "@openclaw/telephony-contract";

/** Milliseconds of audio that are kept until somebody listens. */
const MAX_AUDIO_MS = 1000;
/** Events of all kinds: as many as a second of the shortest frames, and some keys. */
const MAX_EVENTS = 128;

/** Events from before anybody listens. The oldest audio goes when there is more than a second of it. */
export class EarlyEvents {
  readonly #events: MediaLinkEvent[] = [];
  #audioMs = 0;

  constructor(private readonly format: AudioFormat) {}

  keep(event: MediaLinkEvent): void {
    if (event.type === "audio") this.#audioMs += this.#lengthOf(event.payload);
    this.#events.push(event.type === "audio" ? { ...event, payload: new Uint8Array(event.payload) } : event);
    while (this.#audioMs > MAX_AUDIO_MS && this.#dropOldest((kept) => kept.type === "audio"));
    while (this.#events.length > MAX_EVENTS && this.#dropOldest(() => true));
  }

  /** The oldest event, which is no longer kept. */
  shift(): MediaLinkEvent | undefined {
    return this.#events.shift();
  }

  #dropOldest(matches: (event: MediaLinkEvent) => boolean): boolean {
    const at = this.#events.findIndex(matches);
    const [dropped] = at < 0 ? [] : this.#events.splice(at, 1);
    if (dropped?.type === "audio") this.#audioMs -= this.#lengthOf(dropped.payload);
    return dropped !== undefined;
  }

  #lengthOf(payload: Uint8Array): number {
    return durationMs(this.format, payload.byteLength);
  }
}
