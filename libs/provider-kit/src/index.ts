export {
  providerPlugin,
  type PluginHostApi,
  type ProviderPlugin,
  type ProviderPluginOptions,
} from "./plugin.ts";
export { withDeadline, type DeadlineOptions } from "./deadline.ts";
export { ask, askOnce, type AskOptions } from "./ask.ts";
export { retry, type RetryOptions } from "./retry.ts";
export { SingleFlight } from "./single-flight.ts";
export { httpFault, type HttpFaultOptions } from "./http-fault.ts";
export { readForm, type FormFields } from "./form.ts";
export { element, renderXml, type XmlAttributes, type XmlChild, type XmlNode } from "./xml.ts";
export { sameText } from "./same-text.ts";
export { isLanguageTag, isVoiceName } from "./speech-names.ts";
export { lazySchema } from "./lazy-schema.ts";
export { maskNumber, redactSecrets } from "./redact.ts";
