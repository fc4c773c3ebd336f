import { ALAW_8K, MULAW_8K, type Clock } from "@openclaw/telephony-contract";
import { AudioEnd, MediaRefused, type AudioReport, type ConnectMedia, type Leg, type MediaStream, type MediaWire, type RefusedMessage } from "@openclaw/phone-network";
import type { Side } from "./leg.ts";
import { MediaWords, readOurs, type StreamCodec } from "./media-words.ts";
import type { Body } from "./parameters.ts";

/** How the fake behaves where Telnyx does not say how it does, or where calls differ. */
export interface StreamManners {
  /** Codec of the caller's sound. PCMA: the call could not be transcoded. */
  codec: StreamCodec;
  /** Some frames are sent behind the one that follows them. */
  unordered: boolean;
  /** Where we closed the socket, the stream counts as running until it is stopped by command. */
  lingers: boolean;
  /** Keys cannot be pressed while a stream runs. */
  refusesKeys: boolean;
}

/** What a stream needs of its leg. */
export interface StreamAround {
  readonly clock: Clock;
  readonly connectMedia: ConnectMedia;
  readonly manners: StreamManners;
  readonly leg: Leg;
  readonly side: Side;
  readonly tell: (event: string, payload: Body) => void;
}

/** Messages that are remembered because they were not taken. */
const MAX_REFUSED = 100;
/** Every so many frames, one changes places with the next. */
const UNORDERED_EVERY = 5;

/** One media stream of the fake: connects to us, sends the caller's sound, and plays ours. */
export class FakeStream implements MediaStream {
  readonly refused: RefusedMessage[] = [];
  readonly url: string;
  state: MediaStream["state"] = "connecting";
  startedAt: number | undefined;
  endedBy: MediaStream["endedBy"];
  readonly #words = new MediaWords();
  readonly #audio: AudioEnd;
  readonly #parameters: Body;
  #wire: MediaWire | undefined;
  #lingers = false;
  #frames = 0;
  /** A frame that waits for the next one to overtake it. */
  #overtaken: string | undefined;

  constructor(
    private readonly around: StreamAround,
    parameters: Body,
  ) {
    const { clock, manners, leg } = around;
    this.url = String(parameters.stream_url);
    this.#parameters = parameters;
    this.#audio = new AudioEnd({
      clock,
      formatIn: manners.codec === "PCMA" ? ALAW_8K : MULAW_8K,
      formatOut: MULAW_8K,
      call: leg.call,
      outlet: { audio: (frame, timeMs) => this.#send(frame, timeMs), mark: (name) => this.send(this.#words.mark(name)) },
    });
    void this.#connect();
  }

  /** Whether another stream has to wait for the end of this one. */
  get runs(): boolean {
    return this.state !== "closed" || this.#lingers;
  }
  get call(): string {
    return this.around.leg.id;
  }
  get heard(): AudioReport {
    return this.#audio.report;
  }

  /** Ends it from Telnyx' side: by command, or because the call is over. */
  end(): void {
    if (!this.runs) return;
    this.#lingers = false;
    this.send(this.#words.stop(this.around.side));
    this.#over("carrier");
    this.#wire?.close();
    this.around.tell("streaming.stopped", { stream_url: this.url });
  }

  /** The party pressed a key. */
  key(digit: string): void {
    this.send(this.#words.dtmf(digit, this.around.clock.now()));
  }

  send(message: string | Uint8Array): void {
    if (this.state === "open") this.#wire?.send(message);
  }

  drop(): void {
    this.#lost("connection_lost");
    this.#wire?.terminate();
  }

  async #connect(): Promise<void> {
    const { connectMedia, side, manners, clock, tell } = this.around;
    try {
      this.#wire = await connectMedia({ url: this.url, headers: {} });
    } catch (error) {
      return this.#lost(`connection_${error instanceof MediaRefused ? error.failure : "unreachable"}`);
    }
    // It was stopped, or the call is over.
    if (this.state === "closed") return this.#wire.close();
    this.state = "open";
    this.startedAt = clock.now();
    this.send(this.#words.connected());
    this.send(this.#words.start(side, manners.codec));
    this.#wire.onMessage((message) => this.#take(message));
    this.#wire.onClose((code) => this.#closed(code));
    this.#audio.start();
    tell("streaming.started", { stream_url: this.url });
  }

  #take(message: string | Uint8Array): void {
    const read = readOurs(message);
    if (!("type" in read)) {
      if (this.refused.push(read) > MAX_REFUSED) this.refused.shift();
      return this.send(this.#words.error(read));
    }
    // What is for the other leg only, nobody hears on a call of one leg.
    if (read.type === "audio" && (this.#parameters.stream_bidirectional_target_legs ?? "opposite") !== "opposite") this.#audio.receive(read.payload);
    if (read.type === "mark") this.#audio.mark(read.name);
    if (read.type === "clear") this.#audio.clear();
  }

  #send(frame: Uint8Array, timeMs: number): void {
    const message = this.#words.media(frame, timeMs);
    if (this.around.manners.unordered && ++this.#frames % UNORDERED_EVERY === 0) return void (this.#overtaken = message);
    this.send(message);
    if (this.#overtaken !== undefined) this.send(this.#overtaken);
    this.#overtaken = undefined;
  }

  /** Our end closed it. */
  #closed(code: number): void {
    if (this.state === "closed") return;
    if (code === 1006) return this.#lost("connection_lost");
    this.#over("us");
    this.#lingers = this.around.manners.lingers;
    if (!this.#lingers) this.around.tell("streaming.stopped", { stream_url: this.url });
  }

  #lost(reason: string): void {
    if (this.state === "closed") return;
    this.#over("network");
    const { stream_track = "inbound_track" } = this.#parameters;
    const stream_params = { stream_url: this.url, track: stream_track };
    this.around.tell("streaming.failed", { failure_reason: reason, stream_id: this.#words.streamId, stream_type: "websocket", stream_params });
  }

  #over(by: NonNullable<MediaStream["endedBy"]>): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.endedBy = by;
    this.#audio.stop();
  }
}
