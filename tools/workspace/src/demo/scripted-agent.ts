import type { ModelReply, ModelRequest } from "@openclaw/host-lab";

/** How fast the demonstration's model is: a middling one on the internet. */
const PACE = { ttftMs: 400, tokensPerSecond: 40 };

/** What the model of the demonstration answers to the three questions that the mock's person asks. */
const ANSWERS: readonly { readonly about: RegExp; readonly answer: string }[] = [
  { about: /who/i, answer: "I am the agent that lives in this Gateway. I have just learnt to use a telephone." },
  { about: /do for me|help/i, answer: "I can call people for you, take calls, and keep a record of what was said. Ask me for any of it in the chat." },
  { about: /remember/i, answer: "Only that it was quick. Goodbye, and thank you for listening." },
];

/** Whether everything that the scripted model answers was said. */
export function saidItAll(said: readonly string[]): boolean {
  return ANSWERS.every(({ answer }) => said.includes(answer));
}

/** The agent's model for a demonstration without an account anywhere: known answers at a model's pace. */
export function scriptedAgent({ lastUserText }: ModelRequest): ModelReply {
  const known = ANSWERS.find(({ about }) => about.test(lastUserText ?? ""));
  return { text: JSON.stringify({ spoken: known?.answer ?? "I did not quite catch that. Could you say it again?" }), ...PACE };
}
