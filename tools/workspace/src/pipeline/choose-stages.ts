import { parseArgs } from "node:util";
import type { Stage } from "./stages.ts";

/** An argument that names no stage, or no option of ours. The message says what there is. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * The stages that the arguments ask for, in their own order.
 * `--only=a,b` runs those, `--skip=a,b` all but those, and no argument runs all.
 */
export function chooseStages(stages: readonly Stage[], args: readonly string[]): readonly Stage[] {
  const { only, skip } = parse(stages, args);
  return stages.filter(({ name }) => (only === undefined || only.includes(name)) && !skip.includes(name));
}

function parse(stages: readonly Stage[], args: readonly string[]): { only: string[] | undefined; skip: string[] } {
  const usage = `Use --only=<stages> or --skip=<stages>, with commas between: ${stages.map(({ name }) => name).join(", ")}.`;
  let values: { only?: string[]; skip?: string[] };
  try {
    const options = { only: { type: "string", multiple: true }, skip: { type: "string", multiple: true } } as const;
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
  const only = values.only === undefined ? undefined : split(values.only);
  const skip = split(values.skip ?? []);
  const unknown = [...(only ?? []), ...skip].find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) throw new UsageError(`There is no stage "${unknown}". ${usage}`);
  return { only, skip };
}

function split(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(",")).filter((name) => name !== "");
}
