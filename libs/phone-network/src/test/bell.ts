import { createHmac, randomUUID } from "node:crypto";
import type { Clock, Logger } from "@openclaw/telephony-contract";
import { Network, controlsOf, type CallNews, type Conductor, type Leg, type NetworkOptions } from "../index.ts";
import { Courier, Faults, httpDeliver, openLoopbackCarrier, silentLog, systemClock, type Deliver, type FakeService, type StartLoopbackCarrier } from "../wire/index.ts";

const TOKEN = "bell-secret-token";

/** What a fake of the carrier Bell is given. */
export interface BellOptions extends Pick<NetworkOptions, "people" | "party" | "transferOutcome"> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly deliver: Deliver;
}

/** A carrier that does not exist, as small as one can be: it places calls, hangs up, and tells what happens in JSON. */
export class Bell implements FakeService {
  readonly origin = "https://api.bell.example";
  readonly life = new AbortController();
  readonly faults = new Faults((status) => Response.json({ error: status }, { status }));
  readonly courier: Courier;
  readonly network: Network;

  constructor(options: BellOptions) {
    const { clock, log, deliver } = options;
    this.courier = new Courier({ clock, log, deliver, signal: this.life.signal });
    this.network = new Network({ ...options, idFor: () => randomUUID() });
  }

  handle(request: Request): Promise<Response> {
    return this.faults.apply(request, async () => {
      if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) return Response.json({ error: "token" }, { status: 401 });
      const [, calls, id] = new URL(request.url).pathname.split("/");
      if (request.method !== "POST" || calls !== "calls") return Response.json({ error: "no such thing" }, { status: 404 });
      return id === undefined ? this.#dial(await request.formData()) : this.#hangUp(id);
    });
  }

  /** The conductor of a call whose news go to this URL. */
  conduct(url: string): (leg: Leg) => Conductor {
    return ({ id }) => ({ report: ({ news }) => this.courier.send({ call: id, request: () => sign(url, id, news) }) });
  }

  close(): void {
    this.life.abort();
    this.network.close();
  }

  #dial(form: FormData): Response {
    const [from, to, url] = ["from", "to", "url"].map((key) => form.get(key));
    if (typeof from !== "string" || typeof to !== "string" || typeof url !== "string") return Response.json({ error: "field" }, { status: 422 });
    const leg = this.network.place({ from, to, ringTimeoutMs: 30_000 }, this.conduct(url));
    return Response.json({ id: leg.id }, { status: 201 });
  }

  #hangUp(id: string): Response {
    const leg = this.network.find(id);
    if (!leg) return Response.json({ error: "no such call" }, { status: 404 });
    leg.call.end("completed", "us");
    return new Response(null, { status: 204 });
  }
}

function sign(url: string, id: string, { type }: CallNews) {
  const body = new TextEncoder().encode(JSON.stringify({ id, type }));
  const signature = createHmac("sha256", TOKEN).update(body).digest("hex");
  return { method: "POST", url, headers: { "content-type": "application/json", "x-bell-signature": signature }, body };
}

/** Starts Bell on a port of this machine. */
export const startLoopbackCarrier: StartLoopbackCarrier = async ({ entryUrl, people, port, tunnel, clock = systemClock, log = silentLog }) => {
  const bell = new Bell({ clock, log, people, deliver: httpDeliver({ tunnel }) });
  const { faults, courier, network } = bell;
  const section = (baseUrl: string) => ({ baseUrl, token: TOKEN });
  const controls = controlsOf(network, bell.conduct(entryUrl));
  return await openLoopbackCarrier({ service: bell, faults, courier, controls, section, secrets: [TOKEN], port, close: () => bell.close() });
};
