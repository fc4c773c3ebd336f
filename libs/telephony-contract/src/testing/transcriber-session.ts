import type { AudioFormat } from "../audio.ts";
import type { DefinitionOf } from "../registry.ts";
import type { Transcriber, TranscriberCapabilities, TranscriberEvent, TranscriberRequest, TranscriberSession } from "../transcriber.ts";
import { ConformanceError, HarnessError, describeError, ensure } from "./assertions.ts";
import { createLogRecorder, type LogRecorder } from "./log-recorder.ts";
import type { TestTranscription, TestTranscriptionSession, TranscriberHarness, TranscriberKit } from "./transcriber-harness.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** The transcriber that is tried. */
export interface TranscriberSubject {
  readonly definition: DefinitionOf<"transcriber">;
  /** A section of the configuration that is valid, with every secret filled by something unmistakable. */
  readonly config: unknown;
  /** Needed only where `config` can do less than the definition declares: what it can do. */
  readonly capabilities?: TranscriberCapabilities;
  /** Sections that are not valid, each with the key that the refusal has to name. At least one. */
  readonly invalidConfigs: readonly { readonly config: unknown; readonly key: string }[];
  /** Makes an instance's surroundings; asked once for every case. */
  readonly harness: (kit: TranscriberKit) => Promise<TranscriberHarness> | TranscriberHarness;
  /**
   * Real milliseconds until something that has to happen counts as not happening. Default 5000. Real sockets need a few;
   * only what fails takes this long.
   */
  readonly patienceMs?: number;
}

/** Milliseconds by which virtual time is moved: while something is awaited that it brings about, and while nothing is. */
const STEP_MS = 50;
const STRIDE_MS = 500;
/** Turns of settling after each step, in which messages on real sockets of this machine arrive. */
const TURNS = 2;

/** One session of a transcriber, with everything that it reported. */
export interface OpenSession extends TranscriberSession {
  readonly events: readonly TranscriberEvent[];
  /** Ends the session. */
  readonly owner: AbortController;
}

/** One instance of the transcriber on its service. One case, one trial. */
export class TranscriberTrial {
  readonly clock: VirtualClock = createVirtualClock();
  readonly log: LogRecorder = createLogRecorder();
  /** Ends the instance. */
  readonly instance = new AbortController();
  readonly capabilities: TranscriberCapabilities;
  transcriber!: Transcriber;
  service!: TestTranscription;
  #harness!: TranscriberHarness;

  private constructor(readonly subject: TranscriberSubject) {
    this.capabilities = subject.capabilities ?? subject.definition.capabilities;
  }

  /** Makes an instance. */
  static async open(subject: TranscriberSubject): Promise<TranscriberTrial> {
    const trial = new TranscriberTrial(subject);
    const { clock, log, instance } = trial;
    trial.#harness = await subject.harness({ clock });
    trial.service = trial.#harness.service;
    try {
      trial.transcriber = await trial.#harness.create({ clock, log, signal: instance.signal });
    } catch (error) {
      await trial.#harness.close?.();
      throw new ConformanceError(`create was refused: ${describeError(error)}`, { cause: error });
    }
    return trial;
  }

  /** The format that is used where none is tried in particular. */
  get format(): AudioFormat {
    const [format] = this.capabilities.formats;
    if (!format) throw new ConformanceError("capabilities.formats is empty");
    return format;
  }

  /** Opens a session. */
  open(change: Partial<TranscriberRequest> = {}): OpenSession {
    const events: TranscriberEvent[] = [];
    const owner = new AbortController();
    const request: TranscriberRequest = { format: this.format, endSilenceMs: 800, onEvent: (event) => void events.push(event), signal: owner.signal, ...change };
    const session = this.transcriber.open(request);
    return { write: (audio) => session.write(audio), flush: () => session.flush(), close: () => session.close(), events, owner };
  }

  /** A session that is ready, and its connection at the service. */
  async ready(): Promise<{ readonly session: OpenSession; readonly peer: TestTranscriptionSession }> {
    const before = this.service.sessions.length;
    const session = this.open();
    await this.until(() => session.events.some(({ type }) => type === "ready"), "ready was not reported");
    return { session, peer: this.peer(before) };
  }

