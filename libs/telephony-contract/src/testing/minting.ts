import type { CallUrls, MintedUrl, UrlPurpose } from "../webhook.ts";

/** URLs of the miniature engine, unique by call, revision and nonce in their path. */
export interface Minting {
  readonly entryUrl: string;
  /** URLs for one revision of a plan. */
  mint(turn: { readonly callId: string; readonly revision: number; readonly nonce: string; readonly stepId?: string }): CallUrls;
  /** A URL for an audio connection, with its token in the path. */
  mintMedia(): string;
  /** What was put into a URL, by its origin and path; nothing for a URL that was not minted. */
  lookup(url: string): MintedUrl | undefined;
}

const ORIGIN = "https://telephone.example.com";
const PURPOSES = ["document", "continuation", "status", "machine", "recording", "transfer", "media"] as const;

/** Mints URLs that tell nothing: tokens are numbered, and what they stand for is kept here. */
export function createMinting(): Minting {
  const minted = new Map<string, MintedUrl>();
  let tokens = 0;
  const keep = (purpose: UrlPurpose, content: Omit<MintedUrl, "purpose">): string => {
    const url = `${ORIGIN}/voice/${purpose}/k${(++tokens).toString(36).padStart(6, "0")}`;
    minted.set(url, { purpose, ...content });
    return url;
  };
  const entryUrl = keep("entry", {});
  return {
    entryUrl,
    mint({ stepId, ...turn }) {
      const urls = PURPOSES.map((purpose) => {
        const names = purpose === "transfer" && stepId !== undefined ? { ...turn, stepId } : turn;
        return [purpose, keep(purpose, names)] as const;
      });
      return Object.fromEntries(urls) as Record<(typeof PURPOSES)[number], string>;
    },
    mintMedia: () => `${ORIGIN.replace("https", "wss")}/media/m${(++tokens).toString(36).padStart(6, "0")}`,
    lookup(url) {
      const { origin, pathname } = new URL(url);
      return minted.get(origin + pathname);
    },
  };
}
