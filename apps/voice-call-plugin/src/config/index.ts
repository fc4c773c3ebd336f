export { configSchema, PLUGIN_ID, type VoiceCallConfig } from "./schema.ts";
export { parseConfig, type ParseOptions, type ParseResult } from "./parse.ts";
export { describeProblem, fullKey, type ConfigProblem } from "./problem.ts";
export {
  inspectSection,
  mergeEnv,
  resolveSecrets,
  type Environment,
  type ResolvedSection,
  type SecretResolver,
  type SectionReport,
} from "./provider-section.ts";
export { audioModeOf, sectionOf, toTelephoneSettings } from "./settings.ts";
export { isReady, missingKeys, readiness, type ReadinessCheck, type ReadinessFacts } from "./readiness.ts";
export { isSecretRef, type SecretRef } from "./values.ts";