  /** The connection that was made after so many others. */
  peer(index: number): TestTranscriptionSession {
    const peer = this.service.sessions[index];
    if (!peer) throw new HarnessError(`the service has no connection ${index + 1}`);
    return peer;
  }

  /** Waits in real time until the predicate holds, or fails the rule with `what`. */
  async until(predicate: () => boolean, what: string): Promise<void> {
    const { patienceMs = 5_000 } = this.subject;
    const began = performance.now();
    while (!predicate()) {
      if (performance.now() - began > patienceMs) throw new ConformanceError(what);
      await this.clock.settle();
    }
  }

  /** Moves virtual time by so much, in which nothing is expected. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STRIDE_MS) {
      // Where no timer runs, time brings about nothing.
      if (this.clock.pending === 0) return await this.clock.advance(left);
      await this.#step(Math.min(STRIDE_MS, left));
    }
  }

  /** Moves virtual time until the predicate holds, and no further than `maxMs`. Whether it holds. */
  async passUntil(predicate: () => boolean, maxMs: number): Promise<boolean> {
    for (let left = maxMs; left > 0 && !predicate(); left -= STEP_MS) await this.#step(STEP_MS);
    return predicate();
  }

  async #step(ms: number): Promise<void> {
    await this.clock.advance(ms);
    for (let turn = 0; turn < TURNS; turn++) await this.clock.settle();
  }

  /** Waits until a session reported an event of a type that fits, and gives the first. */
  async event<Type extends TranscriberEvent["type"]>(
    { events }: OpenSession,
    type: Type,
    fits: (event: Extract<TranscriberEvent, { type: Type }>) => boolean = () => true,
    what: string = `no event "${type}"`,
  ): Promise<Extract<TranscriberEvent, { type: Type }>> {
    const find = () => eventsOf(events, type).find(fits);
    await this.until(() => find() !== undefined, what);
    return find() as Extract<TranscriberEvent, { type: Type }>;
  }

  /**
   * Everything that the service said to this session so far was reported: an item that is said now comes last. Gives
   * what was reported before it.
   */
  async all(session: OpenSession, peer: TestTranscriptionSession): Promise<readonly TranscriberEvent[]> {
    const text = "That was all.";
    peer.final(text);
    const last = await this.event(session, "final", (event) => event.text === text, "an item that was said last is not reported");
    return session.events.filter((event) => !("itemId" in event && event.itemId === last.itemId));
  }

  /** Waits for work that has to be done, in real time. */
  async done(what: string, work: Promise<void>): Promise<void> {
    const outcome = settling(work);
    await this.until(() => outcome.settled, `${what} did not settle`);
    ensure(outcome.error === undefined, `${what} is rejected: ${describeError(outcome.error)}`);
  }

  /** Releases everything, whatever the case came to. */
  async end(): Promise<void> {
    this.instance.abort();
    const closed = settling(this.transcriber.close());
    await this.until(() => closed.settled, "close did not settle after the instance's end");
    await this.#harness.close?.();
    ensure(closed.error === undefined, `close is rejected: ${describeError(closed.error)}`);
  }
}

/** Events of one type. */
export function eventsOf<Type extends TranscriberEvent["type"]>(events: readonly TranscriberEvent[], type: Type): Extract<TranscriberEvent, { type: Type }>[] {
  return events.filter((event) => event.type === type) as Extract<TranscriberEvent, { type: Type }>[];
}

/** How work stands. */
export function settling(work: Promise<unknown>): { readonly settled: boolean; readonly error: unknown } {
  const state: { settled: boolean; error: unknown } = { settled: false, error: undefined };
  work.then(
    () => (state.settled = true),
    (error: unknown) => Object.assign(state, { settled: true, error: error ?? new Error("no reason") }),
  );
  return state;
}

/** So many bytes that are told from those of another seed. */
export function noise(seed: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at * 7 + (at >> 8) * 13 + seed * 31) & 0xff);
}
