import { afterEach, describe, expect, it } from "vitest";
import { callTool, type ModelRequest, type ModelScript, type ModelServer, type ModelServerOptions, startModelServer } from "./index.ts";

const user = { role: "user", content: "Hi" };
const tool = { type: "function", function: { name: "tool_call", parameters: { type: "object" } } };

let server: ModelServer;
afterEach(() => server.close());

async function start(options: ModelServerOptions = {}): Promise<void> {
  server = await startModelServer(options);
}

async function post(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${server.baseUrl}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.apiKey}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });
}

const chat = (body: object): Promise<Response> => post("/chat/completions", { model: "lab-1", messages: [user], ...body });
const respond = (body: object): Promise<Response> => post("/responses", { model: "lab-1", input: [user], ...body });

async function dataOf(response: Response): Promise<Record<string, unknown>[]> {
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith("data: {"));
  return lines.map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>);
}

async function problem(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { message: string } };
  return [response.status, error.message];
}

describe("a model server answering Chat Completions", () => {
  it("streams the scripted words, then the usage the client asked for", async () => {
    await start({ script: () => "Good morning to you" });
    const response = await chat({ stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const chunks = await dataOf(response);
    const choices = chunks.flatMap((chunk) => chunk["choices"] as { delta: { content?: string }; finish_reason: unknown }[]);
    expect(choices.map((choice) => choice.delta.content ?? "").join("")).toBe("Good morning to you");
    expect(choices.at(-1)?.finish_reason).toBe("stop");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 4 } });
  });

  it("answers as one body without streaming", async () => {
    await start({ script: () => "Yes" });
    const body = (await (await chat({})).json()) as object;
    expect(body).toMatchObject({ object: "chat.completion", choices: [{ message: { content: "Yes" }, finish_reason: "stop" }] });
  });

  it("asks for a tool and then sees its result", async () => {
    await start({ script: (request) => (request.toolResults[0] ? `It is ${request.toolResults[0].text}` : callTool(request, "clock", { zone: "UTC" })) });
    const first = (await (await chat({ tools: [tool] })).json()) as {
      choices: [{ message: { role: string; tool_calls: [{ id: string; function: { name: string; arguments: string } }] }; finish_reason: string }];
    };
    const { message, finish_reason } = first.choices[0];
    expect(finish_reason).toBe("tool_calls");
    expect(message.tool_calls[0].function).toEqual({ name: "tool_call", arguments: '{"id":"clock","args":{"zone":"UTC"}}' });
    const answer = { role: "tool", tool_call_id: message.tool_calls[0].id, content: "noon" };
    const second = await chat({ messages: [user, message, answer], tools: [tool] });
    expect(await second.json()).toMatchObject({ choices: [{ message: { content: "It is noon" } }] });
    expect(server.requests.at(-1)?.toolResults).toEqual([{ callId: "call_1_1", name: "tool_call", text: "noon" }]);
  });
});

describe("a model server answering Responses", () => {
  it("streams numbered events from created to completed", async () => {
    await start({ script: () => "Good morning" });
    const events = await dataOf(await respond({ stream: true }));
    expect(events.map((event) => event["type"])).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events.map((event) => event["sequence_number"])).toEqual(events.map((_, index) => index));
    expect(events.at(-1)).toMatchObject({ response: { status: "completed", output: [{ content: [{ text: "Good morning" }] }] } });
  });

  it("asks for a tool and then sees its result", async () => {
    await start({ script: (request) => (request.toolResults[0] ? request.toolResults[0].text : { toolCalls: [{ name: "clock", arguments: {} }] }) });
    const first = (await (await respond({})).json()) as { output: [{ type: string; call_id: string; name: string; arguments: string }] };
    expect(first.output).toMatchObject([{ type: "function_call", name: "clock", arguments: "{}" }]);
    const input = [user, first.output[0], { type: "function_call_output", call_id: first.output[0].call_id, output: "noon" }];
    expect(await (await respond({ input })).json()).toMatchObject({ output: [{ content: [{ text: "noon" }] }] });
  });
});

