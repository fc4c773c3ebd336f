import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebhookReply } from "@openclaw/telephony-contract";

/** What is told a visitor who is not let in, whatever he wanted. */
export type Refusal = Pick<WebhookReply, "status" | "body"> & { readonly headers?: WebhookReply["headers"] };

/**
 * Reads a request's body to its end, as the bytes that came. Gives nothing where it has more than `maxBytes`: the rest is
 * then not read. Calls back once, or never where the connection is lost before.
 */
export function readBody(request: IncomingMessage, maxBytes: number, done: (body: Buffer | undefined) => void): void {
  if (Number(request.headers["content-length"]) > maxBytes) return done(undefined);
  // Most bodies come in one piece.
  let whole: Buffer | undefined;
  let pieces: Buffer[] | undefined;
  let length = 0;
  const onData = (piece: Buffer) => {
    length += piece.length;
    if (length > maxBytes) {
      request.off("data", onData).off("end", onEnd).pause();
      return done(undefined);
    }
    if (whole === undefined) whole = piece;
    else (pieces ??= [whole]).push(piece);
  };
  const onEnd = () => done(pieces ? Buffer.concat(pieces, length) : (whole ?? NO_BYTES));
  request.on("data", onData).on("end", onEnd);
}

/** The body of a request that has none. */
export const NO_BYTES = Buffer.alloc(0);

/** Answers a request, unless nobody waits for it any more. */
export function answer(response: ServerResponse, { status, headers, body }: WebhookReply): void {
  if (response.destroyed || response.writableEnded) return;
  try {
    for (const name in headers) response.setHeader(name, headers[name] ?? "");
    response.statusCode = status;
    response.end(body);
  } catch {
    // A header or a status that cannot be sent: whoever asks again may get another.
    response.destroy();
  }
}

/** Answers a request whose rest is not waited for. */
export function turnAway(response: ServerResponse, { status, headers, body }: Refusal): void {
  answer(response, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers, connection: "close" }, body });
}
