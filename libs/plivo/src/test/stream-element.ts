import type { CallUrls } from "@openclaw/telephony-contract";
import { renderDocument } from "../document.ts";

/** The element by which the carrier's documents connect media. */
export function streamElement(url: string, urls: CallUrls): string {
  const { body } = renderDocument({ callId: "call-1", revision: 1, nonce: "N1", steps: [{ kind: "connectMedia", id: "1", url }], then: "hold" }, urls, () => undefined);
  return /<Stream .*<\/Stream>/.exec(body)?.[0] ?? "";
}
