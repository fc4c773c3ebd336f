import * as z from "zod";
import { DEFAULT_PEOPLE } from "@openclaw/phone-network";
import type { StandardSchema } from "@openclaw/telephony-contract";
import type { MockConfig } from "./settings.ts";

/** Moves that one script may have. */
const MAX_MOVES = 200;
const MAX_TEXT = 2000;
const MINUTE_MS = 60_000;

const text = z.string().min(1).max(MAX_TEXT);
const ms = (max: number) => z.number().int().min(0).max(max);

/** One schema a move, so that a wrong one is told by its key and not as a union that matched nothing. */
const MOVES = {
  say: z.strictObject({ say: text }),
  waitFor: z.strictObject({ waitFor: z.literal("speech") }),
  pauseMs: z.strictObject({ pauseMs: ms(10 * MINUTE_MS) }),
  press: z.strictObject({ press: z.string().regex(/^[0-9A-D*#wW]{1,100}$/, "has to be keys: 0-9 A-D * #, with w and W as pauses") }),
  hangup: z.strictObject({ hangup: z.literal(true) }),
};

const move = z.unknown().transform((value, context) => {
  const key = typeof value === "object" && value !== null ? Object.keys(MOVES).find((name) => name in value) : undefined;
  if (!key) {
    context.addIssue({ code: "custom", message: `A move has one of the keys ${Object.keys(MOVES).join(", ")}` });
    return z.NEVER;
  }
  const result = MOVES[key as keyof typeof MOVES].safeParse(value);
  if (result.success) return result.data;
  for (const { message, path } of result.error.issues) context.addIssue({ code: "custom", message, path });
  return z.NEVER;
});

const schema = z.strictObject({
  flow: z.enum(["pull", "push", "emit"]).default("pull"),
  ringMs: ms(5 * MINUTE_MS).default(DEFAULT_PEOPLE.ringMs),
  outcome: z.enum(["answer", "busy", "no-answer", "reject", "voicemail"]).default(DEFAULT_PEOPLE.outcome),
  script: z.array(move).max(MAX_MOVES).optional(),
  speakingMsPerWord: ms(5000).default(DEFAULT_PEOPLE.speakingMsPerWord),
  thinkingMs: ms(MINUTE_MS).default(DEFAULT_PEOPLE.thinkingMs),
  voicemailGreeting: text.default(DEFAULT_PEOPLE.voicemailGreeting),
});

/** Validates the mock's section and fills in what is absent. No section at all is an empty one. */
export const configSchema = schema.prefault({}) as unknown as StandardSchema<MockConfig>;
