import { encodeMulaw } from "@openclaw/telephony-audio";
import { speechFrame } from "../audio/subjects.ts";
import { Caller, type CallerManners, type Sound } from "./caller.ts";
import { FarEnds, type Destination } from "./far-ends.ts";
import { FRAME_BYTES, maskedAudio, type MaskedAudio } from "./far-words.ts";
import type { FarStream } from "./far-stream.ts";
import { Histogram } from "./histogram.ts";
import { CUE, CUE_TURN, CUE_WORDS } from "./stub-ear.ts";

/** A measured time of many: how often, the median, what only one in a hundred exceeds, and the longest. In milliseconds. */
export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What callers made of their calls. */
export interface TalkResult {
  /** From the frame with which a turn ended to the first frame of the answer, wire to wire. */
  readonly firstAudio: Times;
  /** The longest silence within each answer. */
  readonly gaps: Times;
  /** From the frame with the caller's words to the message that drops our voice, wire to wire. */
  readonly cleared: Times;
  /** How late the load itself was. */
  readonly late: number;
  /** Turns and interruptions of which nothing came. */
  readonly lost: number;
}

/** Has many callers talk with the agent of a telephone, each in its own time. */
export class TalkLoader {
  readonly #server: Destination;
  readonly #manners: CallerManners;
  readonly #ends = new FarEnds((stream, now, lateMs) => this.#send(stream, now, lateMs));
  readonly #callers = new Map<FarStream, Caller>();
  readonly #sounds: Readonly<Record<Sound, MaskedAudio>> = { room: room(), speech: speech(), turn: cue(CUE_TURN), words: cue(CUE_WORDS) };
  #notes = new Notes();

  constructor({ server, manners }: { readonly server: Destination; readonly manners: CallerManners }) {
    this.#server = server;
    this.#manners = manners;
  }

  /** Opens streams until there are so many, and has their callers talk from then on. */
  async open(streams: number): Promise<void> {
    await this.#ends.open(this.#server, streams, (stream) => {
      const caller = new Caller(this.#manners, {
        firstAudio: (ms) => this.#notes.firstAudio.push(ms),
        answered: (ms) => this.#notes.gaps.push(ms),
        cleared: (ms) => this.#notes.cleared.push(ms),
      });
      this.#callers.set(stream, caller);
      stream.listen({ audio: (from, _bytes, _at, _frame, now) => this.#heard(from, caller, now), cleared: (_stream, now) => caller.cleared(now) });
    });
    this.#ends.pacer.run(streams);
  }

  /** Listens to the callers for a while. */
  async watch(ms: number): Promise<TalkResult> {
    const lostBefore = this.#lost();
    const notes = (this.#notes = new Notes());
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#ends.requireOpen();
    this.#notes = new Notes();
    return { firstAudio: timesOf(notes.firstAudio), gaps: timesOf(notes.gaps), cleared: timesOf(notes.cleared), late: notes.lateness.at(0.99), lost: this.#lost() - lostBefore };
  }

  async hangUp(): Promise<void> {
    await this.#ends.close();
    this.#callers.clear();
  }

  #send(stream: FarStream, now: number, lateMs: number): void {
    this.#notes.lateness.add(lateMs);
    stream.send(now, this.#sounds[this.#callers.get(stream)?.sound(now) ?? "room"]);
  }

  #heard(stream: FarStream, caller: Caller, now: number): void {
    const { playOut } = stream;
    if (caller.waits) playOut.begin(now);
    caller.heard(now, playOut.frames, playOut.longestGapMs);
  }

  #lost(): number {
    return [...this.#callers.values()].reduce((sum, { lost }) => sum + lost, 0);
  }
}

/** What was noted in some time. */
class Notes {
  readonly firstAudio: number[] = [];
  readonly gaps: number[] = [];
  readonly cleared: number[] = [];
  readonly lateness = new Histogram();
}

/** What is to be known of some times. */
export function timesOf(values: readonly number[]): Times {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function room(): MaskedAudio {
  return mulaw((sample) => sample >> 6);
}

function speech(): MaskedAudio {
  return mulaw((sample) => sample);
}

function cue(what: number): MaskedAudio {
  const bytes = new Uint8Array(FRAME_BYTES).fill(0xff);
  bytes.set([...CUE, what]);
  return maskedAudio(bytes);
}

function mulaw(level: (sample: number) => number): MaskedAudio {
  const bytes = new Uint8Array(FRAME_BYTES);
  encodeMulaw(speechFrame(8000).map(level), bytes);
  return maskedAudio(bytes);
}
