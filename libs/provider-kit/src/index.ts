export {
  providerPlugin,
  type PluginHostApi,
  type ProviderPlugin,
  type ProviderPluginOptions,
} from "./plugin.ts";
export { withDeadline, type DeadlineOptions } from "./deadline.ts";
export { ask, askOnce, type AskOptions } from "./ask.ts";
export { retry, type RetryOptions } from "./retry.ts";
export { Timers } from "./timers.ts";
export { SingleFlight } from "./single-flight.ts";
export { httpFault, type FaultMeaning, type HttpFaultOptions } from "./http-fault.ts";
export { isBaseUrl, isSocketBaseUrl, socketUrl } from "./base-url.ts";
export { isE164, requireE164 } from "./e164.ts";
export { wholeSeconds } from "./whole-seconds.ts";
export { readJson } from "./read-json.ts";
export { readForm, type FormFields } from "./form.ts";
export { element, renderXml, type XmlAttributes, type XmlChild, type XmlNode } from "./xml.ts";
export { sameText } from "./same-text.ts";
export { isLanguageTag, isVoiceName } from "./speech-names.ts";
export { lazySchema } from "./lazy-schema.ts";
export { maskNumber, redactSecrets } from "./redact.ts";
export {
  fieldsOf,
  frameFault,
  openJsonFrames,
  readMark,
  type FrameReader,
  type FrameWords,
  type JsonFrames,
  type MessageFields,
} from "./media-frames.ts";
export * from "./socket/index.ts";
