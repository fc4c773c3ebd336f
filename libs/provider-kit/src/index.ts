export {
  providerPlugin,
  type PluginHostApi,
  type ProviderPlugin,
  type ProviderPluginOptions,
} from "./plugin.ts";
export { withDeadline, type DeadlineOptions } from "./deadline.ts";
export { lazySchema } from "./lazy-schema.ts";
export { maskNumber, redactSecrets } from "./redact.ts";
