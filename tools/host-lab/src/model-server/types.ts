/** Which of the two OpenAI-compatible interfaces a request came in by. */
export type ModelApi = "chat-completions" | "responses";

/** A tool call as a model asks for it and as the history repeats it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as JSON text, the way they travel. */
  readonly argumentsText: string;
}

/** One message of the conversation, the same for both interfaces. */
export interface ModelMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** All text parts joined; empty when the message has none. */
  readonly text: string;
  /** Calls an assistant message asked for. */
  readonly toolCalls: readonly ToolCall[];
  /** The call a tool message answers. */
  readonly toolCallId?: string;
}

/** A function the model may call in this request. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a tool gave back since the user last spoke. */
export interface ToolResult {
  readonly callId: string;
  /** Name in the call this answers, e.g. `tool_call` when the host hides the tool behind it. */
  readonly name: string;
  readonly text: string;
}

/** A valid request to the model, as scripts and assertions see it. */
export interface ModelRequest {
  /** Counts from 1 within one server. */
  readonly sequence: number;
  readonly api: ModelApi;
  readonly model: string;
  readonly stream: boolean;
  /** System text first (also the `instructions` of the Responses interface), then the conversation. */
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly OfferedTool[];
  /** What the user said last; context that the host appends in the user's name is not counted. */
  readonly lastUserText: string;
  /** Results of tool calls made since then, oldest first. */
  readonly toolResults: readonly ToolResult[];
  /** The body as it was sent. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Speak: text, given out word by word. */
export interface TextReply {
  readonly text: string;
  /** Wait before the first token, in milliseconds. Default 0. */
  readonly ttftMs?: number;
  /** Words per second after that. Default: no pause at all. */
  readonly tokensPerSecond?: number;
  /** Break the connection after so many words, as a server that dies in mid-answer does. */
  readonly dropAfterTokens?: number;
}

/** Ask for tools; `arguments` is an object, or JSON text to be sent as it is (also when malformed). */
export interface ToolCallsReply {
  readonly toolCalls: readonly { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> | string }[];
  /** Text said before the calls. */
  readonly text?: string;
  readonly ttftMs?: number;
}

/**
 * Refuse, in the error shape of the OpenAI API. The host retries 429 and 5xx for more than a minute before it gives
 * the error up; use a 4xx other than 408, 409 and 429 when a test wants the failure now.
 */
export interface ErrorReply {
  readonly error: {
    readonly status: number;
    readonly message?: string;
    readonly type?: string;
    readonly code?: string;
    /** Value of a `retry-after` header, in seconds. */
    readonly retryAfterSeconds?: number;
  };
}

/** Never answer; the request stays open until the client gives up or the server is closed. */
export interface HangReply {
  readonly hang: true;
}

/** What the scripted model does. A bare string is short for `{ text }`. */
export type ModelReply = string | TextReply | ToolCallsReply | ErrorReply | HangReply;

/** Decides the reply to one request. */
export type ModelScript = (request: ModelRequest) => ModelReply | Promise<ModelReply>;
