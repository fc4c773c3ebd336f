/** What went wrong in the lab itself; the message ends with the newest lines of the Gateway's log where that helps. */
export type HostLabErrorCode =
  | "start_failed"
  | "not_running"
  | "stop_failed"
  | "install_failed"
  | "config_rejected"
  | "not_seen"
  | "port_unavailable"
  | "host_missing";

export class HostLabError extends Error {
  override readonly name = "HostLabError";
  readonly code: HostLabErrorCode;
  readonly retryable = false;

  constructor(code: HostLabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The Gateway answered a call with an error. */
export class GatewayCallError extends Error {
  override readonly name = "GatewayCallError";
  /** The Gateway's code, e.g. `FORBIDDEN`, `INVALID_REQUEST`, `UNAVAILABLE`. */
  readonly code: string;
  readonly retryable: boolean;
  /** Machine-readable details as the Gateway sent them. */
  readonly details: unknown;
  /** When to try again, in milliseconds, if the Gateway says so. */
  readonly retryAfterMs: number | undefined;

  constructor(method: string, error: { code?: string; message?: string; details?: unknown; retryable?: boolean; retryAfterMs?: number }) {
    super(`${method}: ${error.message ?? "no message"}`);
    this.code = error.code ?? "UNKNOWN";
    this.retryable = error.retryable ?? false;
    this.details = error.details;
    this.retryAfterMs = error.retryAfterMs;
  }
}

/** The connection to the Gateway could not be made, was lost, or stayed silent for too long. */
export class GatewayConnectionError extends Error {
  override readonly name = "GatewayConnectionError";
  readonly code: "connection_lost" | "call_timeout";
  readonly retryable = true;

  constructor(code: "connection_lost" | "call_timeout", message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
