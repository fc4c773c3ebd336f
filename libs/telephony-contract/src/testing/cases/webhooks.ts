import type { CarrierCapabilities } from "../../capabilities.ts";
import type { VerifyResult, WebhookRequest } from "../../webhook.ts";
import { ensure, ensureSame, show, withoutThrowing } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import type { Exchange } from "../door.ts";
import type { Session } from "../session.ts";
import { holdSteps, listenInput, step } from "../steps.ts";

const webhooks = (capabilities: CarrierCapabilities) => capabilities.webhooks === true;
const PROBE = "x-conformance-probe";

/** Rules A4 to A6: URLs, replay, signatures. The requests that they try are those of a real call on the network. */
export const WEBHOOK_CASES: readonly ConformanceCase[] = [
  {
    rule: "A4.minted-only",
    applies: webhooks,
    async run(session) {
      await callOf(session);
      ensureSame(session.door.strays, [], "requests to URLs that nobody minted");
    },
  },
  {
    rule: "A5.replay-key",
    applies: webhooks,
    async run(session) {
      await callOf(session);
      const keys = new Map<string, string>();
      for (const { request, path, replayKey, signed } of session.door.admitted) {
        const again = verified(session, request);
        ensure(again.ok && again.replayKey === replayKey, "a request that comes again has another replay key");
        ensure(typeof replayKey === "string" && replayKey !== "", "the replay key is empty");
        const key = `${path}|${replayKey}`;
        const said = show(signed);
        ensure(keys.get(key) === undefined || keys.get(key) === said, "different requests to one URL have the same replay key");
        keys.set(key, said);
      }
    },
  },
  {
    rule: "A6.signed-view",
    applies: webhooks,
    async run(session) {
      for (const { request, signed } of await callOf(session)) {
        for (const [what, altered] of unsignedAdditions(request)) onlySigned(session, signed, altered, what);
        for (const name of Object.keys(request.headers)) {
          if (name in signed.headers) continue;
          onlySigned(session, signed, withHeader(request, name, "altered"), `header ${name}`);
        }
      }
    },
  },
  {
    rule: "A6.tampering",
    applies: webhooks,
    async run(session) {
      const exchanges = await callOf(session);
      for (const { request, signed } of exchanges) {
        for (const [what, altered] of alterations(request, exchanges)) onlySigned(session, signed, altered, what);
        const bare = verified(session, { ...request, headers: {}, body: altered(request.body), url: `${request.url}?a=b` });
        ensure(!bare.ok, "a request without any header and with another body is accepted");
      }
    },
  },
  {
    rule: "A6.signature-headers",
    applies: ({ webhooks: signed, signatureHeaders }) => signed === true && signatureHeaders !== undefined,
    async run(session) {
      const sets = session.capabilities.signatureHeaders ?? [];
      const usable = sets.length > 0 && sets.every((set) => set.length > 0 && set.every((name) => /^[a-z0-9-]+$/.test(name)));
      ensure(usable, `no usable sets of headers in lower case: ${show(sets)}`);
      for (const { request } of await callOf(session)) {
        const whole = sets.some((set) => set.every((name) => request.headers[name]));
        ensure(whole, "a genuine request brings none of the sets, so that the engine would turn it away");
      }
    },
  },
  {
    rule: "A6.no-throw",
    applies: webhooks,
    async run(session) {
      const url = session.minting.entryUrl;
      const bodies = ["", "{", "null", "a=%ZZ&b", "\u0000\uFFFF"].map((text) => new TextEncoder().encode(text));
      const [exchange] = await callOf(session);
      for (const body of [...bodies, Uint8Array.of(0xff, 0xfe, 0x00)]) {
        for (const headers of [{}, blanked(exchange?.request), { authorization: "?", "content-type": "?" }]) {
          for (const method of ["POST", "GET", "PUT"]) {
            const verdict = verified(session, { method, url, headers, body });
            ensure(!verdict.ok, "a request that nobody signed is accepted");
            ensure(typeof verdict.reason === "string" && verdict.reason !== "", "a refusal has no reason");
          }
        }
      }
    },
  },
];

/** The webhooks of one call: placed or received, answered, spoken to, hung up by the far end. */
export async function callOf(session: Session): Promise<readonly Exchange[]> {
  const { listen, steps } = session.capabilities;
  const asks = listen && steps.listen ? [step.listen(listenInput(session.capabilities))] : holdSteps(session.capabilities);
  const { remote } = await session.openCall({ steps: asks }, [{ steps: asks.map((one) => ({ ...one, id: `${one.id}-again` })) }]);
  for (const turn of listen ? ["first", "second"] : []) {
    await session.act("answer of the caller", () => (listen?.speech ? remote.say(`The ${turn} answer`) : remote.press(turn === "first" ? "12#" : "34#")));
  }
  await session.act("hang-up", () => remote.hangUp());
  await session.patience.settle();
  const { exchanges, refusals } = session.door;
  if (session.capabilities.webhooks) {
    ensure(exchanges.length > 0, `no webhook got in${refusals.length > 0 ? `: ${refusals.join(", ")}` : ""}`);
  }
  return exchanges;
}

function verified(session: Session, request: WebhookRequest): VerifyResult {
  return withoutThrowing("verify", () => session.carrier.verify?.(request)) ?? { ok: false, reason: "no verify" };
}

/** Whether an altered request is refused, or what was altered does not reach `parse`. */
function onlySigned(session: Session, signed: Exchange["signed"], altered: WebhookRequest, what: string): void {
  const verdict = verified(session, altered);
  ensure(!verdict.ok || show(verdict.signed) === show(signed), `${what} is not covered by the signature and reaches parse`);
}

function unsignedAdditions(request: WebhookRequest): [string, WebhookRequest][] {
  const joint = request.url.includes("?") ? "&" : "?";
  return [
    ["an added header", withHeader(request, PROBE, "1")],
    ["an added query", { ...request, url: `${request.url}${joint}probe=1` }],
    ["another peer address", { ...request, remoteAddress: "192.0.2.99" }],
  ];
}

function alterations(request: WebhookRequest, all: readonly Exchange[]): [string, WebhookRequest][] {
  const other = all.find((exchange) => exchange.request !== request && show(exchange.request.body) !== show(request.body));
  const strange = new URL(request.url);
  strange.pathname = `${strange.pathname}x`;
  return [
    ["an altered body", { ...request, body: altered(request.body) }],
    ["a longer body", { ...request, body: Uint8Array.of(...request.body, 0x20) }],
    ["an altered path", { ...request, url: strange.href }],
    ["another method", { ...request, method: request.method === "POST" ? "PUT" : "POST" }],
    ...(other ? [["the body of another request", { ...request, body: other.request.body }] as [string, WebhookRequest]] : []),
  ];
}

function altered(body: Uint8Array): Uint8Array {
  if (body.length === 0) return Uint8Array.of(0x31);
  const copy = Uint8Array.from(body);
  const middle = copy.length >> 1;
  copy[middle] = copy[middle] === 0x31 ? 0x32 : 0x31;
  return copy;
}

function withHeader(request: WebhookRequest, name: string, value: string): WebhookRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

function blanked(request: WebhookRequest | undefined): Record<string, string> {
  return Object.fromEntries(Object.keys(request?.headers ?? {}).map((name) => [name, "?"]));
}
