import { twilioSid, PUBLIC_URL } from "../webhooks/messages.ts";
import { callTelephone, endCall, type StreamedCall } from "./calls.ts";
import { FarStream } from "./far-stream.ts";
import { Pacer } from "./pacer.ts";

/** Calls that are made at a time: as many as the telephone lets in of one source. */
const AT_ONCE = 8;
const CLOSE_MS = 10_000;

/** The server that streams lead to. */
export interface Destination {
  readonly port: number;
  /** Whether it is a telephone that has to be called before it takes a stream. */
  readonly isTelephone: boolean;
}

interface Party {
  readonly stream: FarStream;
  readonly call: StreamedCall | undefined;
}

/** The carrier's ends of many streams to one server, in one process, with everything that sends on them. */
export class FarEnds {
  readonly pacer: Pacer;
  readonly #parties: Party[] = [];
  #destination: Destination | undefined;

  /** @param send sends the next frame of a stream */
  constructor(send: (stream: FarStream, now: number, lateMs: number) => void) {
    this.pacer = new Pacer((index, now, lateMs) => send((this.#parties[index] as Party).stream, now, lateMs));
  }

  get streams(): readonly FarStream[] {
    return this.#parties.map(({ stream }) => stream);
  }

  /** Streams that send nothing by themselves at the moment. */
  get idle(): readonly FarStream[] {
    return this.streams.slice(this.pacer.streams);
  }

  /** Opens streams until there are so many, and gives those that are new. Each is told of as soon as it is there. */
  async open(destination: Destination, count: number, opened: (stream: FarStream) => void): Promise<readonly FarStream[]> {
    this.#destination = destination;
    const before = this.#parties.length;
    let missing = count - before;
    const work = async () => {
      while (missing-- > 0) {
        const party = await this.#connect(destination);
        this.#parties.push(party);
        opened(party.stream);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return this.streams.slice(before);
  }

  /** Hangs up on all streams, and waits until they are closed from the other end. */
  async close(): Promise<void> {
    this.pacer.stop();
    const { port = 0 } = this.#destination ?? {};
    const parties = this.#parties.splice(0);
    const waiting = [...parties];
    const work = async () => {
      for (let party = waiting.pop(); party; party = waiting.pop()) {
        if (party.call) await endCall(port, party.call);
        else party.stream.cut();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const late = setTimeout(() => parties.forEach(({ stream }) => stream.cut()), CLOSE_MS);
    await Promise.all(parties.map(({ stream }) => stream.closed));
    clearTimeout(late);
  }

  /** Throws where a server has ended a stream by itself: what is measured without it means nothing. */
  requireOpen(): void {
    const lost = this.streams.filter(({ isOver }) => isOver).length;
    if (lost > 0) throw new Error(`the server ended ${lost} of ${this.#parties.length} streams`);
  }

  async #connect({ port, isTelephone }: Destination): Promise<Party> {
    const { host } = new URL(PUBLIC_URL);
    if (!isTelephone) return { stream: await FarStream.open(port, "/", host, twilioSid()), call: undefined };
    const call = await callTelephone(port);
    return { stream: await FarStream.open(port, call.path, host, call.sid), call };
  }
}
