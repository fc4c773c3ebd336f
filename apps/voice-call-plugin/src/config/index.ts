export { PLUGIN_ID } from "./schema.ts";
export { parseConfig, type ParseResult } from "./parse.ts";
export { fullKey } from "./problem.ts";
export { inspectSection, mergeEnv, resolveSecrets, type SecretResolver } from "./provider-section.ts";
export { sectionOf, toTelephoneSettings } from "./settings.ts";
export { isReady, readiness, type ReadinessCheck, type ReadinessFacts } from "./readiness.ts";
