import { PROJECT_FOLDERS } from "../projects.ts";
import type { Finding } from "./finding.ts";
import { codeFiles, isCommentLine, isTest } from "./source-files.ts";

const SKIPPED = /^\s*(?:(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|fails)\b|(?:xit|xdescribe|fdescribe|fit)\()/;

/** Every test that is switched off, or that switches the others off. */
export function checkSkippedTests(workspaceRoot: string): Finding[] {
  return PROJECT_FOLDERS.flatMap((folder) => codeFiles(workspaceRoot, folder))
    .filter(isTest)
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) =>
        SKIPPED.test(line) && !isCommentLine(line)
          ? [{ check: "skipped-tests", path, line: index + 1, message: "A test runs or is deleted; none is skipped, focused or left to do." }]
          : [],
      ),
    );
}