describe("what the user said last", () => {
  it.each([
    ["chat", (content: string[]) => chat({ messages: content.map((text) => ({ role: "user", content: text })) })],
    ["responses", (content: string[]) => respond({ input: content.map((text) => ({ role: "user", content: [{ type: "input_text", text }] })) })],
  ])("leaves out what the host adds (%s)", async (_name, send) => {
    await start();
    const said = "[Sat 2026-11-21 13:43 UTC] call Anna\n\nRuntime: agent=main | host=vm";
    await send([said, "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\nfacts\n<<<END>>>"]);
    expect(server.requests[0]?.lastUserText).toBe("call Anna");
  });
});

describe("a model server refuses", () => {
  const cases: [string, () => Promise<Response>, number, RegExp][] = [
    ["a wrong key", () => post("/chat/completions", {}, { headers: { authorization: "Bearer x", "content-type": "application/json" } }), 401, /API key/],
    ["another content type", () => post("/responses", "{}", { headers: { authorization: `Bearer ${server.apiKey}`, "content-type": "text/plain" } }), 415, /content type/],
    ["a body that is not JSON", () => post("/chat/completions", "{"), 400, /parse the JSON/],
    ["a body that is not an object", () => post("/chat/completions", "[]"), 400, /object/],
    ["an unknown path", () => post("/completions", {}), 404, /Invalid URL/],
    ["a wrong method", () => fetch(`${server.baseUrl}/responses`, { headers: { authorization: `Bearer ${server.apiKey}` } }), 405, /GET/],
    ["an unknown model", () => chat({ model: "gpt-0" }), 404, /'gpt-0' does not exist/],
    ["a missing model", () => post("/chat/completions", { messages: [user] }), 400, /'model'/],
    ["an unknown parameter", () => chat({ temprature: 1 }), 400, /Unknown parameter: 'temprature'/],
    ["no messages", () => chat({ messages: [] }), 400, /at least one/],
    ["an unknown role", () => chat({ messages: [{ role: "robot", content: "Hi" }] }), 400, /messages\[0\]\.role/],
    ["an assistant without words or calls", () => chat({ messages: [user, { role: "assistant", content: null }] }), 400, /messages\[1\]\.content/],
    ["stream options without a stream", () => chat({ stream_options: {} }), 400, /stream_options/],
    ["a tool result nobody asked for", () => chat({ messages: [user, { role: "tool", tool_call_id: "c", content: "x" }] }), 400, /no open tool call/],
    ["a call without a result", () => respond({ input: [user, { type: "function_call", call_id: "c", name: "f", arguments: "{}" }] }), 400, /without a result: c/],
    ["a tool name with a dot", () => respond({ tools: [{ type: "function", name: "a.b" }] }), 400, /not a tool name/],
    ["a tool offered twice", () => chat({ tools: [tool, tool] }), 400, /twice/],
    ["output text in a user's message", () => respond({ input: [{ role: "user", content: [{ type: "output_text", text: "x" }] }] }), 400, /not allowed here/],
  ];
  it.each(cases)("%s", async (_name, send, status, message) => {
    await start();
    const [gotStatus, gotMessage] = await problem(await send());
    expect(gotMessage).toMatch(message);
    expect(gotStatus).toBe(status);
    expect(server.requests).toEqual([]);
    expect(server.refusals).toMatchObject([{ status }]);
  });
});

