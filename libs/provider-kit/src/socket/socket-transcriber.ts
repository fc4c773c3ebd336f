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
import type { SocketLimits } from "./recovery.ts";
import { ResilientSocket } from "./resilient-socket.ts";

/** Reports what was heard. `ready` and `failed` are reported by the session itself. */
export type Report = (event: Exclude<TranscriberEvent, { readonly type: "ready" | "failed" }>) => void;

/** What a transcriber over WebSockets is made of. */
export interface SocketTranscriberOptions {
  /** Names the service in errors and log lines, for example `"Deepgram"`. */
  readonly service: string;
  readonly WebSocket: WebSocketClass;
  readonly context: ProviderContext;
  readonly capabilities: Pick<TranscriberCapabilities, "formats">;
  /** The vendor's half of one session. Throws an error of the contract where the request cannot be met. */
  readonly protocol: (request: TranscriberRequest, report: Report) => SocketProtocol;
  readonly limits?: Partial<SocketLimits>;
}

/** A transcriber whose sessions are {@link ResilientSocket}s. Its `open` throws `unsupported` for a format that is not declared. */
export function socketTranscriber(options: SocketTranscriberOptions): Transcriber {
  const sessions = new Set<TranscriberSession>();
  let closed = false;
  return {
    open(request) {
      const { service, capabilities, context } = options;
      const { format } = request;
      if (closed) throw new TelephonyError("aborted", `${service} was closed and opens no session`);
      if (!capabilities.formats.some((one) => sameFormat(one, format))) {
        throw new TelephonyError("unsupported", `${service} does not take ${format.encoding} at ${format.sampleRate} Hz`);
      }
      const session = openSession(options, request, () => sessions.delete(session));
      if (!request.signal.aborted && !context.signal.aborted) sessions.add(session);
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
  const { clock, log } = context;
  const signal = AbortSignal.any([request.signal, context.signal]);
  let over = signal.aborted;
  const end = () => {
    over = true;
    signal.removeEventListener("abort", end);
    onOver();
  };
  const emit = (event: TranscriberEvent) => {
    if (!over) request.onEvent(event);
  };
  signal.addEventListener("abort", end);
  const socket = new ResilientSocket({
    service,
    protocol: options.protocol(request, emit),
    WebSocket,
    clock,
    log,
    signal,
    format: request.format,
    limits,
    onReady: () => emit({ type: "ready" }),
    onFailed(error) {
      emit({ type: "failed", error });
      end();
    },
  });
  return {
    write: (audio) => socket.write(audio),
    flush: () => socket.flush(),
    async close() {
      await socket.finish();
      end();
    },
  };
}
