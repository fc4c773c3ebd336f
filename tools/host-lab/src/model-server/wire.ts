import type { ToolCall } from "./types.ts";

/** One server-sent event; `event` is named by the Responses interface and left out by Chat Completions. */
export interface WireEvent {
  readonly event?: string;
  /** An object sent as JSON, or text sent as it is (`[DONE]`). */
  readonly data: Readonly<Record<string, unknown>> | string;
}

/** How one interface puts an answer on the wire; the server owns the timing, this the words. */
export interface Wire {
  /** Events before the first word. */
  open(): WireEvent[];
  /** Events for one piece of text. */
  text(piece: string): WireEvent[];
  /** Events that end the answer. */
  close(text: string, calls: readonly ToolCall[]): WireEvent[];
  /** The answer as one body, for a request without `stream`. */
  whole(text: string, calls: readonly ToolCall[]): Readonly<Record<string, unknown>>;
}

/** Token counts good enough for accounting: the scripted model counts words. */
export function countTokens(text: string): number {
  return splitTokens(text).length;
}

/** Words with the space that follows them, so that joining them gives the text back. */
export function splitTokens(text: string): string[] {
  return text.match(/\S+\s*|\s+/gu) ?? [];
}

/** The event as it goes on the wire. */
export function encodeEvent({ event, data }: WireEvent): string {
  const body = typeof data === "string" ? data : JSON.stringify(data);
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${body}\n\n`;
}
