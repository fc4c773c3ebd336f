import twilio from "twilio/lib/base/BaseTwilio.js";
import { describe, expect, it } from "vitest";
import { check } from "./capabilities.ts";
import { restBase, type TwilioConfig } from "./config.ts";
import { twilioDefinition } from "./definition.ts";
import { ACCOUNT } from "./testing/index.ts";

const { accountSid, authToken, apiKeySid, apiKeySecret } = ACCOUNT;
const MINIMAL = { accountSid, authToken };
const validate = async (section: unknown) => await twilioDefinition.config["~standard"].validate(section);

/** Every fault with its key, as an operator reads it. */
async function faults(section: unknown): Promise<string[]> {
  const { issues = [] } = await validate(section);
  return issues.map(({ path = [], message }) => `${path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")}: ${message}`);
}

describe("Twilio's section of the configuration", () => {
  it.each<TwilioConfig>([
    MINIMAL,
    { ...MINIMAL, apiKeySid, apiKeySecret, fromNumber: "+15550100001", region: "ie1", edge: "dublin" },
    { ...MINIMAL, baseUrl: "https://twilio.proxy.example.com/base" },
    { ...MINIMAL, baseUrl: "http://127.0.0.1:8080" },
    { ...MINIMAL, baseUrl: "http://localhost:8080" },
    { ...MINIMAL, baseUrl: "http://[::1]:8080" },
  ])("takes %o", async (section) => {
    expect(await validate(section)).toEqual({ value: section });
  });

  it.each([
    [undefined, [/^accountSid: /, /^authToken: /]],
    [{ ...MINIMAL, accountSID: "x" }, [/"accountSID"/]],
    [{ ...MINIMAL, accountSid: "AC123" }, [/^accountSid: has to be AC and 32/]],
    [{ ...MINIMAL, authToken: "" }, [/^authToken: /]],
    [{ ...MINIMAL, apiKeySid }, [/^apiKeySecret: .*both/]],
    [{ ...MINIMAL, apiKeySecret }, [/^apiKeySid: .*both/]],
    [{ ...MINIMAL, fromNumber: "5550100001" }, [/^fromNumber: has to be E\.164/]],
    [{ ...MINIMAL, region: "moon1" }, [/^region: .*"ie1"/]],
    [{ ...MINIMAL, edge: "dublin.evil.example.com/" }, [/^edge: /]],
    [{ ...MINIMAL, baseUrl: "http://api.twilio.com" }, [/^baseUrl: has to be an https URL/]],
    [{ ...MINIMAL, baseUrl: "http://127.0.0.1.evil.example.com" }, [/^baseUrl: /]],
    [{ ...MINIMAL, baseUrl: "https://user:pass@api.twilio.com" }, [/^baseUrl: /]],
    [{ ...MINIMAL, baseUrl: "https://api.twilio.com?x=1" }, [/^baseUrl: /]],
    [{ ...MINIMAL, baseUrl: "twilio" }, [/^baseUrl: /]],
  ] as const)("names what is wrong in %o", async (section, messages) => {
    const found = await faults(section);
    expect(found).toHaveLength(messages.length);
    messages.forEach((message, index) => expect(found[index]).toMatch(message));
    expect(found.join()).not.toContain(authToken);
  });

  it.each<Partial<TwilioConfig>>([{}, { region: "us1" }, { region: "au1" }, { region: "ie1", edge: "dublin" }, { edge: "sydney" }])("reaches the host of %o as Twilio's library does", (place) => {
    const client = new twilio.Client(accountSid, authToken, { region: place.region ?? "", edge: place.edge ?? "" });
    expect(restBase({ ...MINIMAL, ...place })).toBe(`https://${client.getHostname("api.twilio.com", client.edge, client.region)}`);
  });

  it("has its base URL where it is given, whatever the region", () => {
    expect(restBase({ ...MINIMAL, region: "ie1", baseUrl: "http://127.0.0.1:8080/base/" })).toBe("http://127.0.0.1:8080/base");
  });

  it("gives the number that calls come from", () => {
    const { capabilities } = twilioDefinition;
    const of = (config: TwilioConfig) => (typeof capabilities === "function" ? capabilities(config) : capabilities);
    expect(of({ ...MINIMAL, fromNumber: "+15550100001" })).toMatchObject({ defaultFrom: "+15550100001", flow: "pull" });
    expect(of(MINIMAL)).not.toHaveProperty("defaultFrom");
    expect(twilioDefinition.env).toEqual({ accountSid: ["TWILIO_ACCOUNT_SID"], authToken: ["TWILIO_AUTH_TOKEN"], fromNumber: ["TWILIO_FROM_NUMBER"] });
  });
});

describe("what does not go together at Twilio (pain-11)", () => {
  const intent = { direction: "outbound", mode: "conversation", audioMode: "native" } as const;

  it.each([
    [{}, []],
    [{ dialDigits: "12" }, []],
    [{ machineDetection: true }, []],
    [{ dialDigits: "12", machineDetection: true }, ["dial-digits-with-machine-detection"]],
    [{ dialDigits: "1".repeat(33) }, ["dial-digits-too-long"]],
    [{ record: true }, ["record"]],
  ])("%o", (wishes, codes) => {
    expect(check({ ...intent, ...wishes }).map(({ code }) => code)).toEqual(codes);
  });
});
