import { resolve } from "node:path";

/** Folder of the workspace that this tooling belongs to. */
export const WORKSPACE_ROOT = resolve(import.meta.dirname, "..", "..", "..");
