import { isTelephonyError, TelephonyError } from "@openclaw/telephony-contract";

/** One thing that keeps the telephone from working, and what to do about it. */
export interface Problem {
  /** The key of the plugin's configuration, or another name of what is wrong. */
  readonly key: string;
  /** What is wrong with it. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/**
 * The telephone cannot work as it is configured. Code `setup-incomplete` (something is missing) or `config-invalid`
 * (something is wrong). Not retryable: a person has to act.
 */
export class SetupError extends TelephonyError {
  readonly problems: readonly Problem[];

  constructor(code: "setup-incomplete" | "config-invalid", problems: readonly Problem[]) {
    const list = problems.map(({ key, message, remedy }) => `${key}: ${message}. ${remedy}.`);
    super(code, `${code === "setup-incomplete" ? "Voice call is not set up" : "The configuration of voice call is wrong"}. ${list.join(" ")}`);
    this.problems = problems;
  }
}

/** An error as it leaves this process: plain data, for RPC, the tool and `--json`. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly problems?: readonly Problem[];
  /** The argument that was wrong. */
  readonly field?: string;
}

/** Any thrown value as a fault. What is no error of the telephone shows no more than that: it may quote content. */
export function faultOf(error: unknown): Fault {
  if (!isTelephonyError(error))
    return { code: "internal", message: "The telephone failed unexpectedly; the Gateway's log says more.", retryable: false };
  const { code, message, retryable, retryAfterMs } = error;
  const { problems, field } = error as Partial<SetupError & RequestError>;
  return {
    code,
    message,
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(problems !== undefined && { problems }),
    ...(field !== undefined && { field }),
  };
}

/** The fault that crossed a process boundary, as an error again. */
export function errorOf(fault: Fault): TelephonyError {
  const { code, message, retryable, retryAfterMs, problems, field } = fault;
  const error = new TelephonyError(code, message, { retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  return Object.assign(error, problems && { problems }, field !== undefined && { field });
}

/** An argument of a request is missing or malformed. Names the first one. */
export class RequestError extends TelephonyError {
  readonly field: string;

  constructor(field: string, message: string) {
    super("invalid-request", `${field}: ${message}`);
    this.field = field;
  }
}

/** No telephone runs here: the plugin is disabled, starting or stopping. */
export function notRunning(): TelephonyError {
  return new TelephonyError(
    "not-running",
    "The telephone of this Gateway is not running. Try again in a moment; if it stays so, see `openclaw voicecall setup`.",
    { retryable: true },
  );
}
