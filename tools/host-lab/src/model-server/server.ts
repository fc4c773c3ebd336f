import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { lastUserText, toolResultsSinceUser } from "./conversation.ts";
import { nameAt } from "./fields.ts";
import { type RecordedRequest, type RefusedRequest, RequestLog } from "./log.ts";
import { parseChatCompletions } from "./parse-chat.ts";
import { parseResponses } from "./parse-responses.ts";
import { readJsonBody } from "./read-body.ts";
import { ModelRequestError } from "./request-error.ts";
import { carryOut, type Outcome, refuse, sendJson, type Sleep } from "./respond.ts";
import { inOrder, type ScriptStep } from "./script.ts";
import type { ModelApi, ModelRequest, ModelScript } from "./types.ts";

export interface ModelServerOptions {
  /** A function from request to reply, or replies given in order. Default: repeats what the user said. */
  readonly script?: ModelScript | readonly ScriptStep[];
  /** Bearer key every request must carry. Default `sk-lab-0123456789`. */
  readonly apiKey?: string;
  /** Model ids the server knows. Default `lab-1` and `lab-2`. */
  readonly models?: readonly string[];
  /** How the server waits for `ttftMs` and between tokens; tests put a virtual clock here. */
  readonly sleep?: Sleep;
}

export interface ModelServer {
  /** `http://127.0.0.1:<port>/v1` */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly models: readonly string[];
  /** Valid requests, oldest first; the newest 1000 are kept. */
  readonly requests: readonly RecordedRequest[];
  /** Requests that broke a rule of the interface. */
  readonly refusals: readonly RefusedRequest[];
  /** Replaces the script from the next request on. */
  use(script: ModelScript | readonly ScriptStep[]): void;
  /** The first request that matches, seen already or within `timeoutMs` (default 10,000). */
  waitForRequest(matches: (request: ModelRequest) => boolean, options?: { timeoutMs?: number }): Promise<RecordedRequest>;
  /** Breaks open replies and closes the port. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const ROUTES: Readonly<Record<string, ModelApi>> = {
  "/v1/chat/completions": "chat-completions",
  "/v1/responses": "responses",
};

/** Starts a model on a loopback port that says what the script tells it, and takes nothing but valid requests. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const apiKey = options.apiKey ?? "sk-lab-0123456789";
  const models = options.models ?? ["lab-1", "lab-2"];
  const sleep = options.sleep ?? waitOnClock;
  const log = new RequestLog();
  const closing = new AbortController();
  let script = asScript(options.script ?? ((request) => `You said: ${request.lastUserText}`));
  let sequence = 0;

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (incoming.url ?? "").split("?")[0] ?? "";
    if (incoming.headers.authorization !== `Bearer ${apiKey}`) {
      throw new ModelRequestError(401, "Incorrect API key provided.", { code: "invalid_api_key" });
    }
    if (path === "/v1/models") {
      requireMethod(incoming, "GET");
      const data = models.map((id) => ({ id, object: "model", created: 0, owned_by: "host-lab" }));
      sendJson(response, 200, { object: "list", data });
      return;
    }
    const api = ROUTES[path];
    if (api === undefined) throw new ModelRequestError(404, `Invalid URL (${incoming.method ?? ""} ${path})`);
    requireMethod(incoming, "POST");
    const body = await readJsonBody(incoming);
    const model = nameAt(body["model"], "model");
    if (!models.includes(model)) {
      const message = `The model '${model}' does not exist or you do not have access to it.`;
      throw new ModelRequestError(404, message, { code: "model_not_found", param: "model" });
    }
    const { messages, tools } = api === "responses" ? parseResponses(body) : parseChatCompletions(body);
    await answer(response, {
      sequence: ++sequence,
      api,
      model,
      stream: body["stream"] === true,
      messages,
      tools,
      lastUserText: lastUserText(messages),
      toolResults: toolResultsSinceUser(messages),
      body,
    });
  }

  async function answer(response: ServerResponse, request: ModelRequest): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    let end: (outcome: Outcome) => void = () => undefined;
    const ended = new Promise<Outcome>((resolve) => (end = resolve));
    const record: RecordedRequest = { ...request, outcome: "open", aborted: false, ended };
    log.add(record);
    try {
      const signal = AbortSignal.any([gone.signal, closing.signal]);
      record.outcome = await carryOut(await script(record), { request, response, signal, sleep, now: Date.now() });
    } catch (error) {
      record.outcome = "refused";
      throw new ModelRequestError(400, `The script failed: ${String(error)}`, { code: "script_failed" });
    } finally {
      record.aborted = record.outcome === "aborted" && gone.signal.aborted;
      end(record.outcome as Outcome);
    }
  }

  const server = createServer((incoming, response) => {
    response.on("error", () => undefined);
    handle(incoming, response).catch((cause: unknown) => {
      const error = cause instanceof ModelRequestError ? cause : new ModelRequestError(500, String(cause));
      const { method = "", url: path = "" } = incoming;
      log.addRefusal({ method, path, status: error.status, message: error.message });
      if (response.headersSent) response.destroy();
      else refuse(response, error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });

  async function close(): Promise<void> {
    closing.abort();
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    apiKey,
    models,
    requests: log.requests,
    refusals: log.refusals,
    use(next) {
      script = asScript(next);
    },
    waitForRequest: (matches, { timeoutMs = 10_000 } = {}) => log.waitFor(matches, timeoutMs),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function asScript(script: ModelScript | readonly ScriptStep[]): ModelScript {
  return typeof script === "function" ? script : inOrder(script);
}

function requireMethod(incoming: IncomingMessage, method: "GET" | "POST"): void {
  if (incoming.method === method) return;
  throw new ModelRequestError(405, `Not allowed to ${incoming.method ?? ""} on ${incoming.url ?? ""}.`);
}

async function waitOnClock(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
