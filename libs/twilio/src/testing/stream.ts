import { MULAW_8K, type Clock } from "@openclaw/telephony-contract";
import { AudioEnd, MediaRefused, type AudioReport, type ConnectMedia, type Leg, type MediaStream, type MediaWire, type RefusedMessage } from "@openclaw/phone-network";
import { MediaWords, readOurs } from "./media-words.ts";
import { upgradeHeaders, type Fields } from "./messages.ts";

/** What goes wrong with a stream, with the code that Twilio's debugger shows. */
export interface StreamFault {
  readonly code: 31901 | 31903 | 31920 | 31922 | 31923 | 31951;
  readonly message: string;
}

/** How the fake's streams behave, for tests of what should not happen. */
export interface StreamManners {
  /** The socket is opened, and the start never sent. */
  startless: boolean;
}

/** What a stream needs of its call. */
export interface StreamAround {
  readonly clock: Clock;
  readonly leg: Leg;
  readonly connectMedia: ConnectMedia;
  readonly manners: Readonly<StreamManners>;
  readonly url: string;
  /** `Parameter` elements of the document. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Tells of the stream whoever asked for it. */
  readonly tell: (fields: Fields) => void;
  readonly alert: (fault: StreamFault) => void;
  /** The stream is over, and the document goes on. */
  readonly over: () => void;
}

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

  constructor(private readonly around: StreamAround) {
    const { clock, leg } = around;
    this.#words = new MediaWords(leg.id);
    this.#audio = new AudioEnd({
      clock,
      formatIn: MULAW_8K,
      formatOut: MULAW_8K,
      call: leg.call,
      outlet: { audio: (frame, timeMs) => this.send(this.#words.media(frame, timeMs)), mark: (name) => this.send(this.#words.mark(name)) },
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

  /** Ends it from Twilio's side: the call is over, or has another document. */
  end(): void {
    if (this.state === "closed") return;
    this.send(this.#words.stop());
    this.#over("carrier");
    this.#wire?.close();
  }

  /** The party pressed a key. */
  key(digit: string): void {
    this.send(this.#words.dtmf(digit));
  }

  send(message: string | Uint8Array): void {
    if (this.state === "open") this.#wire?.send(message);
  }

  drop(): void {
    this.#wire?.terminate();
    this.#fail(BROKEN);
  }

  async #connect(): Promise<void> {
    const { connectMedia, clock, url, manners } = this.around;
    const wire = await open(connectMedia, url).catch((error: unknown) => this.#fail(error instanceof MediaRefused ? FAULTS[error.failure] : UNREACHABLE));
    if (!wire) return;
    // The call is over, or has another document.
    if (this.state === "closed") return wire.close();
    this.#wire = wire;
    this.state = "open";
    this.startedAt = clock.now();
    wire.onMessage((message) => this.#take(message));
    wire.onClose((code) => (code === 1006 ? this.#fail(BROKEN) : this.#over("us")));
    this.send(this.#words.connected());
    if (manners.startless) return;
    this.send(this.#words.start(this.around.parameters));
    this.#audio.start();
    this.#tell("stream-started");
  }

  #take(message: string | Uint8Array): void {
    const read = readOurs(message, this.#words.streamSid);
    if (!("type" in read)) return this.#refuse(read);
    if (read.type === "audio") this.#play(read.payload);
    if (read.type === "mark") this.#audio.mark(read.name);
    if (read.type === "clear") this.#audio.clear();
  }

  #play(payload: Uint8Array): void {
    if (!this.#audio.receive(payload)) this.#refuse({ code: "31951", message: "the buffer is full" });
  }

  /** Twilio warns of the first one only. */
  #refuse(refused: RefusedMessage): void {
    if (this.refused.length === 0) this.around.alert({ code: 31951, message: refused.message });
    if (this.refused.push(refused) > MAX_REFUSED) this.refused.shift();
  }

  #fail(fault: StreamFault): void {
    if (this.state === "closed") return;
    this.around.alert(fault);
    this.#over("network", fault);
  }

  #over(by: NonNullable<MediaStream["endedBy"]>, fault?: StreamFault): void {
    if (this.state === "closed") return;
    const began = this.startedAt !== undefined;
    this.state = "closed";
    this.endedBy = by;
    this.#audio.stop();
    if (fault) this.#tell("stream-error", `${fault.code} ${fault.message}: ${this.url}`);
    else if (began) this.#tell("stream-stopped");
    this.around.over();
  }

  #tell(event: string, error?: string): void {
    this.around.tell({ StreamSid: this.#words.streamSid, StreamName: this.#words.streamSid, StreamEvent: event, StreamError: error });
  }
}

const UNREACHABLE: StreamFault = { code: 31901, message: "no connection" };
const BROKEN: StreamFault = { code: 31903, message: "the connection broke" };
const FAULTS: Readonly<Record<MediaRefused["failure"], StreamFault>> = {
  scheme: { code: 31922, message: "the URL is not wss" },
  malformed: { code: 31923, message: "the URL is malformed" },
  refused: { code: 31920, message: "the handshake was not answered with 101" },
  timeout: { code: 31901, message: "no connection in time" },
  unreachable: UNREACHABLE,
};

/** Connects as Twilio does: to a `wss:` URL, which must not have a query. */
async function open(connectMedia: ConnectMedia, url: string): Promise<MediaWire> {
  if (!URL.canParse(url)) throw new MediaRefused("malformed");
  const { protocol, search } = new URL(url);
  if (protocol !== "wss:") throw new MediaRefused("scheme");
  if (search !== "") throw new MediaRefused("refused");
  return await connectMedia({ url, headers: upgradeHeaders(url) });
}
