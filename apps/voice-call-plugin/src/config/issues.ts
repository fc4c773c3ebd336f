import type * as z from "zod";
import { outline } from "./outline.ts";
import type { ConfigProblem } from "./problem.ts";
import { knownKeys } from "./schema.ts";

type Issue = z.core.$ZodIssue;

const RENAMED = "If an earlier version took this key, `openclaw doctor --fix` rewrites it; otherwise remove it";

/** What a schema found wrong, in words that name the key and the remedy. Values are left out: they may be secrets. */
export function problemsOf(issues: readonly Issue[]): readonly ConfigProblem[] {
  return issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? unknownKeys(issue) : [problem(issue)]));
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys): ConfigProblem[] {
  return issue.keys.map((key) => {
    const section = pathOf(issue.path);
    const siblings = section === "" ? knownKeys : keysOf(section);
    return { key: join(section, key), message: "there is no such key", remedy: suggestion(key, siblings) ?? RENAMED };
  });
}

function problem(issue: Issue): ConfigProblem {
  const key = pathOf(issue.path);
  const [root] = issue.path;
  if (issue.path.length === 1 && typeof root === "string" && !knownKeys.includes(root))
    return {
      key,
      message: "there is no such key; beside the telephone's own keys only sections of carriers (objects) may stand",
      remedy: suggestion(root, knownKeys) ?? RENAMED,
    };
  switch (issue.code) {
    case "invalid_type":
      return { key, message: `has to be ${article(issue.expected)}`, remedy: "Correct the value or remove the key" };
    case "invalid_value":
      return { key, message: "has a value that does not exist", remedy: `Use one of ${issue.values.map(String).join(", ")}` };
    case "too_small":
      return { key, message: `is ${size(issue.origin, "small", "short")}`, remedy: `Use at least ${issue.minimum}` };
    case "too_big":
      return { key, message: `is ${size(issue.origin, "large", "long")}`, remedy: `Use at most ${issue.maximum}` };
    case "invalid_key":
      return { key, message: issue.issues[0]?.message ?? "is no key that can stand here", remedy: "Correct the key" };
    default:
      return { key, message: issue.message, remedy: "Correct the value or remove the key" };
  }
}

function size(origin: string, number: string, length: string): string {
  return `too ${origin === "string" || origin === "array" ? length : number}`;
}

function article(expected: string): string {
  const name = { int: "integer", record: "object", string: "text" }[expected] ?? expected;
  return name === "text" ? "text" : `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
}

/** Keys that may stand in a section. */
function keysOf(section: string): readonly string[] {
  const parts = section.split(".");
  return outline().flatMap(({ path }) => {
    const own = path.split(".");
    const inside = own.length === parts.length + 1 && parts.every((part, index) => own[index] === part || own[index] === "*");
    return inside ? own.slice(-1) : [];
  });
}

function suggestion(key: string, candidates: readonly string[]): string | undefined {
  const near = nearest(key, candidates);
  return near === undefined ? undefined : `Did you mean "${near}"?`.replace(/\?$/, "? Otherwise remove the key");
}

/** The candidate that a slip of the keyboard explains: at most two edits away, and less than half of the word. */
export function nearest(key: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= 2 && distance * 2 < candidate.length)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** Levenshtein distance. Words here are keys; longer ones are no slips. */
function editDistance(a: string, b: string): number {
  if (Math.max(a.length, b.length) > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

function join(section: string, key: string): string {
  return section === "" ? key : `${section}.${key}`;
}
