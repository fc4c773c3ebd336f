import type { LogFields, Logger } from "@openclaw/telephony-contract";
import type { HostLogger } from "./api.ts";

/** The telephone's log over the host's: static message first, then its fields. A host without debug gets none. */
export function loggerOver(host: HostLogger): Logger {
  return {
    debug: (message, fields) => host.debug?.(line(message, fields)),
    info: (message, fields) => host.info(line(message, fields)),
    warn: (message, fields) => host.warn(line(message, fields)),
    error: (message, fields) => host.error(line(message, fields)),
  };
}

function line(message: string, fields: LogFields = {}): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [message, ...shown.map(([key, value]) => `${key}=${String(value)}`)].join(" ");
}
