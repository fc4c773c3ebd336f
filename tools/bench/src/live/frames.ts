/**
 * WebSocket frames as bytes (RFC 6455), as far as a far end needs them that must cost less than the servers it measures:
 * it builds a frame once and changes only some bytes of it, and reads what comes without making objects.
 */

/** Text and closing frames. */
export const TEXT = 1;
export const CLOSE = 8;

/** One byte four times over as the mask, so that a masked byte is the same wherever it stands. Zero would spare servers the unmasking. */
export const MASK = 0x5a;

/** Bytes before the payload of a client's frame. */
export function clientHeaderBytes(payloadBytes: number): number {
  return payloadBytes < 126 ? 6 : 8;
}

/** A client's whole frame, masked. Payloads above 65,535 bytes are refused. */
export function clientFrame(text: string, opcode: number = TEXT): Buffer {
  const payload = Buffer.from(text);
  const header = clientHeaderBytes(payload.length);
  if (payload.length > 0xffff) throw new RangeError("a frame of the benchmark is too long");
  const frame = Buffer.alloc(header + payload.length);
  frame[0] = 0x80 | opcode;
  if (header === 6) frame[1] = 0x80 | payload.length;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  }
  frame.fill(MASK, header - 4, header);
  for (let at = 0; at < payload.length; at++) frame[header + at] = (payload[at] as number) ^ MASK;
  return frame;
}

/** Writes a number with leading zeros into a masked frame. */
export function writeDigits(frame: Buffer, at: number, digits: number, value: number): void {
  let rest = value;
  for (let place = at + digits - 1; place >= at; place--) {
    const tens = Math.trunc(rest / 10);
    frame[place] = (0x30 + rest - tens * 10) ^ MASK;
    rest = tens;
  }
}

const NOTHING = Buffer.alloc(0);

/** Told of a server's frame: its payload is `bytes` from `from` to `to`, valid during the call. */
export type OnFrame = (opcode: number, bytes: Buffer, from: number, to: number) => void;

/** Finds the frames in what a server sends, however the connection cuts it. Servers do not mask. */
export class ServerFrames {
  #rest: Buffer = NOTHING;

  push(chunk: Buffer, onFrame: OnFrame): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const left = bytes.length - at;
      if (left < 2) break;
      const short = (bytes[at + 1] as number) & 0x7f;
      if (short === 127) throw new RangeError("a server sent a frame that no benchmark expects");
      const header = short === 126 ? 4 : 2;
      if (left < header) break;
      const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
      if (left < header + length) break;
      onFrame((bytes[at] as number) & 0x0f, bytes, at + header, at + header + length);
      at += header + length;
    }
    this.#rest = at === bytes.length ? NOTHING : Buffer.from(bytes.subarray(at));
  }
}
