import * as z from "zod";
import type { WebhookReply } from "@openclaw/telephony-contract";

/** Media type of the mock's documents. */
export const DOCUMENT_TYPE = "application/vnd.openclaw.mock-call+json";
/** Characters of the largest document. */
export const MAX_DOCUMENT_CHARS = 64 * 1024;

const url = z.url();
const text = z.string().min(1);
const ms = z.number().min(0);
const keys = z.string().regex(/^[0-9A-D*#wW]+$/);

const verb = z.discriminatedUnion("verb", [
  z.strictObject({ verb: z.literal("say"), text, voice: z.string().optional(), language: z.string().optional() }),
  z.strictObject({ verb: z.literal("play"), url }),
  z.strictObject({
    verb: z.literal("gather"),
    /** Where the answer goes, and what goes back with it. */
    action: url,
    state: text,
    input: z.enum(["speech", "digits", "both"]),
    prompt: z.strictObject({ text, voice: z.string().optional(), language: z.string().optional(), interruptible: z.boolean() }).optional(),
    language: z.string().optional(),
    noInputMs: ms,
    endSilenceMs: ms,
    digits: z.strictObject({ max: z.number().int().min(1).optional(), finishOn: z.string().optional(), interDigitMs: ms.optional() }).optional(),
    hints: z.array(z.string()).optional(),
  }),
  z.strictObject({ verb: z.literal("press"), digits: keys }),
  z.strictObject({ verb: z.literal("pause"), ms }),
  z.strictObject({ verb: z.literal("record"), action: z.enum(["start", "stop"]), channels: z.enum(["mono", "dual"]).optional() }),
  z.strictObject({ verb: z.literal("transfer"), id: text, to: text, callerId: z.string().optional(), ringTimeoutMs: ms, action: url }),
  z.strictObject({ verb: z.literal("connect") }),
  z.strictObject({ verb: z.literal("reject"), reason: z.enum(["rejected", "busy"]) }),
]);

const document = z
  .strictObject({
    /** Our id of the call, sent back with everything that happens to it. */
    callId: text,
    /** Where news of the call go that no verb asks for. */
    callbacks: z.strictObject({ status: url, machine: url, recording: url }),
    verbs: z.array(verb).min(1),
    then: z.union([z.strictObject({ fetch: url }), z.strictObject({ hangup: z.literal(true) })]),
  })
  .refine(({ verbs }) => verbs.length === 1 || verbs.every((one) => one.verb !== "reject"), "reject has to be alone");

/** What a call does, as the network is told. */
export type CallDocument = z.infer<typeof document>;
/** One thing of it. */
export type Verb = CallDocument["verbs"][number];

/** What is wrong with an answer that should be a document, or the document. Nothing is guessed. */
export function readDocument(reply: WebhookReply): { readonly document: CallDocument } | { readonly fault: string } {
  if (reply.status !== 200) return { fault: `status ${reply.status}` };
  if (reply.headers["content-type"] !== DOCUMENT_TYPE) return { fault: "content type" };
  if (reply.body.length > MAX_DOCUMENT_CHARS) return { fault: "too large" };
  let json: unknown;
  try {
    json = JSON.parse(reply.body);
  } catch {
    return { fault: "no JSON" };
  }
  const result = document.safeParse(json);
  if (result.success) return { document: result.data };
  const [issue] = result.error.issues;
  return { fault: `${issue?.path.join(".") ?? ""}: ${issue?.code ?? "invalid"}` };
}
