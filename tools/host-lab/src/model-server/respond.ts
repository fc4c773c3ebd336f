import type { ServerResponse } from "node:http";
import { chatWire } from "./wire-chat.ts";
import { responsesWire } from "./wire-responses.ts";
import { encodeEvent, splitTokens, type WireEvent } from "./wire.ts";
import { ModelRequestError } from "./request-error.ts";
import type { ModelReply, ModelRequest, TextReply, ToolCall, ToolCallsReply } from "./types.ts";

/** Waits so many milliseconds, or until the signal fires. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** How a request ended: told in full, refused by script, broken off by us, or given up by the client. */
export type Outcome = "answered" | "refused" | "dropped" | "aborted";

export interface Answering {
  readonly request: ModelRequest;
  readonly response: ServerResponse;
  /** Fires when the client is gone or the server closes. */
  readonly signal: AbortSignal;
  readonly sleep: Sleep;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Carries out one scripted reply. */
export async function carryOut(reply: ModelReply, answering: Answering): Promise<Outcome> {
  if (typeof reply === "string") return speak({ text: reply }, answering);
  if ("error" in reply) {
    const { status, message = "Scripted error", type = "server_error", code, retryAfterSeconds } = reply.error;
    if (retryAfterSeconds !== undefined) answering.response.setHeader("retry-after", String(retryAfterSeconds));
    refuse(answering.response, new ModelRequestError(status, message, { type, ...(code !== undefined && { code }) }));
    return "refused";
  }
  if ("hang" in reply) {
    await new Promise<void>((resolve) => {
      if (answering.signal.aborted) resolve();
      answering.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    return "aborted";
  }
  return speak(reply, answering);
}

/** Answers with an error body in the shape of the OpenAI API. */
export function refuse(response: ServerResponse, error: ModelRequestError): void {
  sendJson(response, error.status, error.toBody());
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function speak(reply: TextReply | ToolCallsReply, answering: Answering): Promise<Outcome> {
  const { request, response, signal, sleep } = answering;
  const created = Math.floor(answering.now / 1000);
  const wire = request.api === "responses" ? responsesWire(request, created) : chatWire(request, created);
  const text = reply.text ?? "";
  const calls = "toolCalls" in reply ? reply.toolCalls.map((call, index) => numbered(call, request, index)) : [];
  const pause = "tokensPerSecond" in reply && reply.tokensPerSecond !== undefined ? 1000 / reply.tokensPerSecond : 0;
  const dropAfter = "dropAfterTokens" in reply ? reply.dropAfterTokens : undefined;

  if (reply.ttftMs !== undefined) await sleep(reply.ttftMs, signal);
  if (signal.aborted) return "aborted";
  if (!request.stream) {
    if (dropAfter !== undefined) return drop(response);
    sendJson(response, 200, wire.whole(text, calls));
    return "answered";
  }
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  write(response, wire.open());
  for (const [index, token] of splitTokens(text).entries()) {
    if (index === dropAfter) return drop(response);
    if (index > 0 && pause > 0) await sleep(pause, signal);
    if (signal.aborted) return "aborted";
    write(response, wire.text(token));
  }
  if (dropAfter !== undefined) return drop(response);
  write(response, wire.close(text, calls));
  response.end();
  return "answered";
}

function write(response: ServerResponse, events: readonly WireEvent[]): void {
  response.write(events.map(encodeEvent).join(""));
}

function drop(response: ServerResponse): "dropped" {
  // Let what was written leave first: a reset would otherwise throw away words the client should have seen.
  if (!response.headersSent) response.destroy();
  else response.write("", () => response.destroy());
  return "dropped";
}

function numbered(call: ToolCallsReply["toolCalls"][number], request: ModelRequest, index: number): ToolCall {
  const argumentsText = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
  return { id: `call_${request.sequence}_${index + 1}`, name: call.name, argumentsText };
}
