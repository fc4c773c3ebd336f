import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { Manifest } from "../projects.ts";
import { defaultTarget } from "./tarball.ts";

/**
 * Bytes that importing an entry of a plugin may evaluate. The host evaluates one at every load and never frees it. Ours have
 * about twenty thousand; any vendor's SDK and any schema library has more than a hundred thousand.
 */
export const ENTRY_LIMIT_BYTES = 64 * 1024;

interface PluginManifest extends Manifest {
  readonly openclaw?: { readonly extensions?: readonly string[] };
}

/**
 * Which entries of a built plugin bring too much along by static imports, where `import()` would leave it for its first use.
 *
 * @param folder of the package, built
 * @returns one sentence for each entry that is too heavy; empty for a package that is no plugin
 */
export function heavyEntries(folder: string, { openclaw, exports = {} }: PluginManifest): string[] {
  if (openclaw?.extensions === undefined) return [];
  const main = defaultTarget(exports["."] ?? {}) ?? [];
  return [...new Set([...openclaw.extensions, main].flat())].flatMap((entry) => {
    const files = staticImports(join(folder, entry));
    const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
    if (bytes <= ENTRY_LIMIT_BYTES) return [];
    const [heaviest] = [...files].sort(([, one], [, other]) => other - one).map(([file]) => file.slice(folder.length + 1));
    return [`evaluates ${bytes} bytes with ${entry} (at most ${ENTRY_LIMIT_BYTES}), most of it in ${heaviest}; import that with import() where it is used`];
  });
}

/** A module and every module of the package that it imports statically, over any number of steps, with their sizes in bytes. */
function staticImports(entry: string, seen = new Map<string, number>()): Map<string, number> {
  if (seen.has(entry) || !existsSync(entry)) return seen;
  const text = readFileSync(entry, "utf8");
  seen.set(entry, Buffer.byteLength(text));
  for (const specifier of importsOf(text)) if (specifier.startsWith(".")) staticImports(join(dirname(entry), specifier), seen);
  return seen;
}

/** What a module imports, or exports from, by declarations. */
function importsOf(text: string): string[] {
  return ts.createSourceFile("module.js", text, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    const from = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    return from !== undefined && ts.isStringLiteral(from) ? [from.text] : [];
  });
}
