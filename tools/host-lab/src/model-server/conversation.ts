import { invalid } from "./request-error.ts";
import type { ModelMessage, OfferedTool, ToolResult } from "./types.ts";

/** The host puts run-time facts after the user's words in a second user message that opens with this mark. */
const HOST_CONTEXT_MARK = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>";

/** OpenAI: letters, digits, underscore and dash, at most 64. */
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

function isSpoken(message: ModelMessage): boolean {
  return message.role === "user" && !message.text.trimStart().startsWith(HOST_CONTEXT_MARK);
}

/** The host stamps what the user says with the time, `[Sat 2026-11-21 13:43 UTC] `. */
const HOST_TIME_STAMP = /^\[\p{L}+ \d{4}-\d\d-\d\d \d\d:\d\d[^\]\n]*\] /u;

/** To the first words of a session it appends a line about itself. */
const HOST_RUNTIME_LINE = /\n\nRuntime: agent=[^\n]*$/u;

/** What the user said last, without what the host puts before and after it; an empty string when nobody spoke. */
export function lastUserText(messages: readonly ModelMessage[]): string {
  const text = messages.findLast(isSpoken)?.text ?? "";
  return text.replace(HOST_TIME_STAMP, "").replace(HOST_RUNTIME_LINE, "");
}

/** The answers of tools called since the user last spoke. */
export function toolResultsSinceUser(messages: readonly ModelMessage[]): ToolResult[] {
  const names = new Map(messages.flatMap((message) => message.toolCalls.map((call) => [call.id, call.name] as const)));
  return messages.slice(messages.findLastIndex(isSpoken) + 1).flatMap((message) =>
    message.role === "tool" && message.toolCallId !== undefined
      ? [{ callId: message.toolCallId, name: names.get(message.toolCallId) ?? "", text: message.text }]
      : [],
  );
}

/** Every call is answered once before anyone else speaks, and nothing is answered that was not asked. */
export function checkToolPairs(messages: readonly ModelMessage[], path: string): void {
  const open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") {
      if (message.toolCallId === undefined || !open.delete(message.toolCallId)) {
        throw invalid(`${path}[${index}]`, `no open tool call '${message.toolCallId ?? ""}' for this tool result`);
      }
      continue;
    }
    // Calls of one turn may come as several messages in a row (Responses); anything else must wait for the answers.
    if (open.size > 0 && message.toolCalls.length === 0) {
      throw invalid(`${path}[${index}]`, `tool calls without a result: ${[...open].join(", ")}`);
    }
    for (const call of message.toolCalls) open.add(call.id);
  }
  if (open.size > 0) throw invalid(path, `tool calls without a result: ${[...open].join(", ")}`);
}

export function checkTools(tools: readonly OfferedTool[]): void {
  const seen = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    if (!TOOL_NAME.test(tool.name)) throw invalid(`tools[${index}].name`, `'${tool.name}' is not a tool name`);
    if (seen.has(tool.name)) throw invalid(`tools[${index}].name`, `'${tool.name}' is offered twice`);
    seen.add(tool.name);
  }
}
