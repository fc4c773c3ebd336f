import { isObject } from "./fields.ts";
import type { ModelRequest, ToolCall } from "./types.ts";
import { countTokens, type Wire, type WireEvent } from "./wire.ts";

/** Answers of `POST /v1/chat/completions`. `created` is in seconds since 1970. */
export function chatWire(request: ModelRequest, created: number): Wire {
  const id = `chatcmpl-lab-${request.sequence}`;
  const head = { id, created, model: request.model };
  const options = request.body["stream_options"];
  const wantsUsage = isObject(options) && options["include_usage"] === true;

  function chunk(delta: Readonly<Record<string, unknown>>, finish: string | null = null): WireEvent {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    return { data: { ...head, object: "chat.completion.chunk", choices, ...(wantsUsage && { usage: null }) } };
  }
  function usage(text: string): Readonly<Record<string, number>> {
    const prompt = request.messages.reduce((sum, message) => sum + countTokens(message.text), 0);
    const completion = countTokens(text);
    return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  }

  return {
    open: () => [chunk({ role: "assistant", content: "" })],
    text: (piece) => [chunk({ content: piece })],
    close: (text, calls) => [
      ...calls.map((call, index) => chunk({ tool_calls: [{ index, ...callBody(call) }] })),
      chunk({}, calls.length > 0 ? "tool_calls" : "stop"),
      ...(wantsUsage ? [{ data: { ...head, object: "chat.completion.chunk", choices: [], usage: usage(text) } }] : []),
      { data: "[DONE]" },
    ],
    whole: (text, calls) => ({
      ...head,
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: text === "" ? null : text,
            ...(calls.length > 0 && { tool_calls: calls.map(callBody) }),
          },
          logprobs: null,
          finish_reason: calls.length > 0 ? "tool_calls" : "stop",
        },
      ],
      usage: usage(text),
    }),
  };
}

function callBody(call: ToolCall): { id: string; type: "function"; function: { name: string; arguments: string } } {
  return { id: call.id, type: "function", function: { name: call.name, arguments: call.argumentsText } };
}
