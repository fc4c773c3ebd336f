import { createPublicKey } from "node:crypto";
import { expect, it, vi } from "vitest";
import type { CarrierContext } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { telnyxDefinition } from "./definition.ts";
import { subjects, signedRequest } from "./testing/index.ts";

vi.mock("node:crypto", { spy: true });

it("the public key is imported once for a carrier, however many webhooks are verified", async () => {
  const clock = createVirtualClock();
  const context = { clock, log: createLogRecorder(), signal: new AbortController().signal } as unknown as CarrierContext;
  const carrier = await telnyxDefinition.create(subjects[0]?.config as never, context);
  const imported = vi.mocked(createPublicKey).mock.calls.length;
  expect(imported).toBeGreaterThan(0);
  const verdicts = [1, 2, 3].map((id) => carrier.verify?.(signedRequest("https://voice.example.com/voice/webhook", `{"data":{"id":"${id}"}}`, clock.now())).ok);
  expect(verdicts).toEqual([true, true, true]);
  expect(createPublicKey).toHaveBeenCalledTimes(imported);
  await carrier.close();
});
