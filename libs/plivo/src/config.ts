import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isBaseUrl } from "@openclaw/telephony-kit";

/** Plivo's section of the configuration. */
export interface PlivoConfig {
  /** Auth ID of the account (`MA…`) or of a subaccount (`SA…`). */
  readonly authId: string;
  /** Auth token of the same account: opens the REST API and signs the webhooks. */
  readonly authToken: string;
  /** What stands for `https://api.plivo.com`, without a slash at the end. */
  readonly baseUrl: string;
}

const schema = z.strictObject({
  authId: z.string().regex(/^[MS]A[A-Z0-9]{18}$/, "has to be the Auth ID from Plivo's console: MA or SA and 18 capital letters or digits"),
  authToken: z.string().regex(/^\S+$/, "has to be the auth token from Plivo's console"),
  baseUrl: z
    .string()
    .refine(isBaseUrl, "has to be an https URL (http to this machine only) without credentials, query and fragment")
    .transform((url) => url.replace(/\/+$/, ""))
    .default("https://api.plivo.com"),
});

/** Validates Plivo's section. */
export const configSchema: StandardSchema<PlivoConfig> = schema;
