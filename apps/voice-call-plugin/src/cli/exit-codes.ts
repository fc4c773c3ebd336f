/** Exit codes of every `openclaw voicecall` command. Part of the command line's promise; the README lists them. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** The telephone tried and failed, or refused. */
  failed: 1,
  /** The command was called with something missing or malformed. */
  usage: 2,
  /** The set-up is incomplete or wrong. */
  setup: 3,
  /** A Gateway is needed and not there, or there and not answering; or the store is in use by another process. */
  gateway: 4,
  /** There is no such call, operation or caller, or the call is over. */
  notFound: 5,
  /** The call ended otherwise than by being completed: busy, no answer, rejected. */
  notCompleted: 6,
  /** The owner's rules forbid the call: whom it goes to, at this hour, or one more within the hour. */
  forbidden: 7,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const;

const BY_CODE: Readonly<Record<string, number>> = {
  "invalid-request": EXIT.usage,
  "file-not-found": EXIT.usage,
  "setup-incomplete": EXIT.setup,
  "config-invalid": EXIT.setup,
  "auth-failed": EXIT.setup,
  "carrier-missing": EXIT.setup,
  "carrier-conflict": EXIT.setup,
  "carrier-incompatible": EXIT.setup,
  "definition-invalid": EXIT.setup,
  "listener-failed": EXIT.setup,
  "agent-ambiguous": EXIT.setup,
  "agent-unknown": EXIT.setup,
  "gateway-absent": EXIT.gateway,
  "gateway-required": EXIT.gateway,
  "gateway-unreachable": EXIT.gateway,
  "not-running": EXIT.gateway,
  "store-busy": EXIT.gateway,
  "call-unknown": EXIT.notFound,
  "call-gone": EXIT.notFound,
  "operation-unknown": EXIT.notFound,
  "pairing-unknown": EXIT.notFound,
  "destination-refused": EXIT.forbidden,
  "quiet-hours": EXIT.forbidden,
  "rate-cap": EXIT.forbidden,
  aborted: EXIT.interrupted,
};

/** The exit code for an error's code. */
export function exitCodeOf(code: string): number {
  return BY_CODE[code] ?? EXIT.failed;
}
