import * as z from "zod";
import { field } from "../field.ts";
import { E164, e164, milliseconds, text } from "../values.ts";
import { speechSections } from "./provider-section.ts";

/** Longest time that the agent may think: past this no caller is on the line any more. */
const MAX_RESPONSE_MS = 600_000;

const greeting = () =>
  field(text().exactOptional(), { label: "Greeting", help: "Spoken when an inbound call is answered.", common: true });

const agentId = (absent: string) =>
  field(text().exactOptional(), {
    label: "Agent",
    help: "Id of the agent that answers and owns the sessions. Required when several agents exist.",
    absent,
    common: true,
  });

const responseModel = () =>
  field(text().exactOptional(), { label: "Model", help: "Model of the answers, as provider/model.", absent: "the agent's" });

const responseSystemPrompt = () =>
  field(text().exactOptional(), { label: "Instructions", help: "System prompt of the answers.", absent: "generated" });

const RESPONSE_TIMEOUT: Parameters<typeof field>[1] = { label: "Answer within (ms)", help: "Deadline of one answer." };

const speech = () =>
  field(
    z.looseObject({
      provider: field(text().exactOptional(), {
        label: "Provider",
        help: "Id of the host's speech provider.",
        absent: "the host's",
      }),
      providers: field(speechSections().exactOptional(), {
        label: "Providers",
        help: "Settings of speech providers, by id.",
      }),
    }).exactOptional(),
    { label: "Speech", help: "Same shape as the host's `tts`, merged over it.", absent: "the host's" },
  );

/** Said to a stranger. Longer than a breath is nothing that a stranger listens to. */
const MAX_PAIRING_MESSAGE = 500;
const PAIRING_MESSAGE =
  "Hello. Your number is not known here. The owner has been asked whether you may call. Please try again later. Goodbye.";

/** Who may call us, and who answers. */
export const answering = {
  inboundPolicy: field(z.enum(["disabled", "allowlist", "pairing", "open"]).default("disabled"), {
    label: "Inbound calls",
    help: "`allowlist` takes calls from `allowFrom` (a screen by caller id, no proof of identity), `pairing` asks the owner about an unknown caller, `open` takes all.",
    common: true,
  }),
  allowFrom: field(z.array(e164()).default([]), {
    label: "Allowed callers",
    help: "Numbers in E.164 that may call under `allowlist` and `pairing`.",
    common: true,
    phone: true,
  }),
  pairing: field(
    z.strictObject({
      message: field(z.string().max(MAX_PAIRING_MESSAGE, `may have at most ${MAX_PAIRING_MESSAGE} characters`).default(PAIRING_MESSAGE), {
        label: "Message to strangers",
        help: "Spoken to a caller whom the owner has yet to approve, before hanging up. Empty: such a caller is only rejected.",
      }),
    }).prefault({}),
    { label: "Pairing", help: "What happens to unknown callers when `inboundPolicy` is `pairing`." },
  ),
  inboundGreeting: greeting(),
  numbers: field(
    z.record(
      z.string().regex(E164, "has to be the dialled number in E.164, for example +15550100"),
      z.strictObject({
        inboundGreeting: greeting(),
        tts: speech(),
        agentId: agentId("`agentId`"),
        responseModel: responseModel(),
        responseSystemPrompt: responseSystemPrompt(),
        responseTimeoutMs: field(milliseconds(1000, MAX_RESPONSE_MS).exactOptional(), {
          ...RESPONSE_TIMEOUT,
          absent: "`responseTimeoutMs`",
        }),
      }),
    ).default({}),
    { label: "Lines", help: "What differs by the number that was dialled. Resolved once for each inbound call; outbound calls ignore it." },
  ),
  agentId: agentId("the sole agent"),
  sessionScope: field(z.enum(["per-phone", "per-call", "main"]).default("per-phone"), {
    label: "Memory",
    help: "`per-phone` remembers a caller, `per-call` begins afresh, `main` shares the agent's main session.",
  }),
  responseModel: responseModel(),
  responseSystemPrompt: responseSystemPrompt(),
  responseTimeoutMs: field(milliseconds(1000, MAX_RESPONSE_MS).default(30_000), RESPONSE_TIMEOUT),
  tts: speech(),
};
