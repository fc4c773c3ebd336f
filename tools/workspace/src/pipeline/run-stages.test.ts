import { describe, expect, it } from "vitest";
import { UsageError, chooseStages } from "./choose-stages.ts";
import type { CommandEnd } from "./run-command.ts";
import { runStages } from "./run-stages.ts";
import { STAGES, type Stage } from "./stages.ts";
import { NO_TESTS, type Totals } from "./totals.ts";

const OK: CommandEnd = { ok: true, how: "exit code 0" };
const FAILED: CommandEnd = { ok: false, how: "exit code 1" };

function stage(name: string, counts?: Stage["counts"]): Stage {
  return { name, title: name, program: "x", args: [], deadlineMs: 1, ...(counts && { counts }) };
}

async function run(stages: Stage[], ends: Record<string, CommandEnd>, totals: Partial<Record<string, Partial<Totals>>> = {}) {
  const said: string[] = [];
  const ran: string[] = [];
  const ok = await runStages(stages, {
    run: ({ name }) => {
      ran.push(name);
      return Promise.resolve(ends[name] ?? OK);
    },
    forgetReports: () => {},
    readTotals: (kind) => ({ ...NO_TESTS, ...totals[kind] }),
    now: () => 0,
    say: (line) => said.push(line),
  });
  return { ok, said, ran, last: said.at(-1) };
}

describe("npm test", () => {
  it("ends with a line that adds up the tests of every stage", async () => {
    const totals = { unit: { passed: 7, failed: 0 }, e2e: { passed: 2, failed: 0 } };
    const { ok, last } = await run([stage("lint"), stage("unit", "unit"), stage("gateway", "e2e")], {}, totals);
    expect(ok).toBe(true);
    expect(last).toBe("9 passed, 0 failed");
  });

  it("stops at the first stage that fails, and names it and what was not run", async () => {
    const { ok, ran, said } = await run([stage("types"), stage("lint"), stage("unit", "unit")], { lint: FAILED });
    expect(ok).toBe(false);
    expect(ran).toEqual(["types", "lint"]);
    expect(said.join("\n")).toMatch(/FAIL +lint .*exit code 1[\s\S]*- +unit +not run/);
  });

  it("never says 0 failed after a failure, also where no test failed", async () => {
    const { last } = await run([stage("unit", "unit")], { unit: FAILED }, { unit: { passed: 3, failed: 0 } });
    expect(last).toBe("3 passed, 1 failed");
  });

  it("names at its end what failed, where a long output would hide it", async () => {
    const failures = ["libs/a/src/a.test.ts > adds: expected 2 to be 3"];
    const { said } = await run([stage("unit", "unit")], { unit: FAILED }, { unit: { passed: 3, failed: 1, failures } });
    expect(said.slice(-4)).toEqual(["What failed:", "  libs/a/src/a.test.ts > adds: expected 2 to be 3", "", "3 passed, 1 failed"]);
  });

  it("counts failed tests as they are", async () => {
    const { last } = await run([stage("unit", "unit")], { unit: FAILED }, { unit: { passed: 3, failed: 2 } });
    expect(last).toBe("3 passed, 2 failed");
  });
});

describe("the stages to run", () => {
  const names = (...args: string[]) => chooseStages(STAGES, args).map(({ name }) => name);

  it("are all where nothing is said", () => {
    expect(names()).toEqual(STAGES.map(({ name }) => name));
  });

  it("are those that --only names, in the usual order", () => {
    expect(names("--only=unit,types")).toEqual(["types", "unit"]);
  });

  it("are all but those that --skip names", () => {
    expect(names("--skip=gateway")).toEqual(STAGES.map(({ name }) => name).filter((name) => name !== "gateway"));
  });

  it.each([["--only=unity"], ["--fast"], ["unit"]])("are not guessed from %s", (arg) => {
    expect(() => names(arg)).toThrow(UsageError);
    expect(() => names(arg)).toThrow(/structure, .*gateway/);
  });
});
