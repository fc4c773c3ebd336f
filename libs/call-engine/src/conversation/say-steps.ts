import type { StepContent } from "../call/line.ts";
import type { AgendaItem, CallState } from "../call/state.ts";

/** The steps that bring the agenda to the line, in its order. */
export function agendaSteps(state: CallState, items: readonly AgendaItem[] = state.agenda): StepContent[] {
  return items.flatMap((item): StepContent[] => {
    switch (item.kind) {
      case "say":
        return sayItem(state, item.text);
      case "digits":
        return [{ kind: "sendDigits", digits: item.digits }];
      case "transfer":
        return transferItem(state);
    }
  });
}

/** What the caller hears when nobody took the call over. */
const NOT_TAKEN = "Sorry, nobody took your call there. I am still here.";

/** Longest that a caller waits while somebody else's telephone rings, in milliseconds. */
const MAX_TRANSFER_RING_MS = 40_000;

function transferItem(state: CallState): StepContent[] {
  const { transfer, record, settings } = state;
  if (!transfer) return [];
  const onFailure = sayItem(state, NOT_TAKEN).map((step, index) => ({ ...step, id: `back-${transfer.waiter}-${index}` }));
  // Networks let us show a number of our own; the caller's may be refused.
  const callerId = record.direction === "inbound" ? record.to : record.from;
  const ringTimeoutMs = Math.min(settings.ringTimeoutMs, MAX_TRANSFER_RING_MS);
  return [{ kind: "transfer", to: transfer.to, callerId, ringTimeoutMs, onFailure }];
}

function sayItem(state: CallState, text: string): StepContent[] {
  const { language } = state.settings;
  return splitText(text, state.capabilities.maxSayChars).map((part) => ({
    kind: "say",
    text: part,
    ...(language !== undefined && { voice: { language } }),
  }));
}

/** A text in pieces of at most so many characters, broken at the end of a sentence, else at a space. */
export function splitText(text: string, limit = Number.POSITIVE_INFINITY): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > limit) {
    const head = rest.slice(0, limit);
    const sentence = Math.max(head.lastIndexOf(". "), head.lastIndexOf("! "), head.lastIndexOf("? ")) + 1;
    const cut = sentence > 0 ? sentence : head.lastIndexOf(" ") > 0 ? head.lastIndexOf(" ") : limit;
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  if (rest !== "") pieces.push(rest);
  return pieces;
}
