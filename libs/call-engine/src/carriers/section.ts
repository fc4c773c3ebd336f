import { TelephonyError, type SchemaIssue, type StandardSchema } from "@openclaw/telephony-contract";

/** Has a provider's own schema look at its section. Rejects with `config-invalid`, which names every key that is wrong. */
export async function validateSection<Output>(schema: StandardSchema<Output>, section: unknown, id: string): Promise<Output> {
  const result = await schema["~standard"].validate(section);
  if (result.issues === undefined) return result.value;
  const faults = result.issues.map((issue) => `${[id, ...pathOf(issue)].join(".")}: ${issue.message}`);
  throw new TelephonyError("config-invalid", faults.join("; "));
}

function pathOf(issue: SchemaIssue): string[] {
  return (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
}
