import type { ModelReply, ModelRequest, ModelScript, ToolCallsReply } from "./types.ts";

/** One entry of a scripted list: a reply, or a function that makes it. */
export type ScriptStep = ModelReply | ModelScript;

/**
 * A script that gives the steps in turn and refuses what comes after the last. The host may ask its model for things
 * of its own (a session title, say), so prefer a function that looks at `lastUserText` when the order is not certain.
 */
export function inOrder(steps: readonly ScriptStep[]): ModelScript {
  let next = 0;
  return (request) => {
    const step = steps[next++];
    if (step === undefined) {
      return { error: { status: 400, message: `The script has only ${steps.length} replies`, code: "script_exhausted" } };
    }
    return typeof step === "function" ? step(request) : step;
  };
}

/** A plugin's tool is not offered in this request, neither by itself nor through the host's `tool_call`. */
export class ToolNotOfferedError extends Error {
  override readonly name = "ToolNotOfferedError";
  readonly code = "tool_not_offered";
  readonly retryable = false;

  constructor(tool: string, offered: readonly string[]) {
    super(`The request offers neither "${tool}" nor "tool_call", but: ${offered.join(", ") || "no tools"}`);
  }
}

/**
 * The reply that calls a tool wherever the host put it: directly when it is offered under its name, otherwise through
 * the host's `tool_call`, which takes the name and the arguments.
 * @throws ToolNotOfferedError when the request offers neither.
 */
export function callTool(request: ModelRequest, name: string, args: Readonly<Record<string, unknown>> = {}): ToolCallsReply {
  const offered = request.tools.map((tool) => tool.name);
  if (offered.includes(name)) return { toolCalls: [{ name, arguments: args }] };
  if (offered.includes("tool_call")) return { toolCalls: [{ name: "tool_call", arguments: { id: name, args } }] };
  throw new ToolNotOfferedError(name, offered);
}
