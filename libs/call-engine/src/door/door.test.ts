import { describe, expect, it } from "vitest";
import { createDesk, type Desk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL } from "../test-support/desk-carrier.test-support.ts";

const SIGNED = { ...PULL, signatureHeaders: [["x-desk"], ["x-desk-2", "x-desk-nonce"]] };

/** A desk, with the URL of its entry on this machine. */
async function openDesk(options: Parameters<typeof createDesk>[0] = {}): Promise<Desk & { readonly entry: string }> {
  const desk = await createDesk({ carrier: new DeskCarrier(SIGNED), ...options });
  return Object.assign(desk, { entry: desk.telephone.webhook.localUrl ?? "" });
}

/** A webhook that claims an event, over the real listener. */
function post(url: string, headers: Record<string, string>, body: object = {}): Promise<Response> {
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

const warnings = ({ logs }: Desk) => logs.filter(({ level }) => level === "warn");

describe("the door", () => {
  it.each([
    ["another method", "DELETE", "", { "x-desk": "good" }, 405],
    ["a path that nobody minted", "POST", "/c/call/7/abc/nothing", { "x-desk": "good" }, 404],
    ["a path that cannot be decoded", "POST", "/c/%E0%A4%A/7/abc/status", { "x-desk": "good" }, 400],
    ["no signature header", "POST", "", {}, 401],
    ["half of a set of signature headers", "POST", "", { "x-desk-nonce": "1" }, 401],
    ["a wrong signature", "POST", "", { "x-desk": "forged" }, 403],
    ["a right signature", "POST", "", { "x-desk": "good" }, 200],
  ] as const)("answers %s as it deserves", async (_what, method, path, headers, status) => {
    await using desk = await openDesk();
    const reply = await fetch(desk.entry + path, { method, headers, ...(method === "POST" && { body: "{}" }) });
    expect(reply.status).toBe(status);
    expect(desk.telephone.active()).toEqual([]);
  });

  it("asks to come again while no carrier is there", async () => {
    await using desk = await openDesk({ settings: { carrier: "absent" } });
    const reply = await post(desk.entry, { "x-desk": "good" });
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "5"]);
  });

  it("says which URL was checked when a signature does not hold, and neither nonce nor query", async () => {
    await using desk = await openDesk({ settings: { publicUrl: "https://voice.example.com/hook" } });
    const callId = await desk.call();
    const [dial] = desk.carrier.dials;
    const minted = dial?.urls.status ?? "";
    await desk.carrier.post(`${minted}?secret=1`, {}, "forged");
    const [warning] = warnings(desk);
    expect(warning?.fields).toMatchObject({ carrier: "desk", reason: "signature-mismatch", url: `https://voice.example.com/hook/c/${callId}/1/…/status` });
    expect(JSON.stringify(warning)).not.toContain(dial?.plan.nonce);
    expect(JSON.stringify(warning)).not.toContain("secret");
  });

  it("tries the spellings under which a carrier may have signed its entry", async () => {
    const carrier = new DeskCarrier(SIGNED);
    await using desk = await openDesk({ carrier, settings: { publicUrl: "https://voice.example.com/hook" } });
    const tried: string[] = [];
    carrier.onVerify = ({ url }) => void tried.push(url);
    await post(desk.entry, { "x-desk": "forged" });
    expect(tried).toEqual([
      "https://voice.example.com/hook",
      "https://voice.example.com:443/hook",
      "https://voice.example.com/hook/",
      "https://voice.example.com:443/hook/",
    ]);
  });

  it("mints for the address by which a proxy that is believed has reached it", async () => {
    await using desk = await openDesk({ settings: { webhookSecurity: { trustForwardingHeaders: true } } });
    await post(desk.entry, { "x-desk": "forged", "x-forwarded-host": "evil.example" });
    expect(desk.telephone.webhook.url).toBe(desk.entry);
    await post(desk.entry, { "x-desk": "good", "x-forwarded-host": "voice.example.com" });
    expect(desk.telephone.webhook.url).toBe("https://voice.example.com/voice/webhook");
  });

  it("takes webhooks at their word only where that was asked for and nobody else can reach it", async () => {
    await using trusting = await openDesk({ settings: { skipSignatureVerification: true } });
    expect((await post(trusting.entry, {})).status).toBe(200);
    expect(warnings(trusting)[0]?.message).toContain("skipSignatureVerification");
    await using exposed = await openDesk({ settings: { skipSignatureVerification: true, serve: { port: 0, bind: "0.0.0.0", path: "/voice/webhook" } } });
    const { port } = new URL(exposed.entry);
    expect((await post(`http://127.0.0.1:${port}/voice/webhook`, {})).status).toBe(401);
  });

  it("takes different events at their word, and the same one once", async () => {
    await using desk = await openDesk({ settings: { skipSignatureVerification: true } });
    const callId = await desk.call();
    const status = desk.carrier.dials[0]?.urls.status ?? "";
    const ringing = desk.carrier.event("ringing", callId);
    for (const events of [[ringing], [ringing], [desk.carrier.event("answered", callId)]]) await post(status, {}, { events });
    expect(desk.store.get(callId)?.history.map(({ state }) => state)).toEqual(["initiated", "ringing", "active"]);
  });

  it("tells two happenings apart that a carrier calls the same under two URLs, and one from itself under one", async () => {
    await using desk = await openDesk();
    const callId = await desk.call({ mode: "conversation" });
    const { urls } = desk.carrier.dials[0] ?? {};
    await desk.carrier.post(urls?.status ?? "", { events: [desk.carrier.event("answered", callId)] });
    const key = (id: string) => ({ id, events: [desk.carrier.event("digits", callId, { digits: "1", dedupeKey: "pressed-1" })] });
    for (const [url, id] of [[urls?.status, "a"], [urls?.status, "b"], [urls?.document, "c"]]) await desk.carrier.post(url ?? "", key(id ?? ""));
    expect(desk.store.get(callId)?.transcript.map(({ text }) => text)).toEqual(["1", "1"]);
  });
});
