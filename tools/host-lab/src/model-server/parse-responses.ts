import { checkToolPairs, checkTools } from "./conversation.ts";
import { arrayAt, checkTypes, type Fields, isObject, nameAt, objectAt, onlyKnown, stringAt, textOf } from "./fields.ts";
import { invalid } from "./request-error.ts";
import type { ModelMessage, OfferedTool } from "./types.ts";

/** Parameters of `POST /v1/responses`, from the OpenAI API reference. */
const PARAMETERS = new Set([
  "background", "context_management", "conversation", "include", "input", "instructions", "max_output_tokens",
  "max_tool_calls", "metadata", "model", "parallel_tool_calls", "previous_response_id", "prompt",
  "prompt_cache_key", "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store", "stream",
  "stream_options", "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user",
]);

const ROLES: Readonly<Record<string, ModelMessage["role"]>> = {
  system: "system",
  developer: "system",
  user: "user",
  assistant: "assistant",
};

/** The conversation and tools of a Responses body; throws a `ModelRequestError` on any fault. */
export function parseResponses(body: Fields): { messages: ModelMessage[]; tools: OfferedTool[] } {
  onlyKnown(body, PARAMETERS);
  checkTypes(body, { stream: "boolean", instructions: "string", store: "boolean", max_output_tokens: "number" });
  checkTypes(body, { temperature: "number", reasoning: "object", text: "object", previous_response_id: "string" });
  if (body["previous_response_id"] != null) {
    throw invalid("previous_response_id", "this server keeps no responses");
  }
  const input = body["input"];
  const items = typeof input === "string" ? [{ role: "user", content: input }] : arrayAt(input, "input");
  const conversation = items.flatMap(parseItem);
  if (conversation.length === 0) throw invalid("input", "must hold at least one message");
  checkToolPairs(conversation, "input");
  const tools = body["tools"] === undefined ? [] : arrayAt(body["tools"], "tools").map(parseTool);
  checkTools(tools);
  const instructions = body["instructions"];
  const system: ModelMessage[] =
    typeof instructions === "string" ? [{ role: "system", text: instructions, toolCalls: [] }] : [];
  return { messages: [...system, ...conversation], tools };
}

function parseItem(raw: unknown, index: number): ModelMessage[] {
  const path = `input[${index}]`;
  const item = objectAt(raw, path);
  const type = item["type"] === undefined ? "message" : stringAt(item["type"], `${path}.type`);
  switch (type) {
    case "message":
      return [parseMessage(item, path)];
    case "function_call": {
      const call = {
        id: nameAt(item["call_id"], `${path}.call_id`),
        name: nameAt(item["name"], `${path}.name`),
        argumentsText: stringAt(item["arguments"], `${path}.arguments`),
      };
      return [{ role: "assistant", text: "", toolCalls: [call] }];
    }
    case "function_call_output": {
      const text = textOf(item["output"], `${path}.output`, ["input_text", "input_image", "input_file"]);
      return [{ role: "tool", text, toolCalls: [], toolCallId: nameAt(item["call_id"], `${path}.call_id`) }];
    }
    case "reasoning":
      return [];
    default:
      throw invalid(`${path}.type`, `'${type}' is not an input item this server knows`);
  }
}

function parseMessage(item: Fields, path: string): ModelMessage {
  const role = ROLES[stringAt(item["role"], `${path}.role`)];
  if (role === undefined) throw invalid(`${path}.role`, `'${String(item["role"])}' is not a role`);
  const parts = role === "assistant" ? ["output_text", "refusal"] : ["input_text", "input_image", "input_file"];
  return { role, text: textOf(item["content"], `${path}.content`, parts), toolCalls: [] };
}

function parseTool(raw: unknown, index: number): OfferedTool {
  const path = `tools[${index}]`;
  const tool = objectAt(raw, path);
  if (tool["type"] !== "function") throw invalid(`${path}.type`, "expected 'function'");
  return {
    name: nameAt(tool["name"], `${path}.name`),
    description: typeof tool["description"] === "string" ? tool["description"] : "",
    parameters: isObject(tool["parameters"]) ? tool["parameters"] : {},
  };
}
