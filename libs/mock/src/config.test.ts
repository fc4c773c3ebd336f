import { describe, expect, it } from "vitest";
import { mockDefinition } from "./definition.ts";

const validate = async (section: unknown) => await mockDefinition.config["~standard"].validate(section);

/** Every fault with its key, as an operator reads it. */
async function faults(section: unknown): Promise<string[]> {
  const { issues = [] } = await validate(section);
  return issues.map(({ path = [], message }) => `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`);
}

describe("the mock's section of the configuration", () => {
  it.each([[{}], [undefined]])("is complete as %o", async (section) => {
    expect(await validate(section)).toEqual({
      value: {
        flow: "pull",
        ringMs: 300,
        outcome: "answer",
        speakingMsPerWord: 300,
        thinkingMs: 200,
        voicemailGreeting: "Nobody is at home. Please leave a message after the tone.",
      },
    });
  });

  it("takes a script with every move", async () => {
    const script = [{ say: "Hi" }, { waitFor: "speech" }, { pauseMs: 5 }, { press: "12#" }, { hangup: true }];
    expect(await validate({ flow: "emit", outcome: "voicemail", script })).toMatchObject({ value: { flow: "emit", outcome: "voicemail", script } });
  });

  it.each([
    [{ ringMS: 300 }, /"ringMS"/],
    [{ flow: "sideways" }, /^flow: .*"pull"/],
    [{ ringMs: "300" }, /^ringMs: /],
    [{ outcome: "maybe" }, /^outcome: /],
    [{ script: [{ shout: "Hello" }] }, /^script\.0: .*say, waitFor, pauseMs, press, hangup/],
    [{ script: [{ say: "Hello", loudly: true }] }, /^script\.0: .*"loudly"/],
    [{ script: [{ waitFor: "rain" }] }, /^script\.0\.waitFor: /],
    [{ script: [{ pauseMs: 1 }, { press: "12x" }] }, /^script\.1\.press: .*keys/],
    [{ script: [{ hangup: false }] }, /^script\.0\.hangup: /],
    [{ script: Array.from({ length: 201 }, () => ({ say: "Hi" })) }, /^script: /],
  ])("names what is wrong in %o", async (section, message) => {
    const found = await faults(section);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });
});
