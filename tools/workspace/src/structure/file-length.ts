import type { Finding } from "./finding.ts";
import { PROJECT_FOLDERS } from "../projects.ts";
import { codeFiles, isGenerated, isTest } from "./source-files.ts";

/** Lines that a source file may have. More than fits one sitting is more than one concept. */
export const SOURCE_LIMIT = 300;

/** Lines that a file of tests may have. */
export const TEST_LIMIT = 400;

/** Every code file too long to read in one sitting, except what a program generated. */
export function checkFileLength(workspaceRoot: string): Finding[] {
  return PROJECT_FOLDERS.flatMap((folder) => codeFiles(workspaceRoot, folder)).flatMap((file) => {
    const limit = isTest(file) ? TEST_LIMIT : SOURCE_LIMIT;
    if (file.lines.length <= limit || isGenerated(file)) return [];
    const message = `${file.lines.length} lines; the limit is ${limit}. Split it where a second concept begins.`;
    return [{ check: "file-length", path: file.path, message }];
  });
}
