import { isPlainObject } from "./config.ts";

/** The words in the final answer of the Gateway's `agent` method. */
export function replyText(answer: unknown): string {
  const result = isPlainObject(answer) && isPlainObject(answer["result"]) ? answer["result"] : {};
  const payloads = Array.isArray(result["payloads"]) ? (result["payloads"] as unknown[]) : [];
  return payloads
    .flatMap((payload) => (isPlainObject(payload) && typeof payload["text"] === "string" ? [payload["text"]] : []))
    .join("\n");
}

/** Several seconds in all: where two agents begin at once on a busy machine, the host holds its state for as long. */
const ATTEMPTS = 8;
const PAUSE_MS = 300;

/** Asks for a turn again where the host refused it before it began, because another part of it held its state for a moment. */
export async function askUntilAdmitted<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof Error) || !error.message.includes("another OpenClaw process owns")) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}
