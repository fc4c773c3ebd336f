import { setupServer } from "msw/node";
import type { CallRef, CallUrls, Carrier, DialRequest, WebhookRequest } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { HeldParty, MediaRefused, type MediaRequest } from "@openclaw/phone-network";
import { mswHandlers, recordRequests, wirePair } from "@openclaw/phone-network/wire";
import { plivoDefinition } from "../definition.ts";
import { ACCOUNT, FakePlivo } from "../testing/index.ts";
import { OurSocket } from "./our-socket.ts";

export const OURS = "+15550100001";
export const THEIRS = "+15550100002";

/** URLs of one call, told apart by `mark`. */
export const urlsOf = (mark: string): CallUrls =>
  Object.fromEntries(
    ["document", "continuation", "status", "machine", "recording", "transfer", "media"].map((purpose) => [purpose, `https://voice.example.com/${purpose}/${mark}`]),
  ) as unknown as CallUrls;

/** The carrier in front of the fake, in process, with time and the far end in the test's hands. */
export async function openBench() {
  const clock = createVirtualClock();
  const log = createLogRecorder();
  const life = new AbortController();
  const party = new HeldParty();
  /** Where Plivo asked or told something, with what it said. */
  const webhooks: { readonly url: string; readonly fields: URLSearchParams }[] = [];
  const documents = new Map<string, string>();
  /** Told of every webhook as it is. A test may replace it. How many of the next media sockets we refuse. */
  const hooks = { onWebhook: (_request: WebhookRequest): void => undefined, refusesMedia: 0 };
  /** Requests for media sockets, and those that were opened to us. */
  const upgrades: MediaRequest[] = [];
  const sockets: OurSocket[] = [];
  const connectMedia = (request: MediaRequest) => {
    upgrades.push(request);
    if (hooks.refusesMedia-- > 0) return Promise.reject(new MediaRefused("refused", 403));
    const [theirs, ours] = wirePair();
    sockets.push(new OurSocket(request, ours));
    return Promise.resolve(theirs);
  };
  const fake = new FakePlivo({
    account: ACCOUNT,
    clock,
    log,
    entryUrl: "https://voice.example.com/entry",
    people: { ringMs: 0, speakingMsPerWord: 0 },
    party: () => party,
    connectMedia,
    deliver: (arrived) => {
      const { url, body } = arrived;
      hooks.onWebhook(arrived);
      webhooks.push({ url, fields: new URLSearchParams(new TextDecoder().decode(body)) });
      const document = documents.get(url) ?? '<Response><Wait length="600"/></Response>';
      return Promise.resolve({ status: 200, headers: { "content-type": "application/xml" }, body: document });
    },
  });
  const service = recordRequests(fake.service);
  const msw = setupServer(...(await mswHandlers(service)));
  msw.listen({ onUnhandledFrame: "error" });
  const context = { clock, log, signal: life.signal, emit: () => undefined, media: { attach: () => undefined } };
  const webhookPort = { deliver: () => Promise.reject(new Error("not used")), entryUrl: "https://voice.example.com/entry" };
  const carrier: Carrier = await plivoDefinition.create({ ...ACCOUNT, baseUrl: "https://api.plivo.com" }, { ...context, webhooks: webhookPort });

  /** The outcome of work, for which time goes on as long as it takes. */
  async function outcome<T>(work: Promise<T>): Promise<{ value?: T; error?: { code: string; retryable: boolean; message: string; providerCode?: string; retryAfterMs?: number } }> {
    let settled: Awaited<ReturnType<typeof outcome<T>>> | undefined;
    work.then(
      (value) => (settled = { value }),
      (error: unknown) => (settled = { error: error as never }),
    );
    for (let step = 0; !settled && step < 400; step++) {
      await new Promise(setImmediate);
      if (step > 20) await clock.advance(100);
    }
    if (!settled) throw new Error("the work did not settle");
    return settled;
  }

  const request = (more: Partial<DialRequest> = {}): DialRequest => ({
    callId: "call-1",
    from: OURS,
    to: THEIRS,
    plan: { callId: "call-1", revision: 1, nonce: "N1", steps: [], then: "hold" },
    urls: urlsOf("k1"),
    ringTimeoutMs: 30_000,
    maxDurationMs: 300_000,
    signal: new AbortController().signal,
    ...more,
  });

  return Object.assign(hooks, {
    clock,
    log,
    life,
    party,
    webhooks,
    documents,
    upgrades,
    sockets,
    fake,
    carrier,
    requests: service.requests,
    outcome,
    request,
    signal: (): AbortSignal => new AbortController().signal,
    /** A call as the engine would know it after its dial, and after the first webhook. */
    async placed(): Promise<{ readonly dialled: CallRef; readonly known: CallRef; readonly callUuid: string }> {
      const { carrierIds } = await carrier.dial(request());
      // It rings a moment later.
      await clock.advance(1);
      const callUuid = fake.network.legs.at(-1)?.id ?? "";
      const dialled: CallRef = { callId: "call-1", carrierIds, direction: "outbound", from: OURS, to: THEIRS };
      return { dialled, callUuid, known: { ...dialled, carrierIds: [...carrierIds, callUuid], carrierState: { callUuid } } };
    },
    async close() {
      life.abort();
      await carrier.close();
      fake.close();
      msw.close();
    },
  });
}

export type Bench = Awaited<ReturnType<typeof openBench>>;
