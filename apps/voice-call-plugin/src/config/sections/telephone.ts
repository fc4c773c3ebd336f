import * as z from "zod";
import { field } from "../field.ts";
import { PROVIDER_ID, e164, language, text } from "../values.ts";

/** The telephone as a whole: whether it is on, whose network carries it, and its numbers. */
export const telephone = {
  enabled: field(z.boolean().default(false), { label: "Enabled", help: "Master switch of the telephone.", common: true }),
  provider: field(
    z.string().regex(PROVIDER_ID, "has to be the id of a carrier: lower-case letters, digits and hyphens").exactOptional(),
    {
      label: "Carrier",
      help: "Id of the carrier that places and takes the calls. The package of the carrier has to be installed; `mock` comes with the telephone.",
      common: true,
      placeholder: "mock",
    },
  ),
  fromNumber: field(e164().exactOptional(), {
    label: "Own number",
    help: "The number we call from, in E.164.",
    common: true,
    phone: true,
    placeholder: "+15550001234",
  }),
  toNumber: field(e164().exactOptional(), {
    label: "Default recipient",
    help: "Called when a request names no number, in E.164.",
    common: true,
    phone: true,
    placeholder: "+15550005678",
  }),
  language: field(language().exactOptional(), {
    label: "Language",
    help: "The language that is spoken, as a BCP 47 tag. One setting for recognition, the agent's instructions and the voice.",
    absent: "the carrier's",
    placeholder: "en-US",
  }),
  outbound: field(
    z.strictObject({
      defaultMode: field(z.enum(["notify", "conversation"]).default("notify"), {
        label: "Default mode",
        help: "`notify` speaks the message and hangs up; `conversation` stays on the line.",
        common: true,
      }),
      notifyHangupDelaySec: field(z.number().min(0).max(600).default(3), {
        label: "Delay before hanging up (s)",
        help: "Seconds on the line after a `notify` message was heard.",
      }),
    }).prefault({}),
    { label: "Outbound calls", help: "Calls that we place." },
  ),
  store: field(text().exactOptional(), {
    label: "Store",
    help: "Folder in which calls are kept.",
    absent: "`$OPENCLAW_STATE_DIR/voice-calls`",
  }),
};

/** How long things may take, and how many calls there may be. */
export const limits = {
  maxDurationSeconds: field(z.int().min(1).max(86_400).default(300), {
    label: "Longest call (s)",
    help: "Hard cap of every call, also set at the carrier where it can.",
    common: true,
  }),
  maxConcurrentCalls: field(z.int().min(1).max(1000).default(1), {
    label: "Calls at a time",
    help: "Further calls are refused.",
    common: true,
  }),
  staleCallReaperSeconds: field(z.int().min(0).max(86_400).default(120), {
    label: "Unanswered call ends after (s)",
    help: "Ends calls that were never answered; `0` never.",
  }),
  ringTimeoutMs: field(z.int().min(1000).max(600_000).default(30_000), {
    label: "Ring time (ms)",
    help: "How long an outbound call rings before we give up.",
  }),
  silenceTimeoutMs: field(z.int().min(100).max(30_000).default(800), {
    label: "End of speech (ms)",
    help: "Silence that ends what the caller says. Not used by realtime voices.",
  }),
  transcriptTimeoutMs: field(z.int().min(1000).max(3_600_000).default(180_000), {
    label: "Wait for the caller (ms)",
    help: "How long a turn waits for the caller's words.",
  }),
};
