import { toEvent, type CallNews, type Happening } from "@openclaw/phone-network";
import type { CallEvent } from "@openclaw/telephony-contract";
import { fieldsOf, readJson } from "@openclaw/telephony-kit";

/** What the mock's webhooks say, as JSON. */
export interface Message extends Omit<Happening, "news"> {
  /** What happened. Absent on a fetch that only wants the next document. */
  readonly news?: CallNews;
  /** What the network does with the answer. */
  readonly wants: "document" | "acknowledgement";
}

/** A message on its way. */
export function writeMessage(message: Message): string {
  return JSON.stringify(message);
}

/**
 * What a message says as events of the contract. It was signed by the network in this process, so that its content is what
 * the network wrote; what is no message at all is no event.
 */
export function readMessage(body: Uint8Array): { readonly events: readonly CallEvent[]; readonly wants: Message["wants"] } {
  const message = readJson(body);
  if (!isMessage(message)) return { events: [], wants: "acknowledgement" };
  const { wants, news, ...about } = message;
  return { events: news ? [toEvent({ ...about, news })] : [], wants };
}

function isMessage(value: unknown): value is Message {
  const { leg, order, at, wants } = fieldsOf(value);
  return typeof leg === "string" && typeof order === "number" && typeof at === "number" && (wants === "document" || wants === "acknowledgement");
}
