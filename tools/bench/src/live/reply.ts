import type { Responder } from "@openclaw/call-engine";

/** What the agent answers: four sentences of some hundred tokens, as one would be told by a restaurant. */
export const SENTENCES: readonly string[] = [
  "Yes, we have a table for four at seven.",
  "It is by the window with a view of the garden, and you can keep it until ten o'clock, because the next guests come only after that.",
  "If you would rather sit outside, there is one more at half past seven, under the old trees, but it may get cold later on, so please bring something warm to wear.",
  "Shall I book one of them for you, and do you know already whether anybody would like the menu?",
];
export const REPLY = SENTENCES.join(" ");
/** An answer that is heard soon. */
export const SHORT_REPLY = "Yes, of course.";
/** Characters of a token, as models count them in English. */
const TOKEN_CHARACTERS = 4;

/** How an agent of the benchmark answers. */
export interface AgentManners {
  /** What it answers; absent: a caller's echo is to be heard. */
  readonly reply?: string;
  /** Time to the first token, and tokens a second; both 0: everything at once. */
  readonly firstMs: number;
  readonly tokensPerSecond: number;
  /** Whether the text is told while it is written, or as a whole at its end. */
  readonly streams: boolean;
}

/** An agent that costs nothing. Its answers have the form that agents are told to keep to. */
export function stubAgent(manners: AgentManners): Responder {
  return {
    identify: () => ({ agentId: "main", sessionKey: "agent:main:voice" }),
    async respond({ text, onText, signal }) {
      const { reply = echoOf(text), firstMs, tokensPerSecond, streams } = manners;
      const answer = JSON.stringify({ spoken: reply });
      const begun = performance.now();
      if (tokensPerSecond > 0) {
        for (let token = 1; token * TOKEN_CHARACTERS < answer.length + TOKEN_CHARACTERS; token++) {
          await until(begun + firstMs + ((token - 1) * 1000) / tokensPerSecond, signal);
          if (streams) onText(answer.slice(0, token * TOKEN_CHARACTERS));
        }
      } else if (streams) onText(answer);
      return [{ kind: "speech", text: answer }];
    },
  };
}

/** Resolves at a time of `performance.now()`. Rejects when that is not waited for any more. */
export async function until(at: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const left = at - performance.now();
  if (left <= 0) return;
  await new Promise((resolve) => setTimeout(resolve, left));
  signal?.throwIfAborted();
}

function echoOf(question: string): string {
  return `Echo of ${/\d+/.exec(question)?.[0] ?? ""}.`;
}
