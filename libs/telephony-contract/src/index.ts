export { CONTRACT, type ContractVersion } from "./version.ts";
export {
  TELEPHONY_ERROR_BRAND,
  TelephonyError,
  isTelephonyError,
  toTelephonyError,
  type TelephonyErrorCode,
  type TelephonyErrorOptions,
} from "./errors.ts";
export {
  ALAW_8K,
  MULAW_8K,
  bytesPerSample,
  durationMs,
  pcm16,
  sameFormat,
  type AudioEncoding,
  type AudioFormat,
} from "./audio.ts";
export * from "./plan.ts";
export type * from "./events.ts";
export type * from "./capabilities.ts";
export type * from "./webhook.ts";
export type * from "./definition.ts";
export * from "./carrier.ts";
export { carrierFault } from "./carrier-fault.ts";
export type * from "./media.ts";
export type * from "./transcriber.ts";
export type * from "./realtime.ts";
export type * from "./speech.ts";
export {
  REGISTRY_KEY,
  createRegistry,
  listProviders,
  registerProvider,
  registry,
  resolveProvider,
  type AnyProviderDefinition,
  type DefinitionOf,
  type Registration,
  type RegistrationMode,
  type Registry,
  type RegistryEntry,
  type RegistryListener,
  type Resolution,
} from "./registry.ts";
