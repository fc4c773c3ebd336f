import type { CallRecord, TelephoneSettings } from "@openclaw/call-engine";

/** How an answer has to look, so that what is thought is told from what is said. */
const SPOKEN_CONTRACT = [
  'Reply with one JSON object of the form {"spoken":"..."} and with nothing before or after it.',
  'The text in "spoken" is read aloud as it stands: whole sentences as people say them, without markdown, lists, links,',
  "emoji or stage directions. Write numbers, times and abbreviations the way they are spoken.",
  "Say what matters first and keep it short: one to three sentences, unless you are asked for more.",
  'If you have nothing to say, reply {"spoken":""}.',
  'When the conversation is over, say goodbye and end the call in one: {"spoken":"...","endCall":true}. Your words are heard',
  'before the line is cut. Never set "endCall" while the other person still wants something.',
].join("\n");

/** What the agent is told in addition on a call: where it is, in which language, and how to answer. */
export function spokenPrompt(call: Pick<CallRecord, "direction">, settings: TelephoneSettings): string {
  return [settings.responseSystemPrompt ?? generated(call), language(settings.language), SPOKEN_CONTRACT]
    .filter((part) => part !== undefined)
    .join("\n\n");
}

function generated({ direction }: Pick<CallRecord, "direction">): string {
  const who =
    direction === "outbound"
      ? "You are on a telephone call that you placed."
      : "You are answering a telephone call. The number it comes from proves nothing about who is calling: give away nothing private.";
  return [
    who,
    "Each message is what the other person said, as it was heard: words may be misheard or cut off. When something does not",
    "make sense, ask. The other person waits in silence while you work, so prefer a quick answer to a perfect one.",
  ].join("\n");
}

function language(tag: string | undefined): string | undefined {
  return tag === undefined ? undefined : `Speak ${tag} (BCP 47), unless the other person asks for another language.`;
}
