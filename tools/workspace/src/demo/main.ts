import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { freePort, startGateway, startModelServer, type HostLab, type HostLabOptions } from "@openclaw/host-lab";
import { followCall, type DemoCall } from "./follow-call.ts";
import { packCore } from "./pack-core.ts";
import { saidItAll, scriptedAgent } from "./scripted-agent.ts";

/** Name of a real model, as the host writes it (`provider/model`); its key is taken from the environment. */
const REAL_MODEL = process.env["VOICE_CALL_DEMO_MODEL"];
const CALL_MS = REAL_MODEL ? 180_000 : 60_000;
const QUESTIONS = 3;
const NUMBER = "+15550100";

const print = (line: string) => console.log(line);
const begun = Date.now();

try {
  print("A telephone call with an OpenClaw agent, in a real Gateway, over the mock carrier.\n");
  print("Building and packing the plugin …");
  const tarball = packCore();
  await using model = await startModelServer({ script: scriptedAgent });
  print("Starting a Gateway with the plugin installed …");
  await using lab = await startGateway(labOptions(tarball, { server: model }, await freePort()));
  rmSync(dirname(tarball), { recursive: true, force: true });
  process.exitCode = await demonstrate(lab);
} catch (error) {
  console.error(`\nThe demonstration failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function labOptions(tarball: string, scripted: NonNullable<HostLabOptions["model"]>, port: number): HostLabOptions {
  const keys = Object.entries(process.env).filter(([name, value]) => /_(API_KEY|TOKEN|BASE_URL)$/.test(name) && value !== undefined);
  const config = { enabled: true, provider: "mock", fromNumber: "+15550199", serve: { port } };
  return {
    install: [tarball],
    model: REAL_MODEL ? { primary: REAL_MODEL } : scripted,
    env: REAL_MODEL ? (Object.fromEntries(keys) as Record<string, string>) : {},
    config: { plugins: { entries: { "voice-call": { enabled: true, config } } } },
  };
}

async function demonstrate(lab: HostLab): Promise<number> {
  print(`Calling ${NUMBER} (a scripted person who asks ${QUESTIONS} questions) …\n`);
  const request = { to: NUMBER, message: "Hello! This is your OpenClaw agent calling.", mode: "conversation" };
  const { callId } = (await lab.rpc("voicecall.start", request, { timeoutMs: 30_000 })) as { callId: string };
  const call = await followCall(lab, callId, CALL_MS, print);
  summarise(call);
  const said = call.transcript.filter((turn) => turn.speaker === "agent").map((turn) => turn.text);
  const answered = REAL_MODEL ? said.length > QUESTIONS : saidItAll(said);
  if (call.state === "completed" && answered) return 0;
  console.error(`\nThat was no good conversation. The Gateway said:\n${lab.logs().split("\n").slice(-20).join("\n")}`);
  return 1;
}

function summarise({ callId, state, startedAt, endedAt, transcript }: DemoCall): void {
  const latencies = transcript.flatMap((turn) => turn.turnLatencyMs ?? []);
  const average = Math.round(latencies.reduce((sum, one) => sum + one, 0) / Math.max(1, latencies.length));
  print(`\nCall ${callId}: ${state} after ${Math.round(((endedAt ?? startedAt) - startedAt) / 1000)} s.`);
  print(`${transcript.length} turns; the agent began to answer after ${Math.min(...latencies)} to ${Math.max(...latencies)} ms, ${average} ms on average.`);
  print(`All of it took ${Math.round((Date.now() - begun) / 1000)} s.`);
}
