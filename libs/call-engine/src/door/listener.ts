import type { AddressInfo } from "node:net";
import type { WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";
import { TelephonyError } from "@openclaw/telephony-contract";

/** Bytes of the largest body that a carrier sends; theirs have a few kilobytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** Milliseconds in which a request has to be here, headers and body. */
const REQUEST_MS = 5000;

/** Where the listener is to be. */
export interface ListenerOptions {
  readonly port: number;
  readonly bind: string;
  /** Path of the entry; everything below it is ours, too. */
  readonly path: string;
  /** The carrier-facing URL that stands for `path`. Default: the listener's own. */
  readonly publicUrl?: string;
  readonly handle: (request: WebhookRequest) => WebhookReply;
}

/** A listener that is up. */
export interface Listener {
  /** URL of the entry on this machine. */
  readonly localUrl: string;
  close(): Promise<void>;
}

/**
 * Opens the one HTTP listener of the telephone. Rejects with `listener-failed`, which names the key and the remedy where
 * the port is taken or not allowed.
 */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { default: fastify } = await import("fastify");
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, requestTimeout: REQUEST_MS, connectionTimeout: 2 * REQUEST_MS, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const path = options.path.replace(/\/+$/, "");
  for (const url of [path === "" ? "/" : path, `${path}/*`]) {
    app.route({
      method: ["GET", "POST"],
      url,
      handler: (request, reply) => {
        const answer = options.handle({
          method: request.method,
          url: publicUrlOf(request.raw.url ?? "/", path, options.publicUrl ?? localUrl(options, app)),
          headers: joinHeaders(request.headers),
          body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
          remoteAddress: request.ip,
        });
        return reply.code(answer.status).headers(answer.headers).send(answer.body);
      },
    });
  }
  try {
    await app.listen({ port: options.port, host: options.bind });
  } catch (error) {
    throw listenError(error, options);
  }
  return { localUrl: localUrl(options, app), close: () => app.close() };
}

/** The URL that the carrier used: the configured one stands for ours, and what follows it is the request's own. */
export function publicUrlOf(requestUrl: string, localPath: string, publicUrl: string): string {
  const rest = requestUrl.startsWith(localPath) ? requestUrl.slice(localPath.length) : requestUrl;
  return publicUrl.replace(/\/+$/, "") + rest;
}

function localUrl(options: ListenerOptions, app: { readonly server: { address(): AddressInfo | string | null } }): string {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const host = options.bind.includes(":") ? `[${options.bind}]` : options.bind;
  return `http://${host}:${port}${options.path.replace(/\/+$/, "")}`;
}

function joinHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]])),
  );
}

function listenError(error: unknown, { port, bind }: ListenerOptions): TelephonyError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  const remedy: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use by another program: stop it, or set "serve.port" to a free one`,
    EACCES: `this user may not listen on port ${port}: set "serve.port" above 1023`,
    EADDRNOTAVAIL: `${bind} is no address of this machine: correct "serve.bind"`,
  };
  return new TelephonyError("listener-failed", remedy[code] ?? `cannot listen on ${bind}:${port} (${code}): check "serve"`, { cause: error });
}
