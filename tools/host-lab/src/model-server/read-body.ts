import type { IncomingMessage } from "node:http";
import { type Fields, isObject } from "./fields.ts";
import { ModelRequestError } from "./request-error.ts";

/** Larger than any prompt of the host by far; images would come close first. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** The JSON object a request carries; throws a `ModelRequestError` for anything else. */
export async function readJsonBody(incoming: IncomingMessage): Promise<Fields> {
  const type = incoming.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new ModelRequestError(415, `Unsupported content type '${type ?? ""}'; expected 'application/json'.`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ModelRequestError(413, "Request body is too large.");
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new ModelRequestError(400, "We could not parse the JSON body of your request.");
  }
  if (!isObject(body)) throw new ModelRequestError(400, "The JSON body must be an object.");
  return body;
}
