import type { Clock, LogFields, Logger } from "@openclaw/telephony-contract";
import type { MediaCloseReason } from "./close-reason.ts";

/** Milliseconds in which one refusal of each kind is told; anybody can knock, and nobody is to fill the disk by it. */
const EVERY_MS = 1000;

/** Tells of refused upgrades. */
export class RefusalLog {
  readonly #told = new Map<MediaCloseReason, { at: number; untold: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  tell(reason: MediaCloseReason, fields: LogFields): void {
    const now = this.clock.monotonic();
    const told = this.#told.get(reason);
    if (told && now - told.at < EVERY_MS) return void told.untold++;
    this.#told.set(reason, { at: now, untold: 0 });
    this.log.warn("a media socket was refused", { reason, ...fields, ...(told && told.untold > 0 && { alsoRefused: told.untold }) });
  }
}
