import type { Clock } from "@openclaw/telephony-contract";
import { Heartbeat } from "./heartbeat.ts";

/** Whether a service is still there. A network that fails silently would let a caller talk to nobody for minutes. */
export class Pulse {
  readonly #heartbeat: Heartbeat;
  #asked = false;

  /**
   * @param everyMs Milliseconds of silence after which the service is asked, and after which it is gone.
   * @param ask Asks for a sign of life.
   * @param onGone Called again and again until `stop`.
   */
  constructor(clock: Clock, everyMs: number, ask: () => void, onGone: () => void) {
    this.#heartbeat = new Heartbeat(clock, everyMs, () => {
      if (this.#asked) return onGone();
      this.#asked = true;
      ask();
    });
  }

  /** The service has said something, if only that it is there. */
  felt(): void {
    this.#asked = false;
    this.#heartbeat.note();
  }

  stop(): void {
    this.#heartbeat.stop();
  }
}
