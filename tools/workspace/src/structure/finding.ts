/** One place where the workspace breaks one of its own rules. */
export interface Finding {
  /** Name of the rule, such as `file-length`. */
  readonly check: string;
  /** Path relative to the workspace. */
  readonly path: string;
  /** Line, from 1, where the rule is about a line. */
  readonly line?: number;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

/** A rule of the workspace: it reads the tree and names every place that breaks it. */
export type Check = (workspaceRoot: string) => Finding[];

/** A finding as one line of text that terminals turn into a link. */
export function formatFinding({ check, path, line, message }: Finding): string {
  return `${path}${line === undefined ? "" : `:${line}`}  ${message}  [${check}]`;
}
