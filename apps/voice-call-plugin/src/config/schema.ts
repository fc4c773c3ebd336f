import * as z from "zod";
import { answering } from "./sections/answering.ts";
import { conversation } from "./sections/conversation.ts";
import { carrierSection } from "./sections/provider-section.ts";
import { realtime } from "./sections/realtime.ts";
import { streaming } from "./sections/streaming.ts";
import { limits, telephone } from "./sections/telephone.ts";
import { webhook } from "./sections/webhook.ts";

/** Ours in the host's configuration: everything lies under `plugins.entries.voice-call.config`. */
export const PLUGIN_ID = "voice-call";

/** The groups of the settings page, in order. Every key of the root is in exactly one. */
export const groups = {
  telephone: { title: "Telephone", shape: telephone },
  answering: { title: "Answering", shape: answering },
  webhook: { title: "Webhook", shape: webhook },
  audio: { title: "Audio modes", shape: { streaming, realtime } },
  conversation: { title: "Conversation", shape: conversation },
  limits: { title: "Limits", shape: limits },
} as const;

const shape = { ...telephone, ...answering, ...webhook, streaming, realtime, ...conversation, ...limits };

/** The keys of the root that are ours. Any other key is a carrier's section. */
export const knownKeys: readonly string[] = Object.keys(shape);

const knownSchema = z.object(shape);

/**
 * The one source of the configuration. Types, manifest, settings form, secret paths and the table in the documentation
 * are made from it.
 *
 * Beside our keys stand the sections of carriers, also of ones that are not installed (yet). They are objects, so a
 * mistyped key of ours that holds a scalar is found.
 */
export const configSchema = knownSchema.catchall(carrierSection);

/** Section of a carrier, as configured. */
export type CarrierSection = Readonly<Record<string, unknown>>;

/** The configuration, validated and with defaults; carriers' sections lie apart. */
export interface VoiceCallConfig extends Readonly<z.output<typeof knownSchema>> {
  /** Sections of carriers by id, not validated by us. */
  readonly sections: Readonly<Record<string, CarrierSection>>;
}
