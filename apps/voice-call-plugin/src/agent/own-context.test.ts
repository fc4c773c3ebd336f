import { AsyncLocalStorage } from "node:async_hooks";
import type { CallRecord, TelephoneSettings } from "@openclaw/call-engine";
import { expect, it } from "vitest";
import { inOwnContext } from "./own-context.ts";

it("lets the agent work for the telephone, not for the request that began the call", async () => {
  const request = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const note = () => Promise.resolve(void seen.push(request.getStore()));
  const responder = inOwnContext({
    identify: () => ({}),
    respond: () => note().then(() => []),
    prewarm: note,
    remember: note,
  });
  const call = {} as CallRecord;
  const settings = {} as TelephoneSettings;
  await request.run("a request that will be over", async () => {
    await responder.respond({ call, settings, text: "Hi", signal: new AbortController().signal, onText: () => {} });
    await responder.prewarm?.(call, settings);
    await responder.remember?.(call, settings, "Hello.");
  });
  expect(seen).toEqual([undefined, undefined, undefined]);
});
