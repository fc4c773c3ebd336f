import type { WebhookRequest } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { readWebhookSubjects } from "../carriers.ts";
import { sendRaw } from "../raw-http.ts";
import { openTrial, type Trial, type TrialOptions } from "../trial.ts";

const HOST = "telephone.example.com";

/** How the public URL, the one in the carrier's console, and the way through proxies may differ from each other. */
const WAYS: readonly (readonly [what: string, way: Way])[] = [
  ["the public path is kept", { publicUrl: `https://${HOST}/hooks/voice`, path: "/hooks/voice" }],
  ["a proxy rewrites the path to the local one", { publicUrl: `https://${HOST}/hooks/voice`, path: "/voice/webhook" }],
  ["the public URL has a port", { publicUrl: `https://${HOST}:8443/voice/webhook`, path: "/voice/webhook" }],
  ["the console has the default port and the configuration has not", { publicUrl: `https://${HOST}/voice/webhook`, entryUrl: `https://${HOST}:443/voice/webhook`, path: "/voice/webhook" }],
  ["the configuration has the default port and the console has not", { publicUrl: `https://${HOST}:443/voice/webhook`, entryUrl: `https://${HOST}/voice/webhook`, path: "/voice/webhook" }],
  ["the console has a slash at the end", { publicUrl: `https://${HOST}/voice/webhook`, entryUrl: `https://${HOST}/voice/webhook/`, path: "/voice/webhook/" }],
  ["the configuration has a slash at the end", { publicUrl: `https://${HOST}/voice/webhook/`, entryUrl: `https://${HOST}/voice/webhook`, path: "/voice/webhook" }],
  ["the public path is the root", { publicUrl: `https://${HOST}`, entryUrl: `https://${HOST}/`, path: "/" }],
  ["nothing is configured, and a proxy on this machine forwards", { path: "/voice/webhook", forwarded: { "x-forwarded-host": HOST, "x-forwarded-proto": "https" } }],
  ["the proxy forwards with a chain of addresses and hosts", { path: "/voice/webhook", forwarded: { "x-forwarded-host": `${HOST}, inner`, "x-forwarded-proto": "https, http", "x-forwarded-for": "203.0.113.9, ::ffff:127.0.0.1" } }],
  ["the proxy forwards a port", { path: "/voice/webhook", entryUrl: `https://${HOST}:8443/voice/webhook`, forwarded: { "x-forwarded-host": HOST, "x-forwarded-proto": "https", "x-forwarded-port": "8443" } }],
];

interface Way {
  readonly publicUrl?: string;
  /** What is typed into the carrier's console. Default: the public URL. */
  readonly entryUrl?: string;
  /** Path under which the request reaches us. */
  readonly path: string;
  readonly forwarded?: Readonly<Record<string, string>>;
}

describe.each(await readWebhookSubjects())("pain 20: genuine webhooks rejected behind proxies (%s)", (_name, subject) => {
  it.each(WAYS)("%s: a genuine webhook gets in, an altered one does not", async (_what, way) => {
    const { publicUrl, entryUrl = publicUrl ?? `https://${HOST}/voice/webhook` } = way;
    await using trial = await openTrial(subject, optionsFor(way, entryUrl));
    const news = await newsOfACall(trial);
    expect(news.url).toBe(entryUrl);
    const altered = { ...news, body: Buffer.concat([news.body, Buffer.from("&x=1")]) };
    expect((await arrive(trial, way, altered)).status).toBe(403);
    // Not every signature covers the URL.
    const elsewhere = { ...way, path: `${way.path.replace(/\/$/, "")}/c/x/1/n/status` };
    if (signsUrls(trial, news)) expect((await arrive(trial, elsewhere, news)).status).toBe(403);
    expect((await arrive(trial, way, news)).status).toBe(200);
    expect(trial.telephone.active()).toHaveLength(1);
    const minted = trial.post.letters.flatMap(({ reply }) => [...reply.body.matchAll(/https:\/\/[^"<\s]+/g)].map(([url]) => url));
    for (const url of minted) expect(url.startsWith((publicUrl ?? entryUrl).replace(/\/$/, ""))).toBe(true);
  });

  it("the log says which URL was checked when a signature does not hold", async () => {
    const way: Way = { publicUrl: `https://other.example.com/voice/webhook`, path: "/voice/webhook" };
    await using trial = await openTrial(subject, optionsFor(way, `https://${HOST}/voice/webhook`));
    const news = await newsOfACall(trial);
    const { status } = await arrive(trial, way, news);
    const warned = trial.log.lines.some(({ level, fields }) => level === "warn" && fields["url"] === "https://other.example.com/voice/webhook");
    // A carrier whose signature covers no URL is not misled by a wrong one.
    expect([status, warned]).toEqual(signsUrls(trial, news) ? [403, true] : [200, false]);
  });
});

function optionsFor({ publicUrl, forwarded }: Way, entryUrl: string): TrialOptions {
  return {
    entryUrl,
    settings: { publicUrl, ...(forwarded && { webhookSecurity: { trustForwardingHeaders: false, allowedHosts: [HOST] } }) } as TrialOptions["settings"] & object,
  };
}

function signsUrls({ carrier }: Trial, genuine: WebhookRequest): boolean {
  return carrier.verify?.({ ...genuine, url: `${genuine.url}x` }).ok === false;
}

/** The webhook by which a network tells of a call to us, before it is delivered. */
async function newsOfACall(trial: Trial): Promise<WebhookRequest> {
  let news: WebhookRequest | undefined;
  trial.post.onDeliver = (request) => {
    news ??= request;
    return Promise.resolve({ status: 503, headers: {}, body: "" });
  };
  void trial.receive();
  await trial.until(() => news !== undefined, "the network tells of the call");
  if (!news) throw new Error("there is no news");
  return news;
}

function arrive(trial: Trial, { path, forwarded = {} }: Way, { method, headers, body }: WebhookRequest): Promise<{ readonly status: number }> {
  const { port } = new URL(trial.telephone.webhook.localUrl ?? "");
  return sendRaw(Number(port), { method, target: path, headers: { ...headers, ...forwarded }, body });
}
