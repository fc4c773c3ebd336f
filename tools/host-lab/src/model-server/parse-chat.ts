import { checkToolPairs, checkTools } from "./conversation.ts";
import { arrayAt, checkTypes, type Fields, isObject, nameAt, objectAt, onlyKnown, stringAt, textOf } from "./fields.ts";
import { invalid } from "./request-error.ts";
import type { ModelMessage, OfferedTool, ToolCall } from "./types.ts";

/** Parameters of `POST /v1/chat/completions`, from the OpenAI API reference. */
const PARAMETERS = new Set([
  "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens",
  "max_tokens", "messages", "metadata", "modalities", "model", "n", "parallel_tool_calls", "prediction",
  "presence_penalty", "prompt_cache_key", "prompt_cache_retention", "reasoning_effort", "response_format",
  "safety_identifier", "seed", "service_tier", "stop", "store", "stream", "stream_options", "temperature",
  "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
]);

const ROLES: Readonly<Record<string, ModelMessage["role"]>> = {
  system: "system",
  developer: "system",
  user: "user",
  assistant: "assistant",
  tool: "tool",
};

/** The conversation and tools of a Chat Completions body; throws a `ModelRequestError` on any fault. */
export function parseChatCompletions(body: Fields): { messages: ModelMessage[]; tools: OfferedTool[] } {
  onlyKnown(body, PARAMETERS);
  checkTypes(body, { stream: "boolean", stream_options: "object", temperature: "number", max_tokens: "number" });
  checkTypes(body, { max_completion_tokens: "number", store: "boolean", user: "string" });
  if (body["stream_options"] != null && body["stream"] !== true) {
    throw invalid("stream_options", "only allowed when 'stream' is true");
  }
  const messages = arrayAt(body["messages"], "messages").map(parseMessage);
  if (messages.length === 0) throw invalid("messages", "must hold at least one message");
  checkToolPairs(messages, "messages");
  const tools = body["tools"] === undefined ? [] : arrayAt(body["tools"], "tools").map(parseTool);
  checkTools(tools);
  return { messages, tools };
}

function parseMessage(raw: unknown, index: number): ModelMessage {
  const path = `messages[${index}]`;
  const message = objectAt(raw, path);
  const role = ROLES[stringAt(message["role"], `${path}.role`)];
  if (role === undefined) throw invalid(`${path}.role`, `'${String(message["role"])}' is not a role`);
  const toolCalls = message["tool_calls"] === undefined ? [] : parseToolCalls(message["tool_calls"], role, path);
  const content = message["content"];
  // Only an assistant that calls tools may say nothing.
  const silent = (content === null || content === undefined) && toolCalls.length > 0;
  const parts = role === "user" ? ["text", "image_url", "input_audio", "file"] : ["text", "refusal"];
  return {
    role,
    text: silent ? "" : textOf(content, `${path}.content`, parts),
    toolCalls,
    ...(role === "tool" && { toolCallId: nameAt(message["tool_call_id"], `${path}.tool_call_id`) }),
  };
}

function parseToolCalls(raw: unknown, role: ModelMessage["role"], path: string): ToolCall[] {
  if (role !== "assistant") throw invalid(`${path}.tool_calls`, "only an assistant message calls tools");
  return arrayAt(raw, `${path}.tool_calls`).map((entry, index) => {
    const at = `${path}.tool_calls[${index}]`;
    const call = objectAt(entry, at);
    if (call["type"] !== "function") throw invalid(`${at}.type`, "expected 'function'");
    const target = objectAt(call["function"], `${at}.function`);
    return {
      id: nameAt(call["id"], `${at}.id`),
      name: nameAt(target["name"], `${at}.function.name`),
      argumentsText: stringAt(target["arguments"], `${at}.function.arguments`),
    };
  });
}

function parseTool(raw: unknown, index: number): OfferedTool {
  const path = `tools[${index}]`;
  const tool = objectAt(raw, path);
  if (tool["type"] !== "function") throw invalid(`${path}.type`, "expected 'function'");
  const target = objectAt(tool["function"], `${path}.function`);
  return {
    name: nameAt(target["name"], `${path}.function.name`),
    description: typeof target["description"] === "string" ? target["description"] : "",
    parameters: isObject(target["parameters"]) ? target["parameters"] : {},
  };
}
