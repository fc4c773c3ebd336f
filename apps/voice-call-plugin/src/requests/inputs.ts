import * as z from "zod";
import { RequestError } from "./faults.ts";
import type { Method } from "./methods.ts";

/** Longest message that is spoken at once: about ten minutes of speech. */
const MAX_MESSAGE = 8000;
/** Longest run of keys: a conference's access code with generous pauses. */
const MAX_DIGITS = 64;
const MAX_KEY = 512;
const MAX_CALLER = 64;

const text = (max: number) => z.string().trim().min(1, "is empty").max(max, `is longer than ${max} characters`);

/** A number as people write it, made canonical: E.164 is at most 15 digits, and the first is not 0. */
const phoneNumber = z
  .string()
  .transform((written) => written.replace(/[\s().-]/g, ""))
  .refine((number) => /^\+[1-9]\d{1,14}$/.test(number), "is no phone number in E.164, such as +15550100");

const digits = text(MAX_DIGITS).regex(/^[0-9A-D*#w]+$/i, "has to be keys: 0-9, A-D, * and #; w pauses half a second");
const callId = text(MAX_KEY);
/** The code of a pairing request, or a number. */
const caller = text(MAX_CALLER);
const sessionKey = text(MAX_KEY).optional();
const mode = z.enum(["notify", "conversation"]).optional();
const spoken = { callId, message: text(MAX_MESSAGE) };
const call = {
  mode,
  dtmfSequence: digits.optional(),
  sessionKey,
  requesterSessionKey: sessionKey,
  agentId: text(MAX_KEY).optional(),
};

/**
 * Shapes of what may be asked. Keys that are not known are ignored, because programs written for other telephones send
 * them; known ones have to be right.
 */
export const INPUTS = {
  initiate: withDigitsRule(z.object({ ...call, to: phoneNumber.optional(), message: text(MAX_MESSAGE) })),
  start: withDigitsRule(z.object({ ...call, to: phoneNumber, message: text(MAX_MESSAGE).optional() })),
  continue: z.object(spoken),
  "continue.start": z.object(spoken),
  "continue.result": z.object({ operationId: text(MAX_KEY) }),
  speak: z.object(spoken),
  dtmf: z.object({ callId, digits }),
  transfer: z.object({ callId, to: phoneNumber }),
  end: z.object({ callId }),
  status: z.object({ callId: callId.optional() }),
  "pairing.list": z.object({}),
  "pairing.approve": z.object({ caller }),
  "pairing.refuse": z.object({ caller }),
  "pairing.revoke": z.object({ caller }),
} as const satisfies Record<Method, z.ZodType>;

/** What a request is called with once it is known to be right. */
export type Input<Name extends Method> = z.output<(typeof INPUTS)[Name]>;

/** Checks what was sent. Throws a {@link RequestError} that names the field. */
export function readInput<Name extends Method>(method: Name, sent: unknown): Input<Name> {
  const result = INPUTS[method].safeParse(sent ?? {});
  if (result.success) return result.data as Input<Name>;
  const issue = result.error.issues[0];
  const missing = issue?.code === "invalid_type" && valueAt(sent, issue.path) === undefined;
  throw new RequestError(issue?.path.join(".") || "request", missing ? "is missing" : (issue?.message ?? "is wrong"));
}

function withDigitsRule<Shape extends z.ZodType<{ mode?: string | undefined; dtmfSequence?: string | undefined }>>(shape: Shape): Shape {
  return shape.refine((input) => input.dtmfSequence === undefined || input.mode !== "notify", {
    path: ["dtmfSequence"],
    message: 'goes only with mode "conversation"; in a notify call press keys with voicecall.dtmf once it is answered',
  });
}

function valueAt(sent: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined), sent);
}
