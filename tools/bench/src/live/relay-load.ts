import { wholeByPlace, wholeWith, type EchoShape } from "./echo-shape.ts";
import { COUNTED } from "./far-words.ts";
import { FarEnds, type Destination } from "./far-ends.ts";
import type { FarStream } from "./far-stream.ts";
import { Histogram } from "./histogram.ts";

/** How many streams a server shall relay, and for how long it is looked at. Times in milliseconds. */
export interface RelayLoad {
  readonly streams: number;
  /** How long it goes on before it is measured. */
  readonly warmMs: number;
  /** How often it is measured, and how long each time. */
  readonly looks: number;
  readonly lookMs: number;
}

/** The server under load, and what its echo is like. */
export interface EchoServer extends Destination {
  readonly shape: EchoShape;
}

/** What one look at a relay under load showed. Times in milliseconds. */
export interface Look {
  /** From the sending of the frame with which a frame was whole to its return: the median, and what only one in a hundred exceeds. */
  readonly p50: number;
  readonly p99: number;
  /** What only one frame in a hundred exceeded in being sent too late. */
  readonly late: number;
  /** Frames that were sent, and those that should have come back and did not. */
  readonly frames: number;
  readonly missing: number;
}

/** Time for the last frames to come back; a frame that takes longer counts as having taken this long. */
export const GRACE_MS = 200;
/** Time for the agent's answer to the last of new callers. */
const SETTLE_MS = 500;
/**
 * How often a stream that is not part of the load sends a piece of audio, so that neither it nor its echo counts as dead: a
 * voice may be silent for five seconds. They take turns, since all at once would be a burst that whoever is measured feels.
 */
const TRICKLE_MS = 3000;
const TRICKLE_BEAT_MS = 50;

/** Puts one echoing server under load: streams of 50 frames a second each way, and the time that each frame takes there and back. */
export class RelayLoader {
  readonly #server: EchoServer;
  readonly #ends = new FarEnds((stream, now, lateMs) => {
    this.#noteSent(stream.words.count, now, lateMs);
    stream.send(now);
  });
  /** Frames of the echo that are whole with a frame, by its place in a piece. */
  readonly #whole: readonly number[];
  #trickle: NodeJS.Timeout | undefined;
  #trickled = 0;
  /** When the first look begins, and how long each takes. */
  #from = Infinity;
  #lookMs = 1;
  #looks: readonly OpenLook[] = [];

  constructor(server: EchoServer) {
    this.#server = server;
    this.#whole = wholeByPlace(server.shape);
  }

  /** Opens streams until there are so many, and lets all of them get as far as the echo. */
  async open(streams: number): Promise<void> {
    this.#trickle ??= setInterval(() => this.#keepAlive(), TRICKLE_BEAT_MS);
    let ahead = 0;
    const fresh = await this.#ends.open(this.#server, streams, (stream) => {
      stream.listen({ audio: (from, bytes, at, frame, now) => this.#heard(from, from.ours.counter(bytes, at, frame), now) });
      // With its first frame a caller asks for the echo, so that all are put through before the load begins. Some say more at
      // once, so that pieces become whole at different moments, as those of many calls do.
      for (let frame = 0; frame <= ahead % this.#server.shape.pieceFrames; frame++) stream.send(performance.now());
      ahead += 1;
    });
    if (fresh.length === 0) return;
    await pass(SETTLE_MS);
    this.#ends.pacer.run(streams);
    await pass(this.#server.shape.from * 20 + SETTLE_MS);
    this.#ends.pacer.stop();
  }

  async run({ streams, warmMs, looks, lookMs }: RelayLoad): Promise<readonly Look[]> {
    await this.open(streams);
    const { pacer } = this.#ends;
    pacer.run(streams);
    await pass(warmMs);
    this.#looks = Array.from({ length: looks }, () => ({ delays: new Histogram(), lateness: new Histogram(), expected: 0 }));
    this.#lookMs = lookMs;
    this.#from = performance.now();
    await pass(looks * lookMs + GRACE_MS);
    pacer.stop();
    this.#from = Infinity;
    this.#ends.requireOpen();
    return this.#looks.map(({ delays, lateness, expected }) => {
      const missing = expected - delays.count;
      for (let i = 0; i < missing; i++) delays.add(GRACE_MS);
      return { p50: delays.at(0.5), p99: delays.at(0.99), late: lateness.at(0.99), frames: lateness.count, missing };
    });
  }

  async hangUp(): Promise<void> {
    clearInterval(this.#trickle);
    this.#trickle = undefined;
    await this.#ends.close();
  }

  #keepAlive(): void {
    const { idle } = this.#ends;
    const count = Math.ceil((idle.length * TRICKLE_BEAT_MS) / TRICKLE_MS);
    for (let turn = 0; turn < count; turn++) this.#sendPiece(idle[this.#trickled++ % idle.length] as FarStream);
  }

  #sendPiece(stream: FarStream): void {
    for (let frame = 0; frame < this.#server.shape.pieceFrames; frame++) stream.send(performance.now());
  }

  #noteSent(frame: number, now: number, lateMs: number): void {
    const look = this.#lookAt(now);
    if (!look) return;
    const { from, pieceFrames } = this.#server.shape;
    look.lateness.add(lateMs);
    look.expected += frame >= from ? (this.#whole[(frame - from) % pieceFrames] as number) : 0;
  }

  #heard(stream: FarStream, counter: number, now: number): void {
    const { shape } = this.#server;
    const echoed = shape.counted ? latest(counter, stream.words.count) - shape.from : stream.received;
    const sentAt = stream.sentAt(wholeWith(shape, echoed));
    this.#lookAt(sentAt)?.delays.add(now - sentAt);
  }

  #lookAt(time: number): OpenLook | undefined {
    return time >= this.#from ? this.#looks[Math.floor((time - this.#from) / this.#lookMs)] : undefined;
  }
}

/** A look as it is being taken. */
interface OpenLook {
  readonly delays: Histogram;
  readonly lateness: Histogram;
  /** Frames of the echo that are to come. */
  expected: number;
}

/** The latest of so many frames that has this counter. */
export function latest(counter: number, frames: number): number {
  const newest = frames - 1;
  return newest - ((((newest - counter) % COUNTED) + COUNTED) % COUNTED);
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