describe("a script", () => {
  it("can be a list, and refuses what comes after its end", async () => {
    await start({ script: ["One", (request: ModelRequest) => `Two: ${request.lastUserText}`] });
    expect(await (await chat({})).text()).toContain("One");
    expect(await (await chat({})).text()).toContain("Two: Hi");
    expect(await problem(await chat({}))).toEqual([400, "The script has only 2 replies"]);
  });

  it("can answer with an error", async () => {
    await start({ script: () => ({ error: { status: 429, message: "Slow down", code: "rate_limit_exceeded", retryAfterSeconds: 7 } }) });
    const response = await respond({});
    expect(response.headers.get("retry-after")).toBe("7");
    expect(await response.json()).toEqual({ error: { message: "Slow down", type: "server_error", param: null, code: "rate_limit_exceeded" } });
    expect(server.requests[0]?.outcome).toBe("refused");
  });

  it("that throws gives a clear error and is reported", async () => {
    await start({
      script: () => {
        throw new Error("no idea");
      },
    });
    expect(await problem(await chat({}))).toEqual([400, "The script failed: Error: no idea"]);
    expect(server.refusals[0]?.message).toContain("no idea");
  });

  it("waits before the first token and between tokens", async () => {
    const waits: number[] = [];
    await start({
      script: () => ({ text: "a b c", ttftMs: 300, tokensPerSecond: 20 }),
      sleep: async (ms) => void waits.push(ms),
    });
    await (await chat({ stream: true })).text();
    expect(waits).toEqual([300, 50, 50]);
  });

  it("can break the connection in mid-answer", async () => {
    await start({ script: () => ({ text: "a b c", dropAfterTokens: 2 }) });
    await expect((await chat({ stream: true })).text()).rejects.toThrow();
    expect(await server.requests[0]?.ended).toBe("dropped");
  });

  it("can hang until the client gives up, and that is recorded", async () => {
    await start({ script: () => ({ hang: true }) });
    const client = new AbortController();
    const call = post("/chat/completions", { model: "lab-1", messages: [user] }, { signal: client.signal });
    const request = await server.waitForRequest((seen) => seen.lastUserText === "Hi");
    expect(request.outcome).toBe("open");
    client.abort();
    await expect(call).rejects.toThrow();
    expect(await request.ended).toBe("aborted");
    expect(request.aborted).toBe(true);
  });

  it("can be replaced while the server runs", async () => {
    await start({ script: () => "Old" });
    const next: ModelScript = () => "New";
    server.use(next);
    expect(await (await chat({})).text()).toContain("New");
  });
});

describe("calling a tool", () => {
  const request = (...names: string[]): ModelRequest =>
    ({ tools: names.map((name) => ({ name, description: "", parameters: {} })) }) as unknown as ModelRequest;

  it("goes direct when the tool is offered", () => {
    expect(callTool(request("voice_call", "tool_call"), "voice_call", { action: "status" })).toEqual({
      toolCalls: [{ name: "voice_call", arguments: { action: "status" } }],
    });
  });

  it("fails when neither the tool nor tool_call is offered", () => {
    expect(() => callTool(request("read"), "voice_call")).toThrow('neither "voice_call" nor "tool_call", but: read');
  });
});

describe("a running server", () => {
  it("lists its models", async () => {
    await start({ models: ["m1"] });
    const response = await fetch(`${server.baseUrl}/models`, { headers: { authorization: `Bearer ${server.apiKey}` } });
    expect(await response.json()).toMatchObject({ object: "list", data: [{ id: "m1", object: "model" }] });
  });

  it("says what it heard when the awaited request does not come", async () => {
    await start();
    await chat({});
    await expect(server.waitForRequest((seen) => seen.lastUserText === "Bye", { timeoutMs: 1 })).rejects.toThrow('within 1 ms; the last were "Hi"');
  });

  it("closes with a reply open and frees its port", async () => {
    await start({ script: () => ({ hang: true }) });
    const call = chat({});
    const request = await server.waitForRequest(() => true);
    await server.close();
    await expect(call).rejects.toThrow();
    expect(await request.ended).toBe("aborted");
    await expect(fetch(`${server.baseUrl}/models`)).rejects.toThrow();
  });
});
