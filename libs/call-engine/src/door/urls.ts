import type { CallUrls, MintedUrl, Plan, UrlPurpose } from "@openclaw/telephony-contract";

/** Purposes of the URLs that belong to a call. */
const PURPOSES: readonly Exclude<UrlPurpose, "entry">[] = ["document", "continuation", "status", "machine", "recording", "transfer", "media"];

/** What a URL is minted for. The steps matter where the end of one of them is reported by URL. */
export type Mintable = Pick<Plan, "callId" | "revision" | "nonce"> & Partial<Pick<Plan, "steps">>;

/** URLs whose meaning is kept: of more calls than are live at a time. Anybody can make up more. */
const MAX_KNOWN = 1024;

/** Makes the URLs of a call's plan. */
export interface CallUrlMinter {
  mint(plan: Mintable): CallUrls;
}

/**
 * The URLs by which carriers reach us: one entry, which is configured at the carrier, and below it those that the engine
 * mints for one call, one revision and one turn.
 */
export class DoorUrls implements CallUrlMinter {
  readonly #base: () => string;
  /** The entry's path, for as long as its URL stays. */
  #entry: { readonly url: string; readonly path: string } | undefined;
  /** What URLs of ours were minted for. Each webhook asks by its head and again with its body, and most of a call share one. */
  readonly #known = new Map<string, MintedUrl>();

  /** `base` is the entry's URL, as the carrier sees it. */
  constructor(base: () => string) {
    this.#base = base;
  }

  get entry(): string {
    return this.#base();
  }

  mint(plan: Mintable): CallUrls {
    const base = `${this.#base()}/c/${encodeURIComponent(plan.callId)}/${plan.revision}/${plan.nonce}`;
    const urls = Object.fromEntries(PURPOSES.map((purpose) => [purpose, `${base}/${purpose}`])) as unknown as CallUrls;
    const transfer = plan.steps?.find((step) => step.kind === "transfer");
    return transfer ? { ...urls, transfer: `${urls.transfer}/${transfer.id}` } : urls;
  }

  /** What a URL was minted for; nothing where it is none of ours. */
  read(url: string): MintedUrl | undefined {
    const path = this.#entryPath();
    const known = this.#known.get(url);
    if (known) return known;
    const minted = this.#readBelow(path, url);
    if (!minted) return undefined;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(url, minted);
    return minted;
  }

  #entryPath(): string {
    const url = this.#base();
    if (this.#entry?.url !== url) {
      this.#entry = { url, path: trimSlash(pathOf(url) ?? "") };
      this.#known.clear();
    }
    return this.#entry.path;
  }

  #readBelow(path: string, url: string): MintedUrl | undefined {
    const pathname = pathOf(url);
    if (pathname === undefined) return undefined;
    if (trimSlash(pathname) === path) return { purpose: "entry" };
    if (!pathname.startsWith(`${path}/c/`)) return undefined;
    const [callId, revision, nonce, purpose, stepId, ...more] = pathname.slice(path.length + 3).split("/");
    const known = PURPOSES.find((one) => one === purpose);
    if (!callId || !nonce || !known || more.length > 0 || !/^\d{1,9}$/.test(revision ?? "")) return undefined;
    if (stepId !== undefined && known !== "transfer") return undefined;
    const id = decoded(callId);
    if (id === undefined) return undefined;
    const minted = { purpose: known, callId: id, revision: Number(revision), nonce };
    return stepId === undefined ? minted : { ...minted, stepId };
  }
}

/**
 * Path of an absolute URL, as it is written there; nothing where it is no such URL. A parser would write it anew, but
 * the URLs that we minted come back as they are, and every webhook asks several times.
 */
export function pathOf(url: string): string | undefined {
  const parts = /^https?:\/\/[^/?#]+([^?#]*)/i.exec(url);
  return parts ? parts[1] || "/" : undefined;
}

/** A URL for the log: without the query and without the turn's nonce, which only the carrier is to know. */
export function loggable(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/(\/c\/[^/]+\/\d+\/)[^/]+/, "$1…");
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function trimSlash(path: string): string {
  return path.replace(/\/+$/, "");
}
