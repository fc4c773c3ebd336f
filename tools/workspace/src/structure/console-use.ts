import type { Finding } from "./finding.ts";
import { codeFiles, isCommentLine } from "./source-files.ts";

/** Every `console.*` in a library: a library says things through the logger that its user gives it. */
export function checkConsoleUse(workspaceRoot: string): Finding[] {
  return codeFiles(workspaceRoot, "libs").flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      /\bconsole\s*(?:\?\.|[.[])/.test(line) && !isCommentLine(line)
        ? [{ check: "console-use", path, line: index + 1, message: "A library does not write to the console. Use the logger that is passed in." }]
        : [],
    ),
  );
}
