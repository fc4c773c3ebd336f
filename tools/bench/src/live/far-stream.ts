import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { CLOSE, ServerFrames, TEXT } from "./frames.ts";
import { FarWords, OurWords, type MaskedAudio } from "./far-words.ts";
import { PlayOut } from "./play-out.ts";

/** Frames whose time of sending is remembered: two and a half seconds. */
const REMEMBERED = 128;

/** What any socket reads goes here, one read after the other: garbage would be cleared away in the middle of what is measured. */
const READ = Buffer.allocUnsafeSlow(64 * 1024);

/** What becomes of a stream. Times are those of `performance.now()`. */
export interface FarListener {
  /** A frame of audio came: that of this number in the message from `from` on. */
  audio(stream: FarStream, bytes: Buffer, from: number, frame: number, now: number): void;
  cleared?(stream: FarStream, now: number): void;
}

/** One media stream from the carrier's end: a plain socket, because a WebSocket client would cost more than the servers. */
export class FarStream {
  readonly words: FarWords;
  readonly ours: OurWords;
  /** What the caller hears. Told of each frame by whoever listens. */
  readonly playOut = new PlayOut();
  /** Frames of audio that came. */
  received = 0;
  readonly #socket: Socket;
  readonly #frames = new ServerFrames();
  readonly #sentAt = new Float64Array(REMEMBERED);
  readonly #marks: { readonly name: string; readonly dueAt: number }[] = [];
  #listener: FarListener = { audio: () => {} };
  #now = 0;
  #over = false;
  readonly #closed = Promise.withResolvers<void>();

  private constructor(socket: Socket, callSid: string) {
    this.#socket = socket;
    this.words = new FarWords(callSid);
    this.ours = new OurWords(this.words.streamSid);
    socket.on("error", () => this.#end());
    socket.on("close", () => this.#end());
  }

  /** Opens a WebSocket at a path of this machine, and begins the stream of a call on it. */
  static async open(port: number, path: string, host: string, callSid: string): Promise<FarStream> {
    const answer = Promise.withResolvers<string>();
    // Where nobody gets as far as to wait for it, it is no news.
    answer.promise.catch(() => {});
    let read = (bytes: Buffer) => answer.resolve(bytes.toString("latin1"));
    const callback = (count: number, buffer: Uint8Array) => {
      read((buffer as Buffer).subarray(0, count));
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer: READ, callback } });
    socket.once("close", () => answer.reject(new Error("a media socket was closed before it was open")));
    await once(socket, "connect");
    const upgrade = ["connection: Upgrade", "upgrade: websocket", "sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="];
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${upgrade.join("\r\n")}\r\n\r\n`);
    // Servers say nothing more before the start of the stream, so that nothing can follow.
    const head = await answer.promise;
    if (!/^HTTP\/1\.1 101 [^]*\r\n\r\n$/.test(head)) throw new Error(`a media socket was refused: ${head.slice(0, 200)}`);
    const stream = new FarStream(socket, callSid);
    read = (bytes) => stream.#read(bytes);
    socket.write(stream.words.begin());
    return stream;
  }

  get isOver(): boolean {
    return this.#over;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  listen(listener: FarListener): void {
    this.#listener = listener;
  }

  /** Sends the next frame of audio, and the marks of what was played by now. */
  send(now: number, audio?: MaskedAudio): void {
    if (this.#over) return;
    this.#sentAt[this.words.count % REMEMBERED] = now;
    const frame = this.words.audio(audio);
    const next = this.#marks[0];
    if (next && next.dueAt <= now) this.#socket.write(Buffer.concat([...this.#playedMarks(now), frame]));
    else if (!this.#socket.write(frame) || this.#socket.writableLength > 0) this.words.keep();
  }

  /** When a frame was sent, counted from 0; `NaN` for one that is too long ago. */
  sentAt(frame: number): number {
    const { count } = this.words;
    return frame >= 0 && frame < count && count - frame <= REMEMBERED ? (this.#sentAt[frame % REMEMBERED] as number) : NaN;
  }

  cut(): void {
    this.#socket.destroy();
  }

  #playedMarks(now: number): Buffer[] {
    const played = this.#marks.findIndex(({ dueAt }) => dueAt > now);
    return this.#marks.splice(0, played < 0 ? this.#marks.length : played).map(({ name }) => this.words.mark(name));
  }

  #read(bytes: Buffer): void {
    this.#now = performance.now();
    this.#frames.push(bytes, this.#onFrame);
  }

  readonly #onFrame = (opcode: number, bytes: Buffer, from: number, to: number): void => {
    if (opcode === CLOSE) return this.#end();
    if (opcode !== TEXT) return;
    const said = this.ours.read(bytes, from, to);
    switch (said) {
      default:
        return this.#hear(said, bytes, from);
      case "mark":
        return void this.#marks.push({ name: this.ours.markName(bytes, from, to), dueAt: this.playOut.endsAt });
      case "clear":
        this.playOut.drop(this.#now);
        for (const [index, { name }] of this.#marks.entries()) this.#marks[index] = { name, dueAt: this.#now };
        return this.#listener.cleared?.(this, this.#now);
    }
  };

  #hear(frames: number, bytes: Buffer, from: number): void {
    if (this.received === 0 && !this.ours.isAudio(bytes, from)) throw new Error("a server's audio is for another stream");
    for (let frame = 0; frame < frames; frame++) {
      this.playOut.frame(this.#now);
      this.#listener.audio(this, bytes, from, frame, this.#now);
      this.received += 1;
    }
  }

  #end(): void {
    this.#over = true;
    this.#socket.destroy();
    this.#closed.resolve();
  }
}
