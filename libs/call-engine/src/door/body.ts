import type { IncomingMessage } from "node:http";

/**
 * Reads a request's body. Gives nothing where it is longer than `maxBytes`, of which no more is then read, and where its
 * sender is gone before its end. Never rejects.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | "too-large" | "gone"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    if (Number(request.headers["content-length"]) > maxBytes) return resolve("too-large");
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        request.pause();
        return resolve("too-large");
      }
      chunks.push(chunk);
    });
    request.once("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    // Both come for a request that breaks off; for one that was read, neither changes anything any more.
    request.once("error", () => resolve("gone"));
    request.once("close", () => resolve("gone"));
  });
}
