import { g711Scenarios } from "./audio/g711.ts";
import { resamplerScenarios } from "./audio/resampling.ts";
import { loadHost, loadOurs } from "./audio/subjects.ts";
import { runScenarios } from "./harness/scenario.ts";

// Telephone audio beside a bare loop, the host's helpers and the usual packages: `node tools/bench/src/audio.ts`.
// Every time is that of one 20 ms frame. Absolute times are this machine's of this minute; only ratios are promised.
const [ours, host] = await Promise.all([loadOurs(), loadHost()]);
runScenarios([...g711Scenarios(ours, host), ...(await resamplerScenarios(ours, host))]);
