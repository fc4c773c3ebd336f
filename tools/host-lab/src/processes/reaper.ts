/**
 * A helper process that outlives its parent by a moment. It is told over stdin which process groups and folders belong
 * to labs; when stdin ends, for whatever reason the parent died, it kills the ones and deletes the others.
 * Lines: `+group 123`, `-group 123`, `+folder /path`, `-folder /path`.
 */
import { createInterface } from "node:readline";
import { killTree } from "./process-tree.ts";
import { removeFolder } from "./remove-folder.ts";

const groups = new Set<number>();
const folders = new Set<string>();

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const space = line.indexOf(" ");
  const rest = line.slice(space + 1);
  switch (line.slice(0, space)) {
    case "+group":
      groups.add(Number(rest));
      break;
    case "-group":
      groups.delete(Number(rest));
      break;
    case "+folder":
      folders.add(rest);
      break;
    case "-folder":
      folders.delete(rest);
      break;
  }
});
lines.on("close", () => {
  for (const group of groups) killTree(group);
  for (const folder of folders) removeFolder(folder);
});
