import type { StepContent } from "../call/line.ts";
import type { AgendaItem, CallState } from "../call/state.ts";

/** The steps that bring the agenda to the line, in its order. */
export function agendaSteps(state: CallState, items: readonly AgendaItem[] = state.agenda): StepContent[] {
  return items.flatMap((item): StepContent[] =>
    item.kind === "digits" ? [{ kind: "sendDigits", digits: item.digits }] : sayItem(state, item.text),
  );
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
