import {
  TelephonyError,
  sameFormat,
  type ProviderContext,
  type Transcriber,
  type TranscriberCapabilities,
  type TranscriberEvent,
  type TranscriberRequest,
  type TranscriberSession,
} from "@openclaw/telephony-contract";
import type { SocketProtocol, WebSocketClass } from "./protocol.ts";
import { ResilientSocket, type SocketLimits } from "./resilient-socket.ts";

/** Reports what was heard. `ready` and `failed` are reported by the session itself. */
export type Report = (event: Exclude<TranscriberEvent, { readonly type: "ready" | "failed" }>) => void;

/** What a transcriber over WebSockets is made of. */
export interface SocketTranscriberOptions {
  /** Names the service in errors and log lines, for example `"Deepgram"`. */
  readonly service: string;
  readonly WebSocket: WebSocketClass;
  readonly context: ProviderContext;
  /** The formats that are taken. */
  readonly capabilities: Pick<TranscriberCapabilities, "formats">;
  /** The vendor's half of one session. Throws an error of the contract where the request cannot be met. */
  readonly protocol: (request: TranscriberRequest, report: Report) => SocketProtocol;
  readonly limits?: Partial<SocketLimits>;
}

/** A transcriber whose sessions are {@link ResilientSocket}s. */
export function socketTranscriber(options: SocketTranscriberOptions): Transcriber {
  const sessions = new Set<TranscriberSession>();
  let closed = false;
  return {
    open(request) {
      const { service, capabilities } = options;
      if (closed) throw new TelephonyError("aborted", `${service} was closed and opens no session`);
      if (!capabilities.formats.some((format) => sameFormat(format, request.format))) {
        throw new TelephonyError("unsupported", `${service} does not take ${request.format.encoding} at ${request.format.sampleRate} Hz`);
      }
      const session = openSession(options, request, () => sessions.delete(session));
      sessions.add(session);
      return session;
    },
    async close() {
      closed = true;
      await Promise.all([...sessions].map((session) => session.close()));
    },
  };
}

function openSession(options: SocketTranscriberOptions, request: TranscriberRequest, onOver: () => void): TranscriberSession {
  const { context, service, WebSocket, limits = {} } = options;
  const signal = AbortSignal.any([request.signal, context.signal]);
  let over = false;
  const emit = (event: TranscriberEvent) => {
    if (!over && !signal.aborted) request.onEvent(event);
  };
  const end = () => {
    over = true;
    onOver();
  };
  const socket = new ResilientSocket({
    service,
    protocol: options.protocol(request, emit),
    WebSocket,
    clock: context.clock,
    log: context.log,
    signal,
    format: request.format,
    limits,
    onReady: () => emit({ type: "ready" }),
    onFailed(error) {
      emit({ type: "failed", error });
      end();
    },
  });
  signal.addEventListener("abort", end, { once: true });
  return {
    write: (audio) => socket.write(audio),
    flush: () => socket.flush(),
    async close() {
      await socket.finish();
      signal.removeEventListener("abort", end);
      end();
    },
  };
}
