import { connect } from "node:net";

/** What is sent: a request as it stands on the wire. */
export interface RawRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Sends a request over a socket of its own, byte for byte as it is: no client normalises it, and interceptors of HTTP
 * clients do not see it. Resolves with the status and the body of the answer.
 */
export function sendRaw(port: number, { method, target, headers, body }: RawRequest): Promise<{ readonly status: number; readonly body: string }> {
  const head = Object.entries({ host: `127.0.0.1:${port}`, ...headers, "content-length": String(body.length), connection: "close" });
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), body: text.slice(text.indexOf("\r\n\r\n") + 4) });
    });
    socket.write(`${method} ${target} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`);
    socket.write(body);
  });
}
