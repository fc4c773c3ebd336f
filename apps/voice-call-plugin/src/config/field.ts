import * as z from "zod";

/** What people are told about one key. The settings form, the manifest and the table in the documentation read it. */
export interface FieldMeta {
  /** Name in the settings form. */
  readonly label: string;
  /** What it means, in one or two sentences. */
  readonly help: string;
  /** Shown at once in the settings form; everything else waits under "Advanced". */
  readonly common?: boolean;
  /** What applies when the key is absent and the schema has no default, for the table. */
  readonly absent?: string;
  readonly placeholder?: string;
  /** Shown as a telephone number. */
  readonly phone?: boolean;
  /** A value that the host's doctor warns about. */
  readonly dangerous?: string | number | boolean;
}

/** Meta of every key, by the schema object that describes the key. Our own registry: zod's global one belongs to all. */
export const fieldMeta = z.registry<FieldMeta>();

/** A key of the configuration: its schema, outermost wrapper included, and what people are told about it. */
export function field<Schema extends z.ZodType>(schema: Schema, meta: FieldMeta): Schema {
  fieldMeta.add(schema, meta);
  return schema;
}
