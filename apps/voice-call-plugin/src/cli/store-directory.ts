import { join } from "node:path";
import { parseConfig } from "../config/index.ts";
import { pluginSection } from "../runtime/facts.ts";
import type { CliContext } from "./context.ts";

/** Where calls are kept, also under a configuration that is otherwise wrong: looking back has to work then as well. */
export function storeDirectory({ runtime }: CliContext): string {
  const parsed = parseConfig(pluginSection(runtime.config.current()));
  const configured = parsed.ok ? parsed.config.store : undefined;
  return configured ?? join(runtime.state.resolveStateDir(), "voice-calls");
}
