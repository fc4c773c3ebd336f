import { isTelephonyError } from "@openclaw/telephony-contract";
import type { PlivoCall } from "./call.ts";
import { readCreate, readTransfer, type CreateParameters } from "./parameters.ts";

/** What the REST interface asks the exchange. */
export interface Exchanges {
  /** Places a call. Gives the id of the request. */
  place(parameters: CreateParameters): string;
  byCallUuid(id: string): PlivoCall | undefined;
  byRequestUuid(id: string): PlivoCall | undefined;
  live(): readonly PlivoCall[];
  newId(): string;
}

/** The account whose calls these are. */
export interface Account {
  readonly authId: string;
  readonly authToken: string;
}

/** Answers one request to Plivo's API: authentication, path, parameters, state, in this order. */
export async function answerRest(request: Request, account: Account, calls: Exchanges): Promise<Response> {
  const apiId = calls.newId();
  const url = new URL(request.url);
  if (!isAuthorized(request, account)) return unauthorized();
  const path = /^\/v1\/Account\/([^/]+)\/(Call|Request)\/(?:([\w-]+)\/)?$/.exec(url.pathname);
  if (path?.[1] !== account.authId) return refusal(apiId, 404, "not found");
  const [, , kind, id] = path;
  const route = `${request.method} ${String(kind)}${id === undefined ? "" : "/id"}`;
  switch (route) {
    case "POST Call":
      return withJson(request, apiId, (body) => place(body, apiId, calls));
    case "DELETE Call":
      for (const call of calls.live()) end(call);
      return noContent();
    case "GET Call/id":
      return look(url, String(id), apiId, calls);
    case "POST Call/id":
      return withJson(request, apiId, (body) => transfer(body, String(id), apiId, calls));
    case "DELETE Call/id":
      return hangUp([calls.byCallUuid(String(id)), queued(calls.byRequestUuid(String(id)))], apiId);
    case "DELETE Request/id":
      return hangUp([unanswered(calls.byRequestUuid(String(id)))], apiId);
    default:
      return refusal(apiId, 405, "method not allowed");
  }
}

/** An error as Plivo words it. */
export function refusal(apiId: string, status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ api_id: apiId, error }, { status, headers });
}

/** Plivo's answer to wrong credentials is no JSON. */
export function unauthorized(): Response {
  return new Response("Could not verify your access level for that URL.\nYou have to login with proper credentials", {
    status: 401,
    headers: { "www-authenticate": 'Basic realm="Login Required"', "content-type": "text/html; charset=utf-8" },
  });
}

function isAuthorized(request: Request, { authId, authToken }: Account): boolean {
  return request.headers.get("authorization") === `Basic ${Buffer.from(`${authId}:${authToken}`).toString("base64")}`;
}

async function withJson(request: Request, apiId: string, work: (body: Record<string, unknown>) => Response): Promise<Response> {
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) return refusal(apiId, 400, "the content type has to be application/json");
  const body: unknown = await request.json().catch(() => undefined);
  if (typeof body !== "object" || body === null || Array.isArray(body)) return refusal(apiId, 400, "the body is no JSON object");
  return work(body as Record<string, unknown>);
}

function place(body: Record<string, unknown>, apiId: string, calls: Exchanges): Response {
  const read = readCreate(body);
  if ("fault" in read) return refusal(apiId, 400, read.fault);
  try {
    const requestUuid = calls.place(read.parameters);
    return Response.json({ message: "call fired", request_uuid: requestUuid, api_id: apiId }, { status: 201 });
  } catch (error) {
    if (!isTelephonyError(error)) throw error;
    return refusal(apiId, 403, "concurrent calls limit reached (5030)");
  }
}

function look(url: URL, id: string, apiId: string, calls: Exchanges): Response {
  const stage = url.searchParams.get("status");
  if (stage !== null && stage !== "live" && stage !== "queued") return refusal(apiId, 400, "status has to be live or queued");
  const call = stage === "queued" ? queued(calls.byRequestUuid(id)) : calls.byCallUuid(id);
  const fits = call && (stage === "live" ? !call.over && call.status !== "queued" : stage === "queued" || call.over);
  if (!fits) return refusal(apiId, 404, "call not found");
  return Response.json({ api_id: apiId, ...(call.record() ?? call.describe()) });
}

function transfer(body: Record<string, unknown>, id: string, apiId: string, calls: Exchanges): Response {
  const read = readTransfer(body);
  if ("fault" in read) return refusal(apiId, 400, read.fault);
  const { aleg_url: url, aleg_method: method = "POST" } = read.parameters;
  const call = calls.byCallUuid(id);
  if (call?.status !== "in-progress") return refusal(apiId, 404, "call not found");
  call.redirect({ url, method });
  return Response.json({ message: "call transfered", call_uuids: [id], api_id: apiId }, { status: 202 });
}

function hangUp(candidates: readonly (PlivoCall | undefined)[], apiId: string): Response {
  const call = candidates.find((one) => one && !one.over);
  if (!call) return refusal(apiId, 404, "call not found");
  end(call);
  return noContent();
}

function end({ leg }: PlivoCall): void {
  leg.call.end(leg.call.state === "ringing" ? "canceled" : "completed", "us");
}

function queued(call: PlivoCall | undefined): PlivoCall | undefined {
  return call?.status === "queued" ? call : undefined;
}

function unanswered(call: PlivoCall | undefined): PlivoCall | undefined {
  return call?.leg.call.state === "ringing" ? call : undefined;
}

function noContent(): Response {
  return new Response(null, { status: 204 });
}
