import { describe, expect, it } from "vitest";
import { HarnessError } from "./assertions.ts";
import { carrierConformance, type CarrierConformanceOptions, type Deviation } from "./carrier-conformance.ts";
import { carrier, declares } from "./fixtures/broken/spoil.ts";
import { createCollectingRunner } from "./fixtures/collecting-runner.ts";
import { fixture, type Flow, type Spoil } from "./fixtures/subjects.ts";

const deaf = carrier(() => ({ nudge: () => Promise.resolve() }));

async function tryOut(flow: Flow, spoil: Spoil, deviations: readonly Deviation[], more: Partial<CarrierConformanceOptions> = {}) {
  const runner = createCollectingRunner();
  carrierConformance({ ...fixture(flow, spoil), ...more, deviations, runner });
  const failed = (await runner.run()).filter(({ error }) => error !== undefined);
  return { names: runner.names, failed: failed.map(({ name, error }) => `${name}: ${String(error)}`), errors: failed.map(({ error }) => error) };
}

describe("a deviation", () => {
  it("stands as a passing case that names its reason", async () => {
    const { names, failed } = await tryOut("pull", deaf, [{ rule: "A2.nudge", reason: "the network ignores redirects" }]);
    expect(failed).toEqual([]);
    expect(names).toContain("A2.nudge deviates: the network ignores redirects");
    expect(names.filter((name) => name.startsWith("A2.nudge"))).toHaveLength(1);
  });

  it("fails where the carrier keeps the rule after all", async () => {
    const { failed } = await tryOut("pull", {}, [{ rule: "A2.nudge", reason: "the network ignores redirects" }]);
    expect(failed).toEqual([expect.stringContaining("A2.nudge is kept: take the deviation away")]);
  });

  it("fails where the rule does not concern the carrier", async () => {
    const { failed } = await tryOut("emit", {}, [{ rule: "A2.nudge", reason: "the network ignores redirects" }]);
    expect(failed).toEqual([expect.stringContaining("A2.nudge does not concern this carrier")]);
  });

  it("fails without a reason, for a rule that there is not, and when it is stated twice", async () => {
    const deviations = [{ rule: "A2.nudge", reason: " " }, { rule: "A99" as never, reason: "why not" }, { rule: "A8.shape", reason: "a" }, { rule: "A8.shape", reason: "b" }] as const;
    const { failed } = await tryOut("pull", deaf, deviations);
    expect(failed).toEqual([
      expect.stringContaining("deviation from A2.nudge: a reason is missing"),
      expect.stringContaining('deviation from "A99": there is no such rule'),
      expect.stringContaining("deviation from A8.shape: stated twice"),
      expect.stringContaining("A8.shape is kept"),
    ]);
  });

  it("is not proven by a harness that fails", async () => {
    const { harness } = fixture("pull", deaf);
    const broken: CarrierConformanceOptions["harness"] = async (kit) => {
      const made = await harness(kit);
      made.network.party = () => {
        throw new TypeError("the network fell over");
      };
      return made;
    };
    const { failed } = await tryOut("pull", deaf, [{ rule: "A2.nudge", reason: "the network ignores redirects" }], { harness: broken });
    expect(failed.find((line) => line.startsWith("A2.nudge"))).toContain("the network fell over");
  });
});

