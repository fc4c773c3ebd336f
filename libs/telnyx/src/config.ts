import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isBaseUrl, isVoiceName } from "@openclaw/telephony-kit";
import { readPublicKey } from "./signature.ts";

/** The section `telnyx` of the configuration, with its defaults filled in. */
export interface TelnyxConfig {
  /** API key (V2), `KEY…`. */
  readonly apiKey: string;
  /** Id of the Voice API application, which is what the carrier calls a connection. */
  readonly connectionId: string;
  /** Public key of the account's webhooks: base64 of the 32 bytes, or of their SPKI form, with or without PEM armour. */
  readonly publicKey: string;
  /** What stands for `https://api.telnyx.com/v2`. */
  readonly baseUrl: string;
  /** Voice of `speak`, `<provider>.<model>.<voice>`, which brings its language. A step may name another. */
  readonly voice: string;
}

const schema = z.strictObject({
  apiKey: z.string().regex(/^[\x21-\x7e]{1,256}$/, "has to be an API key (V2) without spaces"),
  connectionId: z.string().regex(/^\d{1,32}$/, "has to be the id of the Voice API application: digits, in quotes"),
  publicKey: z.string().refine((text) => readPublicKey(text) !== undefined, "has to be the public key of the account: base64 of 32 bytes, or SPKI"),
  baseUrl: z.string().refine(isBaseUrl, "has to be an https: URL without query; http: only to this machine").default("https://api.telnyx.com/v2"),
  voice: z.string().refine((name) => isVoiceName(name) && name.includes("."), "has to be the full name of a voice").default("AWS.Polly.Joanna-Neural"),
});

/** Validates the section. An unknown key is an error that names it. */
export const configSchema: StandardSchema<TelnyxConfig> = schema;
