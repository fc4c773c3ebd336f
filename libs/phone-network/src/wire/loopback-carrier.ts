import type { Clock, Logger } from "@openclaw/telephony-contract";
import type { CarrierConformanceOptions } from "@openclaw/telephony-contract/testing";
import type { MediaStream } from "../audio/media-stream.ts";
import type { NetworkControls } from "../network/controls.ts";
import type { PeopleSettings } from "../party/people.ts";
import type { Courier } from "../courier/courier.ts";
import type { Faults } from "./faults.ts";
import type { Tunnel } from "./http-deliver.ts";
import { serveLoopback } from "./loopback-server.ts";
import { recordRequests, type RestRequest } from "./request-log.ts";
import type { FakeService } from "./service.ts";

/** A carrier as the conformance kit tries it; a suite adds its runner. */
export type CarrierSubject = Omit<CarrierConformanceOptions, "runner">;

/** How a fake carrier is started. */
export interface LoopbackOptions {
  /** How its webhooks and its media connections reach us. Default: as their URLs say. */
  readonly tunnel?: Tunnel;
  /** The URL that is configured at the carrier for calls that reach us. */
  readonly entryUrl: string;
  /** Who is at the other end of its calls. */
  readonly people?: Partial<PeopleSettings>;
  /** Default: one that the system chooses. */
  readonly port?: number;
  /** Default: real time. */
  readonly clock?: Clock;
  /** Default: nobody reads it. */
  readonly log?: Logger;
}

/** A fake of a real carrier, which is talked to over real HTTP on this machine, with its network in a test's hands. */
export interface LoopbackCarrier {
  /** Where its REST interface is. */
  readonly baseUrl: string;
  /** The carrier's section of the configuration: this address, and credentials that the fake knows. */
  readonly section: Readonly<Record<string, unknown>>;
  /** The people on its network. */
  network(): NetworkControls;
  /** What it was asked, the latest. */
  readonly requests: readonly RestRequest[];
  /** What is done to requests. */
  readonly faults: Faults;
  /** What is done to webhooks, and what became of them. */
  readonly courier: Courier;
  /** Its media streams, the latest, the oldest first: what the far ends heard, and when. */
  readonly streams: readonly MediaStream[];
  /** Ends its calls, its webhooks and its connections. */
  close(): Promise<void>;
}

/** Starts a fake carrier; every carrier's test kit exports one under the name `startLoopbackCarrier`. */
export type StartLoopbackCarrier = (options: LoopbackOptions) => Promise<LoopbackCarrier>;

/** What a fake carrier is put together from. */
export interface LoopbackParts {
  readonly service: FakeService;
  readonly faults: Faults;
  readonly courier: Courier;
  readonly controls: NetworkControls;
  /** The fake's own list of its media streams, where it has any. */
  readonly streams?: readonly MediaStream[];
  /** The section of the configuration by which the carrier finds the fake at `baseUrl`. */
  readonly section: (baseUrl: string) => Readonly<Record<string, unknown>>;
  /** What must not stand in the record of requests. */
  readonly secrets?: readonly string[];
  readonly port?: number | undefined;
  /** Ends the fake's calls and webhooks: closes its network, aborts the courier's signal. */
  readonly close: () => void;
}

/** Opens a fake carrier on a port of this machine. Rejects with an `unavailable` error, and ends the fake, where the port is taken. */
export async function openLoopbackCarrier({ faults, courier, controls, streams = [], secrets, port = 0, ...parts }: LoopbackParts): Promise<LoopbackCarrier> {
  const service = recordRequests(parts.service, secrets);
  const server = await serveLoopback(service, { port }).catch((error: unknown) => {
    parts.close();
    throw error;
  });
  return {
    baseUrl: server.url,
    section: parts.section(server.url),
    network: () => controls,
    requests: service.requests,
    faults,
    courier,
    streams,
    async close() {
      parts.close();
      faults.close();
      await server.close();
    },
  };
}
