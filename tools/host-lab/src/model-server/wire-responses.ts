import type { ModelRequest, ToolCall } from "./types.ts";
import { countTokens, type Wire, type WireEvent } from "./wire.ts";

type Item = Readonly<Record<string, unknown>>;

/** Answers of `POST /v1/responses`. `created` is in seconds since 1970. */
export function responsesWire(request: ModelRequest, created: number): Wire {
  const messageId = `msg_lab_${request.sequence}`;
  let sequence = 0;
  let speaking = false;

  function event(type: string, fields: Item): WireEvent {
    return { event: type, data: { type, sequence_number: sequence++, ...fields } };
  }
  function response(status: "in_progress" | "completed", output: readonly Item[], text = ""): Item {
    const input = request.messages.reduce((sum, message) => sum + countTokens(message.text), 0);
    const said = countTokens(text);
    return {
      id: `resp_lab_${request.sequence}`,
      object: "response",
      created_at: created,
      status,
      model: request.model,
      output,
      error: null,
      incomplete_details: null,
      instructions: null,
      metadata: {},
      parallel_tool_calls: true,
      tool_choice: "auto",
      tools: [],
      usage:
        status === "in_progress"
          ? null
          : {
              input_tokens: input,
              input_tokens_details: { cached_tokens: 0 },
              output_tokens: said,
              output_tokens_details: { reasoning_tokens: 0 },
              total_tokens: input + said,
            },
    };
  }
  function textPart(text: string): Item {
    return { type: "output_text", text, annotations: [], logprobs: [] };
  }
  function message(text: string, status: "in_progress" | "completed"): Item {
    const content = status === "completed" ? [textPart(text)] : [];
    return { id: messageId, type: "message", role: "assistant", status, content };
  }
  function callItem(call: ToolCall, status: "in_progress" | "completed"): Item {
    const argumentsText = status === "completed" ? call.argumentsText : "";
    return { id: `fc_${call.id}`, type: "function_call", call_id: call.id, name: call.name, arguments: argumentsText, status };
  }
  function output(text: string, calls: readonly ToolCall[]): Item[] {
    return [...(text === "" ? [] : [message(text, "completed")]), ...calls.map((call) => callItem(call, "completed"))];
  }
  const part = { item_id: messageId, output_index: 0, content_index: 0 };

  return {
    open: () => [
      event("response.created", { response: response("in_progress", []) }),
      event("response.in_progress", { response: response("in_progress", []) }),
    ],
    text(piece) {
      const delta = (): WireEvent => event("response.output_text.delta", { ...part, delta: piece, logprobs: [] });
      if (speaking) return [delta()];
      speaking = true;
      return [
        event("response.output_item.added", { output_index: 0, item: message("", "in_progress") }),
        event("response.content_part.added", { ...part, part: textPart("") }),
        delta(),
      ];
    },
    close(text, calls) {
      const events: WireEvent[] = [];
      if (speaking) {
        events.push(
          event("response.output_text.done", { ...part, text, logprobs: [] }),
          event("response.content_part.done", { ...part, part: textPart(text) }),
          event("response.output_item.done", { output_index: 0, item: message(text, "completed") }),
        );
      }
      for (const [index, call] of calls.entries()) {
        const at = { item_id: `fc_${call.id}`, output_index: index + (speaking ? 1 : 0) };
        const item = { output_index: at.output_index };
        events.push(
          event("response.output_item.added", { ...item, item: callItem(call, "in_progress") }),
          event("response.function_call_arguments.delta", { ...at, delta: call.argumentsText }),
          event("response.function_call_arguments.done", { ...at, name: call.name, arguments: call.argumentsText }),
          event("response.output_item.done", { ...item, item: callItem(call, "completed") }),
        );
      }
      events.push(event("response.completed", { response: response("completed", output(text, calls), text) }));
      return events;
    },
    whole: (text, calls) => response("completed", output(text, calls), text),
  };
}
