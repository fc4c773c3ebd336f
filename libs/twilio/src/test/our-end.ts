import { MULAW_8K, type DecodedFrame, type FrameSession, type FrameToEncode } from "@openclaw/telephony-contract";
import { sampleCodec, type MediaRequest, type MediaWire } from "@openclaw/phone-network";
import { ToneListener, speakTones } from "@openclaw/phone-network/tones";

const MULAW = sampleCodec(MULAW_8K);

/** Our end of a media socket, in a test's hands: speaks by the carrier's own codec. */
export class OurEnd {
  readonly frames: DecodedFrame[] = [];
  /** Texts that the caller said. */
  readonly heard: string[] = [];
  closed: number | undefined;

  constructor(
    readonly request: MediaRequest,
    readonly wire: MediaWire,
    readonly session: FrameSession,
  ) {
    const tones = new ToneListener(8000, (event) => event.type === "text" && this.heard.push(event.text));
    const samples = new Int16Array(160);
    wire.onMessage((message) => {
      for (const frame of session.decode(message)) {
        if (frame.type !== "audio") this.frames.push(frame);
        else {
          MULAW.decode(frame.payload, samples);
          tones.write(samples);
        }
      }
    });
    wire.onClose((code) => void (this.closed = code));
  }

  types(): string[] {
    return this.frames.map(({ type }) => type);
  }

  send(frame: FrameToEncode): void {
    for (const message of this.session.encode(frame)) this.wire.send(message);
  }

  /** Says a text, in chunks of 100 ms as fast as they are made. */
  say(text: string): void {
    const samples = speakTones(text, 8000);
    const bytes = new Uint8Array(samples.length);
    MULAW.encode(samples, bytes);
    for (let at = 0; at < bytes.length; at += 800) this.send({ type: "audio", payload: bytes.subarray(at, at + 800) });
  }
}
