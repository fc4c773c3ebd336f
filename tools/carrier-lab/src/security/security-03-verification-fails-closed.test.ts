import { describe, expect, it } from "vitest";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import { capabilitiesIn, readWebhookSubjects } from "../carriers.ts";
import { sendRaw } from "../raw-http.ts";
import { openTrial, PUBLIC_URL } from "../trial.ts";

describe.each(await readWebhookSubjects())("security 3: verification skipped (%s)", (_name, subject) => {
  it("declares the headers of its signature, so that strangers are turned away before their body is read", () => {
    expect(capabilitiesIn(subject).signatureHeaders?.length).toBeGreaterThan(0);
  });

  it("a genuine webhook is refused without its signature, with another's, and under another URL", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    await party.hangUp();
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call ends");
    const [one, other] = trial.post.letters.map(({ request }) => request).filter(({ body }) => body.length > 0);
    if (!one || !other) throw new Error("there are too few webhooks");
    const names = (trial.capabilities.signatureHeaders ?? []).flat();
    const bare = Object.fromEntries(Object.entries(one.headers).filter(([name]) => !names.includes(name)));
    const forgeries: WebhookRequest[] = [
      { ...one, headers: bare },
      { ...one, headers: { ...bare, ...Object.fromEntries(names.map((name) => [name, "AAAA"])) } },
      { ...one, body: other.body },
      { ...one, headers: { ...bare, ...Object.fromEntries(Object.entries(other.headers).filter(([name]) => names.includes(name))) } },
      { ...one, body: Buffer.concat([one.body, Buffer.from(" ")]) },
    ];
    for (const forged of forgeries) expect((await trial.post.repeat({ request: forged, reply: { status: 0, headers: {}, body: "" } })).status).toBe(403);
  });

  it("nobody gets in by a header that claims another host", async () => {
    await using trial = await openTrial(subject, { settings: { webhookSecurity: { trustForwardingHeaders: true } } });
    const { localUrl = "" } = trial.telephone.webhook;
    const { port, pathname } = new URL(localUrl);
    const headers = { "x-forwarded-host": "evil.example", host: "evil.example" };
    const reply = await sendRaw(Number(port), { method: "POST", target: pathname, headers, body: Buffer.from("CallStatus=ringing") });
    expect(reply.status).toBe(401);
    expect(trial.telephone.webhook.url).toBe(PUBLIC_URL);
  });
});
