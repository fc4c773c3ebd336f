import { TelephonyError, isTelephonyError, toTelephonyError } from "@openclaw/telephony-contract";
import { Patience } from "./patience.ts";
import type { VoiceOptions, VoiceSource } from "./types.ts";

/** Longest time for the sources to be there, in milliseconds: they are made when the first call needs them. */
const SOURCES_MS = 10_000;

/** One source that could not speak a text. */
export interface Attempt {
  readonly source: string;
  /** Why, in words that may be logged. */
  readonly fault: string;
}

/** What became of a source. Only errors of the contract promise that their messages hold nothing confidential. */
export function attemptOf({ id }: VoiceSource, error: unknown): Attempt {
  return { source: id, fault: isTelephonyError(error) ? `${error.code}: ${error.message}` : "internal" };
}

/** Attempts in one line: `first (timeout: …), second (auth-failed: …)`. */
export function describeAttempts(attempts: readonly Attempt[]): string {
  return attempts.map(({ source, fault }) => `${source} (${fault})`).join(", ");
}

/**
 * In which order the sources of a call are tried. A source that failed goes to the end and stays there: a caller who
 * has heard another voice hears that one until the call is over, and does not wait for the broken one at every sentence.
 */
export class SourceOrder {
  readonly #options: Pick<VoiceOptions, "sources" | "clock" | "log">;
  #order: Promise<readonly VoiceSource[]> | undefined;
  /** While the sources are waited for. */
  #asking: Patience | undefined;
  #configured: string | undefined;
  /** The last fault of every source that failed on this call; most calls have none. */
  #faults: Map<string, Attempt> | undefined;
  #warned = false;

  constructor(options: Pick<VoiceOptions, "sources" | "clock" | "log">) {
    this.#options = options;
  }

  /** The sources as they are tried now. Rejects where there are none, or not in time; asked again, it tries again. */
  now(): Promise<readonly VoiceSource[]> {
    return (this.#order ??= this.#ask());
  }

  /** Puts a source behind the others. */
  failed(source: VoiceSource, attempt: Attempt): void {
    this.#faults ??= new Map();
    this.#faults.set(source.id, attempt);
    this.#order = this.#order?.then((order) => [...order.filter((one) => one !== source), source]);
  }

  /** A source spoke. Where others had failed before, the operator is told, once a call. */
  spoke({ id }: VoiceSource): void {
    if (this.#warned || this.#configured === undefined || id === this.#configured) return;
    this.#warned = true;
    const attempts = describeAttempts([...(this.#faults?.values() ?? [])]);
    this.#options.log.warn("another voice speaks on this call than the one that is configured", { from: this.#configured, to: id, attempts });
  }

  /** Ends a wait for the sources. */
  close(): void {
    this.#asking?.giveUp();
  }

  async #ask(): Promise<readonly VoiceSource[]> {
    using patience = new Patience(this.#options.clock);
    this.#asking = patience;
    try {
      // Within an async function, what is thrown at once is a rejection like any other.
      const loading = (async () => this.#options.sources())();
      const sources = await patience.wait(loading, { ms: SOURCES_MS, what: "the speech synthesizer" });
      const [first] = sources;
      if (!first) throw new TelephonyError("config-invalid", "there is no speech synthesizer: configure one under tts");
      this.#configured ??= first.id;
      return sources;
    } catch (error) {
      this.#order = undefined;
      throw toTelephonyError(error, "unavailable");
    } finally {
      this.#asking = undefined;
    }
  }
}
