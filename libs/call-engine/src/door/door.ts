import { createHash } from "node:crypto";
import type { Carrier, CarrierCapabilities, CallEvent, MintedUrl, ParsedWebhook, VerifyResult, WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";
import { Batches } from "./batches.ts";
import type { ListenerTarget, WebhookHead } from "./listener.ts";
import type { SeenRequest } from "./public-url.ts";
import { loggable, pathOf, type DoorUrls } from "./urls.ts";

/** A carrier with its id. */
export interface CarrierAtDoor {
  readonly id: string;
  readonly carrier: Carrier;
  readonly capabilities: CarrierCapabilities;
}

/** What the door asks the telephone. */
export interface DoorKeeper {
  /** Whose request this is: the carrier of the call, or the one that is configured. */
  carrierFor(minted: MintedUrl): CarrierAtDoor | undefined;
  /** Takes an event. Returns our id of the call that it became part of. */
  dispatch(carrierId: string, event: CallEvent): string | undefined;
  /** The document of a call; nothing where there is no such call. */
  document(callId: string, minted: MintedUrl): WebhookReply | undefined;
  /** Signatures are not checked: for tests on this machine. */
  skipVerification(): boolean;
  /** A request whose signature holds came in under this entry URL. */
  reached(base: string): void;
}

/** What the door needs to know of how a request looks from outside. */
type SeenFromDoor = Pick<SeenRequest, "spellings" | "base">;

const UNSEEN: SeenFromDoor = { spellings: () => [], base: "" };
const ACKNOWLEDGED: WebhookReply = { status: 200, headers: {}, body: "" };
const SAYS_NOTHING: ParsedWebhook = { events: [], reply: "acknowledge" };
const METHODS: readonly string[] = ["GET", "POST"];

type Verified = Extract<VerifyResult, { ok: true }>;

/**
 * A request that waits for those that arrive together with it. Whatever waits is an object of a class, and little of it:
 * where many objects of one literal outlive a garbage collection, V8 makes the next ones of it for long lives, and then
 * everything that they lead to stays until a full collection.
 */
class Visit {
  /** What it is told where nothing was stored or read for its sake. */
  refusal: WebhookReply | undefined;

  constructor(
    readonly request: WebhookRequest,
    readonly seen: SeenFromDoor,
  ) {}
}

/** A request that is a carrier's, and not yet acted on. */
interface Admitted {
  readonly at: CarrierAtDoor;
  readonly minted: MintedUrl;
  readonly verified: Verified;
  readonly pathname: string;
}

/**
 * The one way in for requests of carriers, whichever listener, socket or network brought them: find whose it is, verify
 * it, answer a replay as before, and only then read it.
 */
export class Door implements ListenerTarget {
  readonly #urls: DoorUrls;
  readonly #keeper: DoorKeeper;
  readonly #ports: EnginePorts;
  readonly #batches = new Batches((visits: readonly Visit[]) => this.#replyToAll(visits));

  constructor(urls: DoorUrls, keeper: DoorKeeper, ports: EnginePorts) {
    this.#urls = urls;
    this.#keeper = keeper;
    this.#ports = ports;
  }

  refusal({ method, url, headers }: WebhookHead): WebhookReply | undefined {
    if (!METHODS.includes(method)) return { ...refuse(405, "method not allowed"), headers: { ...TEXT, allow: METHODS.join(", ") } };
    const minted = this.#urls.read(url);
    if (!minted) return refuse(404, "no such webhook");
    const at = this.#keeper.carrierFor(minted);
    // A carrier's package may be on its way: whoever asks again in a moment is served.
    if (!at) return { ...refuse(503, "no carrier listens at the moment"), headers: { ...TEXT, "retry-after": "5" } };
    const sets = this.#keeper.skipVerification() ? undefined : at.capabilities.signatureHeaders;
    if (!sets || sets.some((set) => set.every((name) => headers[name]))) return undefined;
    this.#ports.log.warn("webhook refused: it brings no signature", { carrier: at.id, url: loggable(url) });
    return refuse(401, "signature missing");
  }

  /** Never rejects: what goes wrong inside is answered with 500 and logged, so that the carrier tries again. */
  handle(request: WebhookRequest, seen: SeenFromDoor = UNSEEN): Promise<WebhookReply> {
    return this.#batches.add(new Visit(request, seen));
  }

  /** Whose request it is, and that it is theirs. A refusal where it is not: nothing was stored or read for its sake. */
  #admit(request: WebhookRequest, seen: SeenFromDoor): Admitted | WebhookReply {
    const minted = this.#urls.read(request.url);
    if (!minted) return refuse(404, "no such webhook");
    const at = this.#keeper.carrierFor(minted);
    if (!at?.carrier.parse) return refuse(404, "no carrier listens here");
    const verified = this.#verify(at, request, seen);
    if (!verified) return refuse(403, "signature");
    if (seen.base !== "") this.#keeper.reached(seen.base);
    return { at, minted, verified, pathname: pathOf(request.url) ?? "" };
  }

  /** Replies to requests whose changes reach the disk together, before any of them is answered. */
  #replyToAll(visits: readonly Visit[]): readonly WebhookReply[] {
    try {
      return this.#ports.store.together(() => visits.map((visit) => this.#replySafely(visit)));
    } catch (error) {
      const broken = this.#broken(error);
      return visits.map(({ refusal }) => refusal ?? broken);
    }
  }

  #replySafely(visit: Visit): WebhookReply {
    try {
      const admitted = this.#admit(visit.request, visit.seen);
      return "status" in admitted ? (visit.refusal = admitted) : this.#reply(admitted);
    } catch (error) {
      return this.#broken(error);
    }
  }

  #reply({ at, minted, verified, pathname }: Admitted): WebhookReply {
    const { log, store } = this.#ports;
    const key = `${at.id} ${pathname} ${verified.replayKey}`;
    const before = store.replayOf(key);
    if (before) {
      log.debug("webhook came again: answered as before", { carrier: at.id, purpose: minted.purpose });
      return before;
    }
    const { events, reply: wanted, acknowledgement } = at.carrier.parse?.(verified.signed, minted) ?? SAYS_NOTHING;
    let callId = minted.callId;
    // A carrier's keys need to be unique only for one URL: the caller may give the same answer to two questions.
    for (const event of events) callId = this.#keeper.dispatch(at.id, { ...event, dedupeKey: `${pathname} ${event.dedupeKey}` }) ?? callId;
    if (events.length === 0 && wanted === "acknowledge") log.debug("webhook says nothing that is acted on", { carrier: at.id, purpose: minted.purpose });
    const reply = wanted === "document" ? this.#document(at.carrier, callId, minted) : (acknowledgement ?? ACKNOWLEDGED);
    store.rememberReply(key, reply);
    return reply;
  }

  #broken(error: unknown): WebhookReply {
    this.#ports.log.error("a webhook could not be handled", { error: error instanceof Error ? error.message.slice(0, 200) : "unknown" });
    return refuse(500, "internal error");
  }

  /** The verified request, under whichever spelling of its URL the carrier signed it. */
  #verify({ id, carrier }: CarrierAtDoor, request: WebhookRequest, seen: SeenFromDoor): Verified | undefined {
    if (this.#keeper.skipVerification()) return unverified(request);
    const asItCame = carrier.verify?.(request);
    if (asItCame?.ok) return asItCame;
    let reason = asItCame?.reason ?? "no-verification";
    const others = seen.spellings();
    for (const url of others) {
      const verdict = carrier.verify?.({ ...request, url });
      if (verdict?.ok) return verdict;
      reason = verdict?.reason ?? reason;
    }
    this.#ports.log.warn('webhook refused: its signature does not hold for this URL. Compare it with the one at the carrier, and "publicUrl"', {
      carrier: id,
      reason,
      url: loggable(request.url),
      alsoTried: others.length,
    });
    return undefined;
  }

  #document(carrier: Carrier, callId: string | undefined, minted: MintedUrl): WebhookReply {
    const document = callId === undefined ? undefined : this.#keeper.document(callId, minted);
    if (document) return document;
    this.#ports.log.warn("a carrier asked for the document of a call that is not known: it is told to hang up", { purpose: minted.purpose });
    const plan = { callId: callId ?? "unknown", revision: 0, nonce: "none", steps: [], then: "hangup" } as const;
    return carrier.render?.(plan, this.#urls.mint(plan)) ?? refuse(404, "no such call");
  }
}

/** A request that is taken at its word. Only the very same one is a replay: events are told apart by their own keys. */
function unverified(request: WebhookRequest): Verified {
  const { method, url, headers, body } = request;
  const replayKey = createHash("sha256").update(`${method} ${url}\n`).update(body).digest("base64url");
  return { ok: true, signed: { method, url, headers, body }, replayKey };
}

const TEXT = { "content-type": "text/plain; charset=utf-8" };

function refuse(status: number, body: string): WebhookReply {
  return { status, headers: TEXT, body };
}
