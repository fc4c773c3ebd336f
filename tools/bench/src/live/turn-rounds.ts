import { median } from "../harness/measure.ts";
import type { CallerManners } from "./caller.ts";
import type { Remote } from "./processes.ts";
import { REPLY, SENTENCES, SHORT_REPLY, type AgentManners } from "./reply.ts";
import { start } from "./roles.ts";
import { spokenMs } from "./stub-voice.ts";
import type { TalkLoader, TalkResult } from "./talk-load.ts";
import type { TelephoneManners } from "./telephone.ts";

/** Callers speak for a third of a second, and after as long a silence their turn is over. */
const CALLER: Omit<CallerManners, "answerMs"> = { pauseFrames: 50, speechFrames: 15, silenceFrames: 15 };
/** How late the load may be itself: a frame in a hundred, in milliseconds. */
const LATE_MS = 4;

/** A telephone that is talked to. */
interface Talk extends AsyncDisposable {
  readonly load: Remote<TalkLoader>;
}

/** How soon an agent that thinks for no time is heard, of many turns of many calls. */
export interface OwnShare {
  /** Medians of the rounds in which the load was in time. `NaN` where there was none. */
  readonly p50: number;
  readonly p99: number;
  readonly turns: number;
  readonly rounds: number;
}

/** Time from the end of a turn to the first audio, of which nothing is the agent's, the voice's or the transcriber's. */
export async function ownShare({ calls, rounds, roundMs }: { readonly calls: number; readonly rounds: number; readonly roundMs: number }): Promise<OwnShare> {
  const agent: AgentManners = { reply: SHORT_REPLY, firstMs: 0, tokensPerSecond: 0, streams: true };
  await using talk = await startTalk({ agent }, spokenMs(SHORT_REPLY));
  await talk.load.open(calls);
  // What a process does for the first time takes it longer.
  await talk.load.watch(roundMs);
  const good: TalkResult[] = [];
  for (let round = 0; round < 2 * rounds && good.length < rounds; round++) {
    const result = await talk.load.watch(roundMs);
    if (result.lost > 0) throw new Error(`${result.lost} callers got no answer`);
    if (result.late <= LATE_MS) good.push(result);
  }
  await talk.load.hangUp();
  const typical = (what: "p50" | "p99") => (good.length > 0 ? median(good.map(({ firstAudio }) => firstAudio[what])) : NaN);
  return { p50: typical("p50"), p99: typical("p99"), turns: good.reduce((sum, { firstAudio }) => sum + firstAudio.count, 0), rounds: good.length };
}

/** The ways to an answer's first audio that are compared. */
export const WAYS = {
  ours: "by sentences, while it is written",
  wholeReply: "the whole reply, then its sentences",
  wholeAudio: "the whole reply, then all of its audio",
} as const;
export type Way = keyof typeof WAYS;

const MODEL = { reply: REPLY, firstMs: 600, tokensPerSecond: 40 };
const VOICE = { firstMs: 200, realTimeFactor: 0.3 };
const MANNERS: Readonly<Record<Way, Pick<TelephoneManners, "agent" | "voice">>> = {
  ours: { agent: { ...MODEL, streams: true }, voice: VOICE },
  wholeReply: { agent: { ...MODEL, streams: false }, voice: VOICE },
  wholeAudio: { agent: { ...MODEL, streams: false }, voice: { ...VOICE, whole: REPLY } },
};

/**
 * The same model and voice on each way, all at the same time: seconds are compared here, which a busy machine changes
 * little. Every call takes part with at least one whole answer.
 */
export async function firstAudio({ calls, ms }: { readonly calls: number; readonly ms: number }): Promise<Readonly<Record<Way, TalkResult>>> {
  const answerMs = SENTENCES.reduce((sum, sentence) => sum + spokenMs(sentence), 0);
  const measured = async (way: Way): Promise<TalkResult> => {
    await using talk = await startTalk(MANNERS[way], answerMs);
    await talk.load.open(calls);
    const result = await talk.load.watch(ms);
    await talk.load.hangUp();
    return result;
  };
  const [ours, wholeReply, wholeAudio] = await Promise.all([measured("ours"), measured("wholeReply"), measured("wholeAudio")]);
  return { ours, wholeReply, wholeAudio };
}

async function startTalk(manners: Pick<TelephoneManners, "agent" | "voice">, answerMs: number): Promise<Talk> {
  const server = await start("telephone", { format: "mulaw", ...manners });
  const load = await start("talkLoad", { server: { port: await server.port(), isTelephone: true }, manners: { ...CALLER, answerMs } });
  return {
    load,
    async [Symbol.asyncDispose]() {
      await load[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
