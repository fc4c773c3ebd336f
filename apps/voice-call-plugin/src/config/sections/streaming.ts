import * as z from "zod";
import { field } from "../field.ts";
import { PROVIDER_ID, httpPath, milliseconds } from "../values.ts";
import { providerSections } from "./provider-section.ts";

const sockets = () => z.int().min(1).max(10_000);

/** Transcription of live audio. */
export const streaming = field(
  z.strictObject({
    enabled: field(z.boolean().default(false), {
      label: "Enabled",
      help: "Sends live audio to a transcriber and speaks over the same stream. Not together with `realtime.enabled`.",
      common: true,
    }),
    streamPath: field(httpPath().default("/voice/stream"), { label: "Path", help: "Path of the media sockets." }),
    provider: field(z.string().regex(PROVIDER_ID).exactOptional(), {
      label: "Transcriber",
      help: "Id of the transcriber.",
      absent: "the first that is configured",
      common: true,
    }),
    providers: field(providerSections().default({}), {
      label: "Transcribers",
      help: "Sections of transcribers, by id; each is validated by its own package.",
      common: true,
    }),
    preStartTimeoutMs: field(milliseconds(100, 60_000).default(5000), {
      label: "Start within (ms)",
      help: "Closes media sockets that do not begin.",
    }),
    maxPendingConnections: field(sockets().default(32), { label: "Pending sockets", help: "Media sockets that have not begun." }),
    maxPendingConnectionsPerIp: field(sockets().default(4), {
      label: "Pending sockets per address",
      help: "The same, by source address.",
    }),
    leadMs: field(milliseconds(40, 1000).default(300), {
      label: "Lead (ms)",
      help: "Audio that is sent ahead of the caller's ear, at least: a stall of the Gateway up to this is not heard. It is more while the Gateway stands still at times. Interruptions stay immediate, because the carrier is told to drop it.",
    }),
    maxConnections: field(sockets().default(128), { label: "Media sockets", help: "All media sockets." }),
  }).prefault({}),
  { label: "Streaming", help: "Transcription of live audio." },
);
