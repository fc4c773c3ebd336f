import { runScenario } from "./harness/scenario.ts";
import { telnyxNews } from "./webhooks/messages.ts";
import { ratio, runRounds, typical, type Contestant, type Round } from "./webhooks/rounds.ts";
import { servesHere, startServer } from "./webhooks/server-process.ts";
import { telnyxKeyScenario } from "./webhooks/telnyx-key.ts";
import { newsOfAnyCalls, newsOfEndingCalls, newsOfLiveCalls } from "./webhooks/twilio-calls.ts";

// Verified webhooks each second and the time to their replies, of the telephone with everything on, beside a bare server
// and beside Express with Twilio's own middleware: `npm run bench -- webhooks`. Only ratios of one run are promised.
const LOAD = { rounds: 25, webhooks: 6400, connections: 64 };
const OURS = "the telephone (Twilio)";
const BARE = "node:http, signature only";
const EXPRESS = "express, twilio.webhook()";
const TARGETS = [
  { base: BARE, atLeast: 0.75 },
  { base: EXPRESS, atLeast: 1.4 },
];

// Each server is this same program, started again.
if (!(await servesHere())) await compare();

async function compare(): Promise<void> {
  const key = runScenario(await telnyxKeyScenario());
  await using bare = await startServer("bare");
  await using express = await startServer("express");
  await using twilio = await startServer("twilio");
  await using ending = await startServer("twilio");
  await using telnyx = await startServer("telnyx");
  const contestants: readonly Contestant[] = [
    { name: BARE, server: bare, webhooks: newsOfAnyCalls },
    { name: EXPRESS, server: express, webhooks: newsOfAnyCalls },
    { name: OURS, server: twilio, webhooks: (count) => newsOfLiveCalls(twilio, count) },
    { name: "the same, and calls end", server: ending, webhooks: (count) => newsOfEndingCalls(ending, count) },
    { name: "the telephone (Telnyx)", server: telnyx, webhooks: (count) => Array.from({ length: count / 2 }, () => telnyxNews(telnyx.liveCall ?? "")) },
  ];
  const results = await runRounds(contestants, LOAD);
  const roundsOf = (name: string): readonly Round[] => results.get(name) ?? [];

  console.log(key.lines.join("\n"));
  console.log(`Webhooks over ${LOAD.connections} keep-alive connections, one request under way on each; medians of ${LOAD.rounds} rounds`);
  console.log(`  ${"".padEnd(26)} ${["per second", "cpu us each", "p50 ms", "p99 ms", "of bare", "cpu of bare"].map((title) => title.padStart(11)).join(" ")}`);
  for (const { name } of contestants) {
    const rounds = roundsOf(name);
    const numbers = [typical(rounds, "perSecond").toFixed(0), ...(["cpuMicros", "p50", "p99"] as const).map((what) => typical(rounds, what).toFixed(1))];
    const ratios = (["perSecond", "cpuMicros"] as const).map((what) => ratio(rounds, roundsOf(BARE), what).toFixed(2));
    console.log(`  ${name.padEnd(26)} ${[...numbers, ...ratios].map((text) => text.padStart(11)).join(" ")}`);
  }
  let missed = key.missed;
  for (const { base, atLeast } of TARGETS) {
    const value = ratio(roundsOf(OURS), roundsOf(base), "perSecond");
    if (value < atLeast) missed += 1;
    console.log(`  ${value >= atLeast ? "pass" : "MISS"}  ${OURS} / ${base}: ${value.toFixed(2)} x, at least ${atLeast} x`);
  }
  console.log(missed === 0 ? "all targets met" : `${missed} targets missed`);
  if (missed > 0) process.exitCode = 1;
}
