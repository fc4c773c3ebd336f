import * as z from "zod";
import { field } from "../field.ts";
import { PROVIDER_ID, country, e164, language, numberPattern, text, timeOfDay, timeZone } from "../values.ts";

/** What may be called, whoever asks for it. Judged outside of the model, which can be talked into anything. */
const outboundRules = {
  allowTo: field(z.array(numberPattern()).exactOptional(), {
    label: "Calls to",
    help: "Numbers that may be called, in E.164, or begins of numbers with a `*` behind, such as `+4930*`.",
    absent: "all",
  }),
  allowCountries: field(z.array(country()).exactOptional(), {
    label: "Countries",
    help: "Countries that may be called, by their ISO 3166 codes, such as `DE`. A number that the plan of no country has is then refused.",
    absent: "all",
  }),
  premiumRate: field(z.enum(["refuse", "allow"]).default("refuse"), {
    label: "Expensive numbers",
    help: "Whether premium-rate, shared-cost and personal numbers, and those of satellite and other international networks, may be called.",
    dangerous: "allow",
  }),
  maxCallsPerHour: field(z.int().min(1).max(1000).exactOptional(), {
    label: "Calls an hour",
    help: "Calls that are placed within any hour at most, answered or not. A restart does not reset it.",
    absent: "no cap",
  }),
  quietHours: field(
    z
      .strictObject({
        from: field(timeOfDay(), { label: "Quiet from", help: "The first minute that is quiet, as `HH:MM`.", placeholder: "22:00" }),
        to: field(timeOfDay(), { label: "Quiet until", help: "The first minute that is not; may be on the next day.", placeholder: "07:00" }),
        timeZone: field(timeZone().exactOptional(), {
          label: "Time zone",
          help: "IANA name of the time zone of the two times.",
          absent: "the machine's",
          placeholder: "Europe/Berlin",
        }),
      })
      .refine(({ from, to }) => from !== to, "begin and end at the same time")
      .exactOptional(),
    { label: "Quiet hours", help: "Times of the day in which no call goes out.", absent: "none" },
  ),
};

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
      machineDetection: field(z.enum(["off", "hangup", "leave-message", "continue"]).default("off"), {
        label: "Answering machines",
        help: "What an answering machine does to a call: `hangup` ends it, `leave-message` waits for the end of its greeting, says the message and ends it, `continue` only notes it. A carrier that cannot detect machines refuses calls unless this is `off`.",
      }),
      voicemailMessage: field(text().exactOptional(), {
        label: "Message for answering machines",
        help: "What a `conversation` leaves on an answering machine. A `notify` call leaves its own message.",
        absent: "the call's first message",
      }),
      ...outboundRules,
    }).prefault({}),
    { label: "Outbound calls", help: "Calls that we place." },
  ),
  transfer: field(
    z.strictObject({
      allowTo: field(z.array(numberPattern()).default([]), {
        label: "Transfers to",
        help: "Numbers that a call may be transferred to, written as in `outbound.allowTo`; empty refuses every transfer. `outbound.allowCountries` and `outbound.premiumRate` hold as well.",
      }),
    }).prefault({}),
    { label: "Transfers", help: "Calls that are handed on." },
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
