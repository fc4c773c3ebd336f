import { afterEach, describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import type { LoopbackTranscription } from "@openclaw/phone-network/transcription";
import { WebSocket } from "ws";
import { API_KEY, startLoopbackTranscription } from "./index.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const NOVA = "/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000";
const FLUX = "/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000";

async function start(clock = createVirtualClock()): Promise<LoopbackTranscription> {
  const service = await startLoopbackTranscription({ clock });
  open.push(service);
  return service;
}

/** How a connection ended: a status and Deepgram's words, or the close code with what was said before. */
async function ending({ origin }: LoopbackTranscription, path: string, messages: readonly (string | Uint8Array)[] = [], authorization = `Token ${API_KEY}`): Promise<string> {
  const socket = new WebSocket(`${origin}${path}`, { headers: { authorization } });
  open.push({ close: () => socket.terminate() });
  const said: string[] = [];
  socket.on("error", () => undefined);
  socket.on("open", () => messages.forEach((message) => socket.send(message)));
  socket.on("message", (data: Buffer) => said.push((JSON.parse(data.toString()) as { readonly code?: string }).code ?? ""));
  return await new Promise((resolve) => {
    socket.on("unexpected-response", (_request, { statusCode, headers }) => resolve(`${statusCode} ${String(headers["dg-error"])}`));
    socket.on("close", (code, reason) => resolve([code, reason.toString().slice(0, 9), ...said.filter((one) => one !== "")].join(" ").trim()));
  });
}

describe("the fake refuses", () => {
  it.each([
    ["/v1/speak?model=nova-3", "404 The requested resource does not exist"],
    ["/v1/listen?encoding=mulaw&sample_rate=8000", "400 model is missing"],
    ["/v1/listen?model=nova-3&sample_rate=8000", "400 encoding is missing"],
    [`${NOVA}&interim=true`, "400 unknown parameter interim"],
    [`${NOVA}&interim_results=yes`, "400 invalid value of interim_results"],
    [`${NOVA}&channels=1&channels=1`, "400 channels is given more than once"],
    [`${NOVA}&utterance_end_ms=1000`, "400 utterance_end_ms needs interim_results, and 1000 at least"],
    [`${NOVA}&interim_results=true&utterance_end_ms=800`, "400 utterance_end_ms needs interim_results, and 1000 at least"],
    [`${NOVA}&keywords=Acme`, "400 keywords are not known to nova-3"],
    [NOVA.replace("nova-3", "nova-2&keyterm=Acme"), "400 keyterm needs nova-3"],
    [NOVA.replace("nova-3", "flux-general-en"), "400 this model is offered by v2/listen only"],
    [FLUX.replace("flux-general-en", "nova-3"), "400 no such model in v2/listen"],
    [`${FLUX}&interim_results=true`, "400 unknown parameter interim_results"],
    [`${FLUX}&eot_threshold=0.2`, "400 a threshold is out of range"],
    [`${FLUX}&language_hint=en`, "400 language_hint needs flux-general-multi"],
    [FLUX.replace("8000", "11025"), "400 sample_rate is not supported"],
  ])("%s", async (path, words) => {
    expect(await ending(await start(), path)).toBe(words);
  });

  it("a key that it does not know", async () => {
    expect(await ending(await start(), NOVA, [], "Token another")).toBe("401 Invalid credentials");
    expect(await ending(await start(), NOVA, [], `Bearer ${API_KEY}`)).toBe("401 Invalid credentials");
  });
});

describe("the fake closes", () => {
  it.each([
    [NOVA, ["hello"], "1008 DATA-0000"],
    [NOVA, ['{"type":"Flush"}'], "1008 DATA-0000"],
    [NOVA, ['{"type":"KeepAlive","now":true}'], "1008 DATA-0000"],
    [NOVA, [new Uint8Array(160), '{"type":"CloseStream"}'], "1000"],
    [NOVA, [new Uint8Array(0)], "1000"],
    [FLUX, ['{"type":"KeepAlive"}'], "1008  UNPARSABLE_CLIENT_MESSAGE"],
    [FLUX, [new Uint8Array(160), '{"type":"CloseStream"}'], "1005"],
  ])("%s after %j", async (path, messages, words) => {
    expect(await ending(await start(), path, messages)).toBe(words);
  });

  it("where nothing comes for ten seconds, or only signs of life", async () => {
    for (const [path, words] of [[NOVA, "1011 NET-0001:"], [FLUX, "1011"]] as const) {
      const clock = createVirtualClock();
      const service = await start(clock);
      const ended = ending(service, path);
      await waitFor(() => service.sessions.length === 1);
      await clock.advance(10_000);
      expect(await ended).toBe(words);
    }
    const clock = createVirtualClock();
    const service = await start(clock);
    const ended = ending(service, NOVA, ['{"type":"KeepAlive"}']);
    await waitFor(() => service.sessions[0]?.keepAlives === 1);
    await clock.advance(10_000);
    expect(await ended).toBe("1011 NET-0001:");
  });
});

async function waitFor(predicate: () => boolean): Promise<void> {
  while (!predicate()) await new Promise<void>((resolve) => void setImmediate(resolve));
}
