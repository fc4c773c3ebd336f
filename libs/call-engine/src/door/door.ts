import type { CallEvent, Carrier, MintedUrl, WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";
import type { DoorUrls } from "./urls.ts";

/** A carrier with its id. */
export interface CarrierAtDoor {
  readonly id: string;
  readonly carrier: Carrier;
}

/** What the door asks the telephone. */
export interface DoorKeeper {
  /** Whose request this is: the carrier of the call, or the one that is configured. */
  carrierFor(minted: MintedUrl): CarrierAtDoor | undefined;
  /** Takes an event. Returns our id of the call that it became part of. */
  dispatch(carrierId: string, event: CallEvent): string | undefined;
  /** The document of a call; nothing where there is no such call. */
  document(callId: string, minted: MintedUrl): WebhookReply | undefined;
}

const ACKNOWLEDGED: WebhookReply = { status: 200, headers: {}, body: "" };

function refuse(status: number, body: string): WebhookReply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

/**
 * The one way in for requests of carriers, whichever listener, socket or network brought them: find whose it is, verify
 * it, answer a replay as before, and only then read it.
 */
export class Door {
  readonly #urls: DoorUrls;
  readonly #keeper: DoorKeeper;
  readonly #ports: EnginePorts;

  constructor(urls: DoorUrls, keeper: DoorKeeper, ports: EnginePorts) {
    this.#urls = urls;
    this.#keeper = keeper;
    this.#ports = ports;
  }

  /** Never rejects: what goes wrong inside is answered with 500 and logged, so that the carrier tries again. */
  handle(request: WebhookRequest): WebhookReply {
    try {
      return this.#handle(request);
    } catch (error) {
      this.#ports.log.error("a webhook could not be handled", { error: error instanceof Error ? error.message.slice(0, 200) : "unknown" });
      return refuse(500, "internal error");
    }
  }

  #handle(request: WebhookRequest): WebhookReply {
    const { log, store } = this.#ports;
    const minted = this.#urls.read(request.url);
    if (!minted) return refuse(404, "no such webhook");
    const at = this.#keeper.carrierFor(minted);
    if (!at?.carrier.verify || !at.carrier.parse) return refuse(404, "no carrier listens here");
    const verdict = at.carrier.verify(request);
    if (!verdict.ok) {
      log.warn("webhook refused: its signature does not hold for this URL", { carrier: at.id, reason: verdict.reason, url: withoutQuery(request.url) });
      return refuse(403, "signature");
    }
    const key = `${at.id} ${new URL(request.url).pathname} ${verdict.replayKey}`;
    const before = store.replayOf(key);
    if (before) return before;
    const parsed = at.carrier.parse(verdict.signed, minted);
    let callId = minted.callId;
    for (const event of parsed.events) callId = this.#keeper.dispatch(at.id, event) ?? callId;
    const reply =
      parsed.reply === "document" ? this.#document(at.carrier, callId, minted) : (parsed.acknowledgement ?? ACKNOWLEDGED);
    store.rememberReply(key, reply);
    return reply;
  }

  #document(carrier: Carrier, callId: string | undefined, minted: MintedUrl): WebhookReply {
    const document = callId === undefined ? undefined : this.#keeper.document(callId, minted);
    if (document) return document;
    this.#ports.log.warn("a carrier asked for the document of a call that is not known: it is told to hang up", { purpose: minted.purpose });
    const plan = { callId: callId ?? "unknown", revision: 0, nonce: "none", steps: [], then: "hangup" } as const;
    return carrier.render?.(plan, this.#urls.mint(plan)) ?? refuse(404, "no such call");
  }
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
