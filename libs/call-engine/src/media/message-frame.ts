const FINAL = 0x80;
const TEXT = 1;
const BINARY = 2;

/**
 * One message as the WebSocket frame of a server (RFC 6455), whole and in one buffer. The `ws` package hands header and
 * content to the connection apart, which costs about as much again as everything else about a small message.
 */
export function messageFrame(message: string | Uint8Array): Buffer {
  const isText = typeof message === "string";
  const length = isText ? Buffer.byteLength(message) : message.length;
  const header = length < 126 ? 2 : length < 0x10000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL | (isText ? TEXT : BINARY);
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  if (isText) frame.write(message, header);
  else frame.set(message, header);
  return frame;
}