describe("the conformance kit", () => {
  const LIVE = { native: "yes" } as const;
  const little: [string, Flow, Spoil][] = [
    ["can only place calls and speak", "pull", declares(() => ({ audioModes: ["native"], publicWebhook: ["native"], inbound: false, listen: undefined, nudge: false, find: false, machineDetection: false, media: undefined, dtmfIn: undefined, dtmfOut: undefined, steps: { say: LIVE, pause: LIVE } }) as never)],
    ["can only take calls", "pull", declares(() => ({ outbound: false }))],
    ["can only take calls and is pushed", "emit", declares(() => ({ outbound: false }))],
    ["hears keys alone", "push", declares(() => ({ listen: { digits: true, proof: "echoed" } }))],
    ["has no voice of its own", "pull", declares(() => ({ audioModes: ["streaming"], publicWebhook: [], listen: undefined, dtmfOut: {}, steps: { connectMedia: LIVE, pause: LIVE } }) as never)],
    ["does nothing but ring", "emit", declares(() => ({ audioModes: ["streaming"], inbound: false, listen: undefined, dtmfOut: {}, steps: { connectMedia: LIVE } }) as never)],
  ];
  for (const [what, flow, spoil] of little) {
    it(`has nothing against a carrier that ${what}`, async () => {
      expect((await tryOut(flow, spoil, [])).failed).toEqual([]);
    });
  }

  it("leaves out the cases of what a carrier does not declare", async () => {
    const runner = createCollectingRunner();
    const spoil = declares(({ steps: { transfer: _, ...steps } }) => ({ steps, machineDetection: false, nudge: false }));
    carrierConformance({ ...fixture("pull", spoil), runner });
    const rules = runner.names.map((name) => name.split(" ")[0]);
    expect(rules).not.toContain("A15.back");
    expect(rules).not.toContain("A14.verdict");
    expect(rules).not.toContain("A2.nudge");
    expect(rules).toContain("A1.delivery");
  });

  it("works with a runner that has nothing but it", async () => {
    const names: string[] = [];
    carrierConformance({ ...fixture("emit"), runner: { it: (name) => void names.push(name) } });
    expect(names.length).toBeGreaterThan(40);
  });

  it("takes capabilities that depend on the configuration, and says so when it cannot know them", async () => {
    const spoil: Spoil = {
      definition: (correct) => ({ ...correct, capabilities: ({ token }) => ({ ...(correct.capabilities as object), nudge: token === "" }) as never }),
    };
    expect((await tryOut("pull", spoil, [])).names).not.toContain("A2.nudge");
    const { failed, errors } = await tryOut("pull", spoil, [], { config: {} });
    expect(failed).toEqual([expect.stringContaining("the valid configuration is refused: token has to be a text")]);
    expect(errors[0]).toBeInstanceOf(HarnessError);
  });

  it("can be told the capabilities where the schema has to wait, and checks what it was told", async () => {
    const spoil: Spoil = {
      definition: (correct) => {
        const { validate, ...standard } = correct.config["~standard"];
        const config = { "~standard": { ...standard, validate: async (value: unknown) => validate(value) } };
        return { ...correct, config, capabilities: () => correct.capabilities as never };
      },
    };
    expect((await tryOut("emit", spoil, [])).failed).toEqual([expect.stringContaining("state them as an option")]);
    const { capabilities } = fixture("emit").definition;
    if (typeof capabilities === "function") throw new Error("the fixtures' capabilities are data");
    expect((await tryOut("emit", spoil, [], { capabilities })).failed).toEqual([]);
    const { failed } = await tryOut("emit", spoil, [], { capabilities: { ...capabilities, maxDuration: true } });
    expect(failed).toEqual([expect.stringContaining("capabilities under the valid configuration: expected")]);
  });

  it("tells a harness what it lacks for what the carrier declares", async () => {
    const { harness } = fixture("push");
    const bare: CarrierConformanceOptions["harness"] = async (kit) => {
      const { network, create } = await harness(kit);
      Object.assign(network, { call: undefined, transferTarget: undefined });
      return { network, create };
    };
    const { errors, failed } = await tryOut("push", {}, [], { harness: bare });
    expect(failed.join("\n")).toMatch(/no call\(\).*inbound[^]*no transferTarget\(\)[^]*no openSocket\(\)/);
    for (const error of errors) expect(error).toBeInstanceOf(HarnessError);
  });

  it("asks for at least one invalid configuration and for every secret", async () => {
    const { failed } = await tryOut("emit", { definition: (correct) => ({ ...correct, secrets: ["token", "key.inside"] }) }, [], { invalidConfigs: [] });
    expect(failed.sort()).toEqual([
      expect.stringContaining("at least one invalid configuration"),
      expect.stringContaining("has to fill every secret: token, key.inside"),
      expect.stringContaining("has to fill every secret: token, key.inside"),
    ]);
  });
});
