import * as z from "zod";
import { field } from "../field.ts";
import { PROVIDER_ID, baseUrl, secret } from "../values.ts";

const apiKey = () =>
  field(secret().exactOptional(), { label: "API key", help: "Credential of the provider, as text or secret reference.", common: true });

const providerBaseUrl = () =>
  field(baseUrl().exactOptional(), {
    label: "Base URL",
    help: "Replaces the vendor's documented base URL: regional endpoints, self-hosted servers, tests. Unencrypted only to this machine.",
    absent: "the vendor's",
  });

/**
 * Section of a carrier. The carrier's own package owns and validates it when the telephone starts; only what is the same
 * for all is looked at here, so that a carrier that is not installed yet does no harm.
 */
export const carrierSection = z.looseObject({
  apiKey: apiKey(),
  authToken: field(secret().exactOptional(), {
    label: "Auth token",
    help: "Credential of the carrier, as text or secret reference.",
    common: true,
  }),
  baseUrl: providerBaseUrl(),
});

/** Sections of transcribers or realtime voices, by provider id. */
export const providerSections = () =>
  z.record(z.string().regex(PROVIDER_ID), z.looseObject({ apiKey: apiKey(), baseUrl: providerBaseUrl() }));

/** Sections of the host's speech providers, by provider id. Their shape, base URL included, is the host's. */
export const speechSections = () => z.record(z.string(), z.looseObject({ apiKey: apiKey() }));
