import { readForm, sameText, type FormFields } from "@openclaw/telephony-kit";
import { ACCOUNT, isOurs } from "./account.ts";
import { rfc2822 } from "./messages.ts";
import { CREATE, UPDATE, parameterFault, type RestError } from "./parameters.ts";

/** A call as REST tells of it. */
export interface RestCall {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: "inbound" | "outbound-api";
  readonly status: string;
}

/** What REST can have done. Each gives the call, or how Twilio refuses it. */
export interface RestActions {
  create(fields: FormFields): RestCall | RestError;
  update(sid: string, fields: FormFields): RestCall | RestError;
  fetch(sid: string): RestCall | undefined;
}

const CALLS = `/2010-04-01/Accounts/${ACCOUNT.accountSid}/Calls`;
const ONE_CALL = new RegExp(`^${CALLS}/(CA[0-9a-f]{32})\\.json$`);
const REALM = { "www-authenticate": 'Basic realm="Twilio API"' };

/** Answers one request to the resource for calls, with Twilio's checks and in Twilio's words. */
export async function answer(request: Request, actions: RestActions, now: number): Promise<Response> {
  if (!authentic(request.headers.get("authorization") ?? "")) return refusal({ status: 401, code: 20003, message: "Authenticate" });
  const { method, url } = request;
  const { pathname } = new URL(url);
  const sid = ONE_CALL.exec(pathname)?.[1];
  if (method === "POST" && pathname === `${CALLS}.json`) return await posted(request, 201, now, (fields) => parameterFault(fields, CREATE) ?? creationFault(fields) ?? actions.create(fields));
  if (method === "POST" && sid !== undefined) return await posted(request, 200, now, (fields) => parameterFault(fields, UPDATE) ?? changeFault(fields) ?? actions.update(sid, fields));
  if (method === "GET" && sid !== undefined) return told(actions.fetch(sid) ?? notFound(pathname), 200, now);
  return refusal(notFound(pathname));
}

/** A refusal in the shape that Twilio gives all of them. */
export function refusal({ status, code, message }: RestError): Response {
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return Response.json(body, { status, headers: status === 401 ? REALM : {} });
}

/** No such call, or nothing at all. */
export function notFound(path: string): RestError {
  return { status: 404, code: 20404, message: `The requested resource ${path} was not found` };
}

function authentic(authorization: string): boolean {
  const { accountSid, authToken, apiKeySid, apiKeySecret } = ACCOUNT;
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  return [basic(accountSid, authToken), basic(apiKeySid, apiKeySecret)].some((known) => sameText(known, authorization));
}

async function posted(request: Request, success: number, now: number, act: (fields: FormFields) => RestCall | RestError): Promise<Response> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) return refusal({ status: 415, code: 20415, message: "The body has to be a form" });
  return told(act(readForm(new Uint8Array(await request.arrayBuffer()))), success, now);
}

function creationFault(fields: FormFields): RestError | undefined {
  const has = (name: string) => fields.get(name) !== undefined;
  if (!has("To")) return { status: 400, code: 21201, message: "No 'To' number is specified" };
  if (!has("From")) return { status: 400, code: 21213, message: "No 'From' number is specified" };
  if (!has("Url") && !has("Twiml")) return { status: 400, code: 21205, message: "Url parameter is required." };
  if (has("StatusCallbackEvent") && !has("StatusCallback")) return { status: 400, code: 21609, message: "Events without a 'StatusCallback'" };
  if (has("MachineDetection") !== has("AsyncAmd") || has("AsyncAmd") !== has("AsyncAmdStatusCallback")) {
    return { status: 400, code: 21200, message: "Asynchronous detection needs MachineDetection, AsyncAmd and AsyncAmdStatusCallback" };
  }
  const from = fields.get("From") ?? "";
  if (isOurs(from)) return undefined;
  return { status: 400, code: 21210, message: `The source phone number provided, ${from}, is not yet verified for your account.` };
}

function changeFault(fields: FormFields): RestError | undefined {
  const changes = ["Url", "Twiml", "Status"].filter((name) => fields.get(name) !== undefined);
  if (changes.length === 1) return undefined;
  return { status: 400, code: 21218, message: "Exactly one of Url, Twiml and Status is needed" };
}

function told(result: RestCall | RestError, success: number, now: number): Response {
  if ("code" in result) return refusal(result);
  const { sid, from, to, direction, status } = result;
  const at = rfc2822(now);
  const body = {
    sid,
    account_sid: ACCOUNT.accountSid,
    parent_call_sid: null,
    to,
    from,
    status,
    direction,
    answered_by: null,
    api_version: "2010-04-01",
    start_time: null,
    end_time: null,
    duration: null,
    queue_time: "0",
    date_created: at,
    date_updated: at,
    uri: `${CALLS}/${sid}.json`,
    subresource_uris: {},
  };
  return Response.json(body, { status: success });
}
