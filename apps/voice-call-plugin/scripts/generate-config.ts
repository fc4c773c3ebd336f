/** Writes what is made from the configuration's schema: the manifest and the table in the documentation. */
import { readFileSync, writeFileSync } from "node:fs";
import { documentationFile, manifestFile } from "../src/config/generate.ts";

const place = (path: string) => new URL(`../${path}`, import.meta.url);

writeFileSync(place("openclaw.plugin.json"), manifestFile());
const page = place("docs/configuration.md");
writeFileSync(page, documentationFile(readFileSync(page, "utf8")));
