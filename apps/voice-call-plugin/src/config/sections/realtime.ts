import * as z from "zod";
import { field } from "../field.ts";
import { PROVIDER_ID, milliseconds, text } from "../values.ts";
import { providerSections } from "./provider-section.ts";

/** A file of the agent's workspace: relative, and never outside it. */
const workspaceFile = () =>
  z.string().regex(/^(?![/\\]|[A-Za-z]:)(?!(?:.*[/\\])?\.\.(?:[/\\]|$)).+$/, "has to be a path inside the agent's workspace");

const agentContext = field(
  z.strictObject({
    enabled: field(z.boolean().default(false), {
      label: "Enabled",
      help: "Tells the model at the start of a call who the agent is.",
    }),
    maxChars: field(z.int().min(1).max(100_000).default(6000), { label: "Length", help: "Cap in characters." }),
    includeIdentity: field(z.boolean().default(true), { label: "Identity", help: "Includes the agent's name and character." }),
    includeSystemPrompt: field(z.boolean().exactOptional(), { label: "System prompt", help: "Accepted for older configurations; has no effect." }),
    includeWorkspaceFiles: field(z.boolean().default(true), { label: "Workspace files", help: "Includes `files`." }),
    files: field(z.array(workspaceFile()).default(["SOUL.md", "IDENTITY.md", "USER.md"]), {
      label: "Files",
      help: "Files of the agent's workspace.",
    }),
  }).prefault({}),
  { label: "Agent context", help: "A capsule of the agent's identity for the model." },
);

const fastContext = field(
  z.strictObject({
    enabled: field(z.boolean().default(false), {
      label: "Enabled",
      help: "Searches the indexed memory first when the model consults the agent.",
    }),
    timeoutMs: field(milliseconds(1, 60_000).default(800), { label: "Search within (ms)", help: "Deadline of the search." }),
    fallbackToConsult: field(z.boolean().default(false), {
      label: "Ask the agent otherwise",
      help: "Runs the whole consultation when the search finds nothing.",
    }),
  }).prefault({}),
  { label: "Fast context", help: "A quick look into memory before the agent is asked." },
);

/** Full-duplex realtime voices. */
export const realtime = field(
  z.strictObject({
    enabled: field(z.boolean().default(false), {
      label: "Enabled",
      help: "A realtime model holds the conversation. Not together with `streaming.enabled`, and not while `inboundPolicy` is `disabled`.",
      common: true,
    }),
    provider: field(z.string().regex(PROVIDER_ID).exactOptional(), {
      label: "Realtime voice",
      help: "Id of the realtime voice.",
      absent: "the first that is configured",
      common: true,
    }),
    providers: field(providerSections().default({}), {
      label: "Realtime voices",
      help: "Sections of realtime voices, by id; each is validated by its own package.",
      common: true,
    }),
    instructions: field(text().exactOptional(), { label: "Instructions", help: "Told to the model.", absent: "generated" }),
    tools: field(
      z.array(
        z.looseObject({
          type: field(z.literal("function").default("function"), { label: "Type", help: "Always `function`." }),
          name: field(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), { label: "Name", help: "What the model calls it." }),
          description: field(z.string().exactOptional(), { label: "Description", help: "When and how to use it." }),
          parameters: field(z.record(z.string(), z.unknown()).exactOptional(), {
            label: "Parameters",
            help: "JSON Schema of its arguments.",
          }),
        }),
      ).default([]),
      { label: "Tools", help: "Further tools of the model. The built-in ones cannot be replaced." },
    ),
    toolPolicy: field(z.enum(["safe-read-only", "owner", "none"]).default("safe-read-only"), {
      label: "Tool policy",
      help: "What the agent may do when it is consulted: read, everything its policy allows, or nothing.",
    }),
    consultPolicy: field(z.enum(["auto", "substantive", "always"]).default("auto"), {
      label: "Consultation",
      help: "When the model consults the agent.",
    }),
    consultThinkingLevel: field(text().exactOptional(), {
      label: "Thinking level",
      help: "Thinking level of consultations, as the host names them: `off`, `low`, `high` and so on.",
      absent: "the agent's",
    }),
    consultFastMode: field(z.boolean().exactOptional(), {
      label: "Fast mode",
      help: "Fast mode of consultations.",
      absent: "the agent's",
    }),
    agentContext,
    fastContext,
  }).prefault({}),
  { label: "Realtime voice", help: "A realtime model instead of recognition, agent and speech." },
);
