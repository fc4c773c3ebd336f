import { createPublicKey, verify } from "node:crypto";
import type { Scenario } from "../harness/scenario.ts";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import { silentLog, systemClock } from "@openclaw/phone-network/wire";
import { telnyxDefinition } from "@openclaw/voice-call-telnyx";
import { ACCOUNT, SIGNING_KEY } from "@openclaw/voice-call-telnyx/testing";
import { telnyxNews } from "./messages.ts";

const KEY = createPublicKey(SIGNING_KEY).export({ format: "der", type: "spki" });

/** Shows that the key of an account is imported once: checking a signature costs less than where every check imports it. */
export async function telnyxKeyScenario(): Promise<Scenario> {
  const context = { log: silentLog, clock: systemClock, signal: new AbortController().signal, emit: () => {} };
  const config = { ...ACCOUNT, baseUrl: "http://127.0.0.1:9", voice: "AWS.Polly.Joanna-Neural", transcription: { engine: "Google" }, machineDetection: "greeting_end" } as const;
  const carrier = await telnyxDefinition.create(config, context as never);
  const webhook = telnyxNews("v3:bench");
  const accepted = () => carrier.verify?.(webhook).ok === true;
  if (!accepted() || !verifiesAnew(webhook)) throw new Error("a signature that holds was refused");
  return {
    title: "Telnyx: one signature (Ed25519)",
    subjects: [
      { name: "key imported for each webhook", call: () => verifiesAnew(webhook) },
      { name: "the carrier", call: accepted },
    ],
    targets: [{ subject: "the carrier", base: "key imported for each webhook", atMost: 0.9 }],
  };
}

/** What the host's own telephone does: takes the key as configured, every time. */
function verifiesAnew({ headers, body }: WebhookRequest): boolean {
  const key = createPublicKey({ key: KEY, format: "der", type: "spki" });
  const message = Buffer.concat([Buffer.from(`${headers["telnyx-timestamp"] ?? ""}|`), body]);
  return verify(null, message, key, Buffer.from(headers["telnyx-signature-ed25519"] ?? "", "base64"));
}
