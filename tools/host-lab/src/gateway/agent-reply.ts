import { isPlainObject } from "./config.ts";

/** The words in the final answer of the Gateway's `agent` method. */
export function replyText(answer: unknown): string {
  const result = isPlainObject(answer) && isPlainObject(answer["result"]) ? answer["result"] : {};
  const payloads = Array.isArray(result["payloads"]) ? (result["payloads"] as unknown[]) : [];
  return payloads
    .flatMap((payload) => (isPlainObject(payload) && typeof payload["text"] === "string" ? [payload["text"]] : []))
    .join("\n");
}
