import type { Carrier } from "../carrier.ts";
import type { MintedUrl, ParsedWebhook, SignedRequest, WebhookReply, WebhookRequest } from "../webhook.ts";
import type { CallTable, KitCall } from "./calls.ts";
import type { Minting } from "./minting.ts";

/** A webhook whose signature was right. */
export interface Admitted {
  readonly request: WebhookRequest;
  readonly signed: SignedRequest;
  readonly replayKey: string;
  readonly path: string;
}

/** A webhook that went all the way. */
export interface Exchange extends Admitted {
  readonly minted: MintedUrl;
  readonly parsed: ParsedWebhook;
  readonly reply: WebhookReply;
}

/** The engine's door in miniature: guard, signature, replay, parse, then the call's document. */
export interface Door {
  deliver(request: WebhookRequest): Promise<WebhookReply>;
  readonly exchanges: readonly Exchange[];
  /** Also those that were taken for replays. */
  readonly admitted: readonly Admitted[];
  /** URLs to which a request came and which were never minted. */
  readonly strays: readonly string[];
  /** Why requests were not let in. */
  readonly refusals: readonly string[];
}

/** Documents that one call is given at one moment: far beyond any plan, small enough to end a loop without time. */
const MAX_DOCUMENTS_AT_ONCE = 50;
const PLAIN = { "content-type": "text/plain" };

/** Opens a door in front of a carrier. `carrier` and `now` are asked when a request comes. */
export function openDoor(minting: Minting, calls: CallTable, carrier: () => Carrier, now: () => number): Door {
  const exchanges: Exchange[] = [];
  const admitted: Admitted[] = [];
  const strays: string[] = [];
  const refusals: string[] = [];
  const replies = new Map<string, WebhookReply>();
  const documents = new Map<string, number>();

  const documentFor = (call: KitCall | undefined): WebhookReply => {
    if (!call) return { status: 404, headers: PLAIN, body: "" };
    const moment = `${call.callId}@${now()}`;
    const asked = (documents.get(moment) ?? 0) + 1;
    documents.set(moment, asked);
    if (asked > MAX_DOCUMENTS_AT_ONCE) calls.setPlan(call, { steps: [], then: "hangup" });
    const { render } = carrier();
    return render ? render.call(carrier(), call.plan, call.urls) : { status: 500, headers: PLAIN, body: "" };
  };

  const enter = (request: WebhookRequest, minted: MintedUrl): WebhookReply => {
    const target = carrier();
    const verdict = target.verify?.(request) ?? { ok: false, reason: "the carrier has no verify" };
    if (!verdict.ok) {
      refusals.push(verdict.reason);
      return { status: 403, headers: PLAIN, body: "" };
    }
    const path = new URL(request.url).pathname;
    const { signed, replayKey } = verdict;
    admitted.push({ request, signed, replayKey, path });
    const key = `${path}|${replayKey}`;
    const stored = replies.get(key);
    if (stored) return stored;
    const parsed = target.parse?.(signed, minted) ?? { events: [], reply: "acknowledge" };
    const before = calls.byId(minted.callId)?.plan.revision;
    for (const event of parsed.events) calls.take(event, "webhook", path, minted);
    const call = calls.byId(minted.callId) ?? calls.seen.at(-1)?.call;
    if (call && minted.purpose === "continuation" && call.plan.revision === before && before === minted.revision) calls.advance(call);
    const reply = parsed.reply === "document" ? documentFor(call) : (parsed.acknowledgement ?? { status: 200, headers: {}, body: "" });
    replies.set(key, reply);
    exchanges.push({ request, signed, replayKey, path, minted, parsed, reply });
    return reply;
  };

  return {
    exchanges,
    admitted,
    strays,
    refusals,
    async deliver(request) {
      const minted = minting.lookup(request.url);
      if (!minted) {
        strays.push(request.url);
        return { status: 404, headers: PLAIN, body: "" };
      }
      try {
        return enter(request, minted);
      } catch (error) {
        refusals.push(error instanceof Error ? error.message : String(error));
        return { status: 500, headers: PLAIN, body: "" };
      }
    },
  };
}
