import { MULAW_8K, type TranscriberEvent } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { findHostTranscribers } from "./audio-providers.ts";
import { hostTranscribers, type HostTranscriptionProvider } from "./transcription.ts";

type Session = Parameters<HostTranscriptionProvider["createSession"]>[0];

/** A host with one provider, whose sessions are in the test's hands. */
function host({ configured = true, connects = true } = {}) {
  const sessions: (Session & { sent: number; closed: boolean; connected: boolean })[] = [];
  const provider: HostTranscriptionProvider = {
    id: "acme",
    label: "Acme",
    resolveConfig: ({ rawConfig }) => ({ ...rawConfig, resolved: true }),
    isConfigured: () => configured,
    createSession(request) {
      const session = { ...request, sent: 0, closed: false, connected: connects };
      sessions.push(session);
      return {
        connect: () => (connects ? Promise.resolve() : Promise.reject(new Error("401"))),
        sendAudio: (audio) => void (session.sent += audio.length),
        close: () => void (session.closed = true),
        isConnected: () => session.connected,
      };
    },
  };
  const find = hostTranscribers({ getRealtimeTranscriptionProvider: (id) => (id === "acme" ? provider : undefined) }, { config: { current: () => ({}) } });
  return { find, sessions };
}

async function open(options: Parameters<typeof host>[0] = {}) {
  const { find, sessions } = host(options);
  const clock = createVirtualClock();
  const log = createLogRecorder();
  const ended = new AbortController();
  const events: TranscriberEvent[] = [];
  const transcriber = await find("acme")?.create({ apiKey: "k" }, { clock, log, signal: ended.signal });
  const session = transcriber?.open({ format: MULAW_8K, endSilenceMs: 800, onEvent: (event) => void events.push(event), signal: ended.signal });
  await clock.settle();
  const [given] = sessions;
  if (!session || !given) throw new Error("no session was opened");
  return { session, given, events, clock, ended };
}

describe("a transcription provider of the host", () => {
  it("is found under its id, as one and the same each time", () => {
    const { find } = host();
    expect(find("acme")).toMatchObject({ kind: "transcriber", id: "acme", label: "Acme" });
    expect(find("acme")).toBe(find("acme"));
    expect(find("nobody")).toBeUndefined();
  });

  it("is refused, by the key of its section, while it is not configured", async () => {
    await expect(open({ configured: false })).rejects.toMatchObject({ code: "config-invalid", message: expect.stringContaining("streaming.providers.acme") as string });
  });

  it("gets the audio as it is, and its section as the host completes it", async () => {
    const { session, given } = await open();
    session.write(new Uint8Array(160));
    expect(given.sent).toBe(160);
    expect(given.providerConfig).toEqual({ apiKey: "k", resolved: true });
  });

  it("tells one utterance from the next", async () => {
    const { given, events } = await open();
    given.onSpeechStart();
    given.onPartial("yes");
    given.onTranscript("Yes.");
    given.onPartial("yes");
    given.onTranscript("Yes.");
    expect(events).toEqual([
      { type: "ready" },
      { type: "speechStarted", itemId: "host-1" },
      { type: "partial", itemId: "host-1", text: "yes" },
      { type: "final", itemId: "host-1", text: "Yes." },
      { type: "partial", itemId: "host-2", text: "yes" },
      { type: "final", itemId: "host-2", text: "Yes." },
    ]);
  });

  it("is gone for good when it cannot connect", async () => {
    const { events, given } = await open({ connects: false });
    expect(events).toMatchObject([{ type: "failed", error: { code: "unavailable" } }]);
    expect(given.closed).toBe(true);
  });

  it("is gone for good when it stays away after an error, and not when it comes back", async () => {
    const { events, given, clock } = await open();
    given.onError(new Error("reset"));
    await clock.advance(25_000);
    expect(events.some(({ type }) => type === "failed")).toBe(false);
    given.connected = false;
    given.onError(new Error("reconnect limit reached"));
    await clock.advance(25_000);
    expect(events.filter(({ type }) => type === "failed")).toHaveLength(1);
  });

  it("gives its last words after the end, and nothing after that", async () => {
    const { session, given, events, clock } = await open();
    const closing = session.close();
    expect(given.closed).toBe(true);
    given.onTranscript("Goodbye.");
    await clock.advance(1100);
    await closing;
    given.onTranscript("Too late.");
    expect(events.filter(({ type }) => type === "final")).toMatchObject([{ text: "Goodbye." }]);
    expect(clock.pending).toBe(0);
  });

  it("ends with the call", async () => {
    const { given, ended, clock } = await open();
    given.onError(new Error("reset"));
    ended.abort();
    expect(given.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("is not there on a host that keeps its providers to itself", async () => {
    const find = await findHostTranscribers({ config: { current: () => ({}) } }, createLogRecorder(), () => Promise.reject(new Error("not exported")));
    expect(find("acme")).toBeUndefined();
  });
});
