import { MULAW_8K, type Clock } from "@openclaw/telephony-contract";
import { AudioEnd, type AudioReport, type ConnectMedia, type Leg, type MediaStream, type MediaWire, type RefusedMessage } from "@openclaw/phone-network";
import { MediaWords, readOurs } from "./media-words.ts";

/** How the fake behaves where Plivo's pages do not say how Plivo does, or contradict each other. */
export interface StreamManners {
  /** Marks that a clear drops come back as if they had been played. */
  returnsClearedMarks: boolean;
  /** The end of a stream and faults are told by messages that only Plivo's own code knows. */
  saysMore: boolean;
  /** Names of events in status callbacks, after the reference or after the guide. */
  names: "reference" | "guide";
}

/** What happened to a stream, in the words of status callbacks. */
type StreamEvent = keyof typeof NAMES;
const NAMES = {
  started: { reference: "StartStream", guide: "started" },
  stopped: { reference: "StopStream", guide: "stopped" },
  dropped: { reference: "DroppedStream", guide: "failed" },
  degraded: { reference: "DegradedStream", guide: "degraded" },
} as const;

/** What a stream needs of its call. */
export interface StreamAround {
  readonly clock: Clock;
  readonly leg: Leg;
  readonly connectMedia: ConnectMedia;
  readonly manners: StreamManners;
  readonly url: string;
  readonly timeoutMs: number;
  /** Headers of an upgrade request, each with a nonce of its own. */
  readonly headers: (url: string) => Readonly<Record<string, string>>;
  readonly tell: (event: string, streamId: string) => void;
  /** The stream is over, and the document goes on. */
  readonly over: () => void;
}

/** Attempts to connect, and the pause between two in milliseconds. */
const ATTEMPTS = 3;
const PAUSE_MS = 500;
/** Audio that Plivo keeps, in milliseconds: the smaller of two numbers that it gives. At a third of it, it warns. */
const BUFFER_MS = 40_000;
const DEGRADED_MS = 12_000;
/** Messages that are remembered because they were not taken. */
const MAX_REFUSED = 100;

/** One media stream of the fake: connects to us, sends the caller's sound, and plays ours. */
export class FakeStream implements MediaStream {
  readonly refused: RefusedMessage[] = [];
  state: MediaStream["state"] = "connecting";
  startedAt: number | undefined;
  endedBy: MediaStream["endedBy"];
  readonly #audio: AudioEnd;
  readonly #words: MediaWords;
  #wire: MediaWire | undefined;
  #cancelTimeout: (() => void) | undefined;
  #clearing = false;
  #degraded = false;

  constructor(private readonly around: StreamAround) {
    const { clock, leg } = around;
    this.#words = new MediaWords(clock.now());
    this.#audio = new AudioEnd({
      clock,
      formatIn: MULAW_8K,
      formatOut: MULAW_8K,
      call: leg.call,
      maxBufferedMs: BUFFER_MS,
      outlet: { audio: (frame, timeMs) => this.send(this.#words.media(frame, timeMs)), mark: (name) => this.#mark(name) },
    });
    void this.#connect();
  }

  get call(): string {
    return this.around.leg.id;
  }
  get url(): string {
    return this.around.url;
  }
  get heard(): AudioReport {
    return this.#audio.report;
  }

  /** Ends it from Plivo's side: the call is over, goes on elsewhere, or its time has come. */
  end(): void {
    if (this.state === "closed") return;
    if (this.around.manners.saysMore) this.send(this.#words.stop());
    this.#over("carrier", "stopped");
    this.#wire?.close();
  }

  /** The party pressed a key. */
  key(digit: string): void {
    this.send(this.#words.dtmf(digit, this.around.clock.now() - (this.startedAt ?? 0)));
  }

  send(message: string | Uint8Array): void {
    if (this.state === "open") this.#wire?.send(message);
  }

  drop(): void {
    this.#over("network", "dropped");
    this.#wire?.terminate();
  }

  async #connect(attempt = 1): Promise<void> {
    const { connectMedia, leg, clock, url, headers, timeoutMs } = this.around;
    try {
      this.#wire = await connectMedia({ url, headers: headers(url) });
    } catch {
      if (this.state === "closed") return;
      if (attempt >= ATTEMPTS) return this.#over("network", "dropped");
      return void leg.timers.after(PAUSE_MS, () => void this.#connect(attempt + 1));
    }
    // The call is over, or goes on elsewhere.
    if (this.state !== "connecting") return this.#wire.close();
    this.state = "open";
    this.startedAt = clock.now();
    this.send(this.#words.start(leg.id));
    this.#wire.onMessage((message) => this.#take(message));
    this.#wire.onClose((code) => this.#over(code === 1006 ? "network" : "us", code === 1006 ? "dropped" : "stopped"));
    this.#audio.start();
    this.#tell("started");
    this.#cancelTimeout = leg.timers.after(timeoutMs, () => this.end());
  }

  #take(message: string | Uint8Array): void {
    const read = readOurs(message, this.#words.streamId);
    if (!("type" in read)) return this.#refuse(read, "error");
    if (read.type === "audio") this.#play(read.payload);
    if (read.type === "mark") this.#audio.mark(read.name);
    if (read.type === "dtmf") void this.around.leg.call.press(read.digits);
    if (read.type === "clear") this.#clear();
  }

  #play(payload: Uint8Array): void {
    if (!this.#audio.receive(payload)) return this.#refuse({ code: "playAudio", message: "the buffer is full" }, "playFailed");
    if (this.#degraded || this.heard.bufferedMs < DEGRADED_MS) return;
    this.#degraded = true;
    this.#tell("degraded");
  }

  #clear(): void {
    this.#clearing = true;
    this.#audio.clear();
    this.#clearing = false;
    this.send(this.#words.clearedAudio());
  }

  #mark(name: string): void {
    if (!this.#clearing || this.around.manners.returnsClearedMarks) this.send(this.#words.playedStream(name));
  }

  #refuse(refused: RefusedMessage, event: "error" | "playFailed"): void {
    if (this.refused.push(refused) > MAX_REFUSED) this.refused.shift();
    if (this.around.manners.saysMore) this.send(this.#words.fault(event, refused.message));
  }

  #over(by: NonNullable<MediaStream["endedBy"]>, event: "stopped" | "dropped"): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.endedBy = by;
    this.#cancelTimeout?.();
    this.#audio.stop();
    this.#tell(event);
    this.around.over();
  }

  #tell(event: StreamEvent): void {
    this.around.tell(NAMES[event][this.around.manners.names], this.#words.streamId);
  }
}
