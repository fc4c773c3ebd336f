import * as z from "zod";
import { toEvent, type CallNews, type Happening } from "@openclaw/phone-network";
import type { CallEvent } from "@openclaw/telephony-contract";

/** What the mock's webhooks say, as JSON. */
export interface Message extends Omit<Happening, "news"> {
  /** What happened. Absent on a fetch that only wants the next document. */
  readonly news?: CallNews;
  /** What the network does with the answer. */
  readonly wants: "document" | "acknowledgement";
}

const optionalText = z.string().optional();
const turn = z.object({ nonce: z.string(), proof: z.literal("echoed") });

const news = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("incoming"),
    from: z.string(),
    to: z.string(),
    callerName: optionalText,
    attestation: z.enum(["A", "B", "C", "failed", "none"]).optional(),
  }),
  z.object({ type: z.literal("ringing") }),
  z.object({ type: z.literal("answered") }),
  z.object({ type: z.literal("ended"), reason: z.string(), by: z.enum(["caller", "callee", "us", "carrier"]).optional(), cause: optionalText }),
  z.object({ type: z.literal("stepEnded"), stepId: z.string(), outcome: z.enum(["completed", "cancelled", "failed", "skipped"]), detail: optionalText }),
  z.object({
    type: z.literal("answer"),
    turn,
    input: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("speech"), text: z.string(), confidence: z.number().optional() }),
      z.object({ kind: z.literal("digits"), digits: z.string() }),
    ]),
  }),
  z.object({ type: z.literal("listenEnded"), turn, outcome: z.enum(["no-input", "failed"]) }),
  z.object({ type: z.literal("digits"), digits: z.string() }),
  z.object({ type: z.literal("machine"), verdict: z.enum(["human", "machine", "fax", "unsure"]), greetingEnded: z.boolean().optional() }),
  z.object({ type: z.literal("transfer"), stepId: z.string(), state: z.enum(["transferred", "back"]), detail: optionalText }),
  z.object({ type: z.literal("recording"), state: z.enum(["started", "saved", "failed"]), recordingId: optionalText, durationMs: z.number().optional() }),
]);

const envelope = z.object({
  leg: z.string().min(1),
  callId: optionalText,
  order: z.number().int(),
  at: z.number(),
  wants: z.enum(["document", "acknowledgement"]),
  news: z.unknown().optional(),
});

/** A message on its way. */
export function writeMessage(message: Message): string {
  return JSON.stringify(message);
}

/** What a message says as events of the contract. What it does not know is no event. */
export function readMessage(body: Uint8Array): { readonly events: readonly CallEvent[]; readonly wants: Message["wants"] } {
  const read = envelope.safeParse(parseJson(body));
  if (!read.success) return { events: [], wants: "acknowledgement" };
  const { wants, leg, callId, order, at } = read.data;
  const known = news.safeParse(read.data.news);
  if (!known.success) return { events: [], wants };
  // JSON has no `undefined`, so that optional members are really absent.
  const happening: Happening = { leg, order, at, news: known.data as CallNews, ...(callId !== undefined && { callId }) };
  return { events: [toEvent(happening)], wants };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
