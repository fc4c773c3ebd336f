import { createHash } from "node:crypto";
import { TelephonyError, type SchemaIssue, type StandardSchema } from "@openclaw/telephony-contract";

/** Has a provider's own schema look at its section. Rejects with `config-invalid`, which names every key that is wrong. */
export async function validateSection<Output>(schema: StandardSchema<Output>, section: unknown, id: string): Promise<Output> {
  const result = await schema["~standard"].validate(section);
  if (result.issues === undefined) return result.value;
  const faults = result.issues.map((issue) => `${[id, ...pathOf(issue)].join(".")}: ${issue.message}`);
  throw new TelephonyError("config-invalid", faults.join("; "));
}

/** Equal for equal sections. */
export function digestOf(section: unknown): string {
  return createHash("sha256").update(stableJson(section)).digest("hex");
}

/** JSON with sorted keys, so that equal configurations are equal texts. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function pathOf(issue: SchemaIssue): string[] {
  return (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
}
