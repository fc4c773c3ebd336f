import { MULAW_8K, pcm16, type TranscriberEvent, type TranscriberRequest } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { FakeSocket } from "./fake-socket.test-support.ts";
import type { SocketProtocol } from "./protocol.ts";
import { socketTranscriber, type Report } from "./socket-transcriber.ts";

function makeTranscriber(protocol: Partial<SocketProtocol> = {}) {
  const [clock, log, instance] = [createVirtualClock(), createLogRecorder(), new AbortController()];
  const sockets: FakeSocket[] = [];
  const reports: Report[] = [];
  class Socket extends FakeSocket {
    constructor(...values: ConstructorParameters<typeof FakeSocket>) {
      super(...values);
      sockets.push(this);
    }
  }
  const transcriber = socketTranscriber({
    service: "Acme",
    WebSocket: Socket,
    context: { clock, log, signal: instance.signal },
    capabilities: { formats: [MULAW_8K] },
    protocol(_request, report) {
      reports.push(report);
      return { connect: () => ({ url: "wss://acme.example", headers: {} }), opened: (wire) => wire.ready(), received: () => undefined, encodeAudio: (audio) => audio, ...protocol };
    },
  });
  const open = (change: Partial<TranscriberRequest> = {}) => {
    const events: TranscriberEvent[] = [];
    const owner = new AbortController();
    const session = transcriber.open({ format: MULAW_8K, endSilenceMs: 800, onEvent: (event) => events.push(event), signal: owner.signal, ...change });
    return { session, events, owner };
  };
  return { transcriber, open, clock, sockets, reports, instance };
}

const FINAL = { type: "final", itemId: "item-1", text: "Yes." } as const;

describe("a transcriber over sockets", () => {
  it("reports that it is ready, and what its protocol reports", () => {
    const { open, sockets, reports } = makeTranscriber();
    const { events } = open();
    sockets[0]?.opens();
    reports[0]?.(FINAL);
    expect(events).toEqual([{ type: "ready" }, FINAL]);
  });

  it("refuses a format that is not declared", () => {
    const { open } = makeTranscriber();
    expect(() => open({ format: pcm16(8000) })).toThrow(expect.objectContaining({ code: "unsupported", message: "Acme does not take pcm16 at 8000 Hz" }));
  });

  it("reports what comes before the end, and nothing afterwards", async () => {
    const { open, sockets, reports, clock } = makeTranscriber({ finish: () => reports[0]?.(FINAL) });
    const { session, events } = open();
    sockets[0]?.opens();
    const closed = session.close();
    sockets[0]?.ends(1000);
    await closed;
    reports[0]?.(FINAL);
    expect(events).toEqual([{ type: "ready" }, FINAL]);
    expect(clock.pending).toBe(0);
  });

  it("reports a failure last", () => {
    const { open, sockets, reports } = makeTranscriber();
    const { events } = open();
    sockets[0]?.tell("unexpected-response", {}, { statusCode: 401, headers: {} });
    reports[0]?.(FINAL);
    expect(events).toMatchObject([{ type: "failed", error: { code: "auth-failed" } }]);
  });

  it("is told of a key that no header takes as of any failure", async () => {
    const { open, clock, transcriber } = makeTranscriber({
      connect: () => {
        throw new TypeError('Invalid character in header content ["authorization"]');
      },
    });
    const { events } = open();
    await clock.advance(0);
    expect(events).toMatchObject([{ type: "failed", error: { code: "config-invalid" } }]);
    await transcriber.close();
  });

  it("says nothing any more once its signal is aborted", () => {
    for (const which of ["owner", "instance"] as const) {
      const { open, sockets, reports, instance } = makeTranscriber();
      const { events, owner } = open();
      sockets[0]?.opens();
      (which === "owner" ? owner : instance).abort();
      reports[0]?.(FINAL);
      expect(events).toEqual([{ type: "ready" }]);
      expect(sockets[0]?.terminated).toBe(true);
    }
  });

  it("connects nothing for a signal that was aborted before", async () => {
    const { open, sockets, reports, transcriber } = makeTranscriber();
    const { events } = open({ signal: AbortSignal.abort() });
    reports[0]?.(FINAL);
    await transcriber.close();
    expect([events, sockets]).toEqual([[], []]);
  });

  it("ends every session with itself, and opens none afterwards", async () => {
    const { open, sockets, transcriber, clock } = makeTranscriber();
    for (let count = 0; count < 2; count++) open();
    for (const socket of sockets) socket.opens();
    const closed = transcriber.close();
    for (const socket of sockets) socket.ends(1000);
    await closed;
    expect(clock.pending).toBe(0);
    expect(() => open()).toThrow(expect.objectContaining({ code: "aborted" }));
  });
});
