import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isVoiceName } from "@openclaw/telephony-kit";
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
  /** Voice of `speak`, `<provider>.<model>.<voice>`. A step may name another. */
  readonly voice: string;
  /** Who turns the caller's speech into text, and with which of its models. */
  readonly transcription: { readonly engine: TranscriptionEngine; readonly model?: string };
  /** Kind of answering-machine detection, where a call asks for it. */
  readonly machineDetection: MachineDetection;
}

const ENGINES = ["Google", "Telnyx", "Deepgram"] as const;
const DETECTIONS = ["detect", "detect_beep", "detect_words", "greeting_end", "premium"] as const;

/** Engines of `transcription_start` whose settings this package knows. */
export type TranscriptionEngine = (typeof ENGINES)[number];
/** Values of `answering_machine_detection`. */
export type MachineDetection = (typeof DETECTIONS)[number];

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const transcription = z.strictObject({
  engine: z.enum(ENGINES).default("Google"),
  model: z.string().regex(/^[\w./-]{1,64}$/, "has to be the name of a model").optional(),
});

const schema = z.strictObject({
  apiKey: z.string().regex(/^[\x21-\x7e]{1,256}$/, "has to be an API key (V2) without spaces"),
  connectionId: z.string().regex(/^\d{1,32}$/, "has to be the id of the Voice API application: digits, in quotes"),
  publicKey: z.string().refine((text) => readPublicKey(text) !== undefined, "has to be the public key of the account: base64 of 32 bytes, or SPKI"),
  baseUrl: z.string().refine(isBaseUrl, "has to be an https: URL without query; http: only to this machine").default("https://api.telnyx.com/v2"),
  voice: z.string().refine(isVoiceName, "has to be the name of a voice").default("AWS.Polly.Joanna-Neural"),
  transcription: transcription.prefault({}),
  machineDetection: z.enum(DETECTIONS).default("greeting_end"),
});

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username || password || search || hash) return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}

/** Validates the section. An unknown key is an error that names it. */
export const configSchema = schema as unknown as StandardSchema<TelnyxConfig>;
