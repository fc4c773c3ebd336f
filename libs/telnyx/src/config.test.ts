import { describe, expect, it } from "vitest";
import { telnyxDefinition } from "./definition.ts";
import { ACCOUNT } from "./testing/index.ts";

const validate = async (section: unknown) => await telnyxDefinition.config["~standard"].validate(section);

/** Every fault with its key, as an operator reads it. */
async function faults(section: unknown): Promise<string[]> {
  const { issues = [] } = await validate(section);
  return issues.map(({ path = [], message }) => `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`);
}

describe("the section of the configuration", () => {
  it("is complete with the account alone", async () => {
    expect(await validate(ACCOUNT)).toEqual({
      value: {
        ...ACCOUNT,
        baseUrl: "https://api.telnyx.com/v2",
        voice: "AWS.Polly.Joanna-Neural",
      },
    });
  });

  it.each([
    [{ publicKey: "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=" }],
    [{ baseUrl: "http://127.0.0.1:4010/v2" }],
    [{ baseUrl: "http://localhost:4010/v2" }],
    [{ baseUrl: "https://proxy.example.com/telnyx" }],
    [{ voice: "ElevenLabs.eleven_v3.Bella" }],
  ])("takes %o", async (changes) => {
    expect(await validate({ ...ACCOUNT, ...changes })).toMatchObject({ value: changes });
  });

  it.each([
    [{ apiKey: undefined }, /^apiKey: /],
    [{ apiKey: "with spaces in it" }, /^apiKey: .*API key/],
    [{ connectionId: undefined }, /^connectionId: /],
    [{ connectionId: 1494404757140276705n }, /^connectionId: /],
    [{ connectionId: "my-app" }, /^connectionId: .*digits/],
    [{ publicKey: undefined }, /^publicKey: /],
    [{ publicKey: "c2hvcnQ=" }, /^publicKey: .*32 bytes/],
    [{ baseUrl: "http://api.telnyx.com/v2" }, /^baseUrl: .*https/],
    [{ baseUrl: "http://localhost.example.com" }, /^baseUrl: /],
    [{ baseUrl: "https://user:word@api.telnyx.com" }, /^baseUrl: /],
    [{ baseUrl: "ftp://127.0.0.1" }, /^baseUrl: /],
    [{ baseUrl: "nonsense" }, /^baseUrl: /],
    [{ voice: 'x"><Say' }, /^voice: /],
    [{ voice: "female" }, /^voice: .*full name/],
    [{ apikey: "x" }, /"apikey"/],
  ])("names what is wrong in %o", async (changes, message) => {
    const found = await faults({ ...ACCOUNT, ...changes });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it("never repeats a secret", async () => {
    expect(String(await faults({ ...ACCOUNT, apiKey: "KEY secret with spaces" }))).not.toContain("secret");
  });

  it("says where its keys come from and which is a secret", () => {
    expect(telnyxDefinition.env).toEqual({ apiKey: ["TELNYX_API_KEY"], connectionId: ["TELNYX_CONNECTION_ID"], publicKey: ["TELNYX_PUBLIC_KEY"] });
    expect(telnyxDefinition.secrets).toEqual(["apiKey"]);
  });
});
