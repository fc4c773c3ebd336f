import { manifest } from "./manifest.ts";
import { type OutlineEntry, outline } from "./outline.ts";

const BEGIN = "<!-- The table is generated from src/config/schema.ts: node scripts/generate-config.ts -->";
const END = "<!-- End of the generated table -->";

/** The text of `openclaw.plugin.json`. */
export function manifestFile(): string {
  return `${JSON.stringify(manifest(), null, 2)}\n`;
}

/** The text of `docs/configuration.md`, with the table in its place. Throws where the page has lost the markers. */
export function documentationFile(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the page lacks the lines "${BEGIN}" and "${END}" around the table`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${keyTable()}\n\n${page.slice(end)}`;
}

/** The table of all keys, in Markdown. */
export function keyTable(keys: readonly OutlineEntry[] = outline()): string {
  const rows = keys
    .filter((key) => !key.section || key.type === "map" || key.type.startsWith("list"))
    .map((key) => `| \`${documented(key.path)}\` | ${key.type} | ${fallback(key)} | ${key.meta.help} |`);
  return ["| key | value | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

/** A path as people read it: a carrier's section is `<carrier>`, another map's key `<id>` or `<number>`. */
function documented(path: string): string {
  return path
    .replace(/^\*/, "<carrier>")
    .replace(/^numbers\.\*/, "numbers.<number>")
    .replace(/^realtime\.tools\.\*/, "realtime.tools[]")
    .replaceAll("*", "<id>");
}

function fallback({ default: value, meta }: OutlineEntry): string {
  if (meta.absent !== undefined) return meta.absent;
  return value === undefined ? "–" : `\`${JSON.stringify(value)}\``;
}
