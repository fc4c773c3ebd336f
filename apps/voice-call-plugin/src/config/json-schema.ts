import * as z from "zod";
import { fieldMeta } from "./field.ts";
import { configSchema } from "./schema.ts";

/** A node of a JSON Schema, as far as this file touches it. */
export interface JsonSchema {
  [keyword: string]: unknown;
  type?: string | string[];
  description?: string;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
}

/** The configuration as a JSON Schema that refuses what {@link configSchema} refuses, as far as JSON Schema can say it. */
export function strictJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, {
    target: "draft-2020-12",
    io: "input",
    // Descriptions come from our own registry, in `override`; an empty one keeps zod from copying everything.
    metadata: z.registry(),
    override: ({ zodSchema, jsonSchema }) => {
      const help = fieldMeta.get(zodSchema as z.core.$ZodType as z.ZodType)?.help;
      if (help !== undefined) jsonSchema.description = help;
    },
  }) as JsonSchema;
  delete schema.$schema;
  return schema;
}

/** Every type of JSON: a variant that takes what the described one does not. */
const ANYTHING: JsonSchema = { type: ["string", "number", "boolean", "object", "array", "null"] };

/**
 * The configuration as the manifest states it: described in full, with defaults, and refusing nothing.
 *
 * A value that a manifest's schema refuses keeps the whole Gateway from starting (measured on OpenClaw 2026.9.6: exit
 * code 78). A wrong key of the telephone may only ever cost the telephone, so the host is told what is right, and
 * `parseConfig` says what is wrong.
 */
export function tolerantJsonSchema(): JsonSchema {
  return { ...tolerant(strictJsonSchema()), type: "object" };
}

function tolerant(node: JsonSchema): JsonSchema {
  const { description, default: fallback, ...rest } = node;
  const said = { ...(description !== undefined && { description }) };
  if (rest.properties || rest.additionalProperties) {
    // Without `type`, `properties` describes objects and lets everything else pass.
    const properties = Object.entries(rest.properties ?? {}).map(([key, child]) => [key, tolerant(child)] as const);
    const more = typeof rest.additionalProperties === "object" ? tolerant(rest.additionalProperties) : true;
    return { ...said, ...(properties.length > 0 && { properties: Object.fromEntries(properties) }), additionalProperties: more };
  }
  if (Object.keys(rest).length === 0) return node;
  const described = rest.type === "array" ? { ...rest, ...(rest.items && { items: tolerant(rest.items) }) } : rest;
  return { ...said, ...(fallback !== undefined && { default: fallback }), anyOf: [described, ANYTHING] };
}
