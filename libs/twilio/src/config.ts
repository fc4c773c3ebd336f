import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isBaseUrl, isE164 } from "@openclaw/telephony-kit";

/** The section `twilio` of the telephone's configuration. */
export interface TwilioConfig {
  /** `AC` and 32 hexadecimal digits. */
  readonly accountSid: string;
  /** Signs Twilio's webhooks, and signs us in where there is no API key. */
  readonly authToken: string;
  /** An API key (`SK` and 32 hexadecimal digits) that signs us in instead of the auth token. */
  readonly apiKeySid?: string;
  readonly apiKeySecret?: string;
  /** E.164 number that calls come from where the telephone is configured with none. */
  readonly fromNumber?: string;
  /** Where the account's calls are processed. Credentials belong to one region. Default: Twilio's, which is the US. */
  readonly region?: "us1" | "ie1" | "au1";
  /** Where requests enter Twilio's network, for example `dublin`. Alone it implies the region `us1`. */
  readonly edge?: string;
  /** Stands for `https://api.twilio.com`; `region` and `edge` are of no effect beside it. */
  readonly baseUrl?: string;
}

const sid = (prefix: string) => z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `has to be ${prefix} and 32 hexadecimal digits`);
const secret = z.string().min(1).max(200);

const schema = z
  .strictObject({
    accountSid: sid("AC"),
    authToken: secret,
    apiKeySid: sid("SK").optional(),
    apiKeySecret: secret.optional(),
    fromNumber: z.string().refine(isE164, "has to be E.164: + and up to 15 digits, the first not 0").optional(),
    region: z.enum(["us1", "ie1", "au1"]).optional(),
    edge: z.string().regex(/^[a-z]+(-[a-z]+)*$/, "has to be the name of an edge, for example dublin").optional(),
    baseUrl: z.string().refine(isBaseUrl, "has to be an https URL, or http to this machine, without credentials, query and fragment").optional(),
  })
  .superRefine(({ apiKeySid, apiKeySecret }, context) => {
    if ((apiKeySid === undefined) === (apiKeySecret === undefined)) return;
    const missing = apiKeySid === undefined ? "apiKeySid" : "apiKeySecret";
    context.addIssue({ code: "custom", path: [missing], message: "an API key needs both apiKeySid and apiKeySecret" });
  });

/** Validates the section. No section at all is an empty one, so that every missing key is named. */
export const configSchema = schema.prefault({} as never) as unknown as StandardSchema<TwilioConfig>;

/** Origin and base path of the REST API, without a slash at the end: `api[.edge][.region].twilio.com`. */
export function restBase({ baseUrl, region, edge }: TwilioConfig): string {
  if (baseUrl !== undefined) return baseUrl.replace(/\/+$/, "");
  const home = region ?? (edge === undefined ? undefined : "us1");
  return `https://${["api", edge, home, "twilio.com"].filter((part) => part !== undefined).join(".")}`;
}
