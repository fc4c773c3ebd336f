import * as z from "zod";
import { type FieldMeta, fieldMeta } from "./field.ts";
import { configSchema } from "./schema.ts";
import { isSecretSchema } from "./values.ts";

/** One key of the configuration, as the schema describes it. */
export interface OutlineEntry {
  /** Dotted path below `plugins.entries.voice-call.config`; `*` stands for any key of a map or any item of a list. */
  readonly path: string;
  readonly meta: FieldMeta;
  /** Whether further keys lie below. */
  readonly section: boolean;
  /** The kind of value, for people. */
  readonly type: string;
  /** What applies when the key is absent, where the schema says so. */
  readonly default?: unknown;
  readonly secret: boolean;
}

/** Every key of the configuration, sections before what lies in them. Throws where a key has no description. */
export function outline(schema: z.ZodType = configSchema): readonly OutlineEntry[] {
  return [...below(schema, "")];
}

function* below(schema: z.ZodType, path: string): Generator<OutlineEntry> {
  const bare = unwrap(schema).schema;
  if (bare instanceof z.ZodObject) {
    const { shape } = bare as z.ZodObject<Record<string, z.ZodType>>;
    for (const [key, child] of Object.entries(shape)) yield* entry(child, join(path, key));
    const rest = bare.def.catchall;
    // A loose object's rest is unknown and has nothing below; the root's is a carrier's section.
    if (rest instanceof z.ZodObject) yield* below(rest, join(path, "*"));
  } else if (bare instanceof z.ZodRecord) yield* below(bare.valueType as z.ZodType, join(path, "*"));
  else if (bare instanceof z.ZodArray) yield* below(bare.element as z.ZodType, join(path, "*"));
}

function* entry(schema: z.ZodType, path: string): Generator<OutlineEntry> {
  const { schema: bare, fallback } = unwrap(schema);
  const meta = fieldMeta.get(schema);
  if (!meta) throw new Error(`the configuration key ${path} has no description`);
  const children = [...below(bare, path)];
  yield {
    path,
    meta,
    section: children.length > 0,
    type: typeName(bare),
    secret: isSecretSchema(bare),
    ...(fallback !== undefined && { default: fallback }),
  };
  yield* children;
}

/** The schema inside optionality and defaults, and the default. */
function unwrap(schema: z.ZodType): { schema: z.ZodType; fallback?: unknown } {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodPrefault)
    return unwrap(schema.def.innerType as z.ZodType);
  if (schema instanceof z.ZodDefault) return { ...unwrap(schema.def.innerType as z.ZodType), fallback: schema.def.defaultValue };
  return { schema };
}

function typeName(schema: z.ZodType): string {
  if (isSecretSchema(schema)) return "secret";
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(", ");
  if (schema instanceof z.ZodLiteral) return `\`${[...schema.values].join("`, `")}\``;
  if (schema instanceof z.ZodArray) return `list of ${typeName(unwrap(schema.element as z.ZodType).schema)}`;
  if (schema instanceof z.ZodRecord) return "map";
  if (schema instanceof z.ZodObject) return "section";
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (schema instanceof z.ZodNumber) return schema.isInt ? "integer" : "number";
  return "text";
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
