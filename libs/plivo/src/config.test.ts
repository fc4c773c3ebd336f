import { describe, expect, it } from "vitest";
import { plivoDefinition } from "./definition.ts";

const ACCOUNT = { authId: "MA0123456789ABCDEFGH", authToken: "token" };
const validate = (section: unknown) => plivoDefinition.config["~standard"].validate(section);
const issues = async (section: unknown) => JSON.stringify((await validate(section)).issues ?? []);

describe("Plivo's section of the configuration", () => {
  it("needs no more than the account's credentials, of a subaccount too", async () => {
    expect(await validate(ACCOUNT)).toEqual({ value: { ...ACCOUNT, baseUrl: "https://api.plivo.com" } });
    expect(await validate({ ...ACCOUNT, authId: "SA0123456789ABCDEFGH" })).toHaveProperty("value");
  });

  it.each(["https://plivo.example.com/region", "http://127.0.0.1:4010", "http://localhost:4010/", "http://[::1]:4010"])("takes %s as baseUrl", async (baseUrl) => {
    expect(await validate({ ...ACCOUNT, baseUrl })).toMatchObject({ value: { baseUrl: baseUrl.replace(/\/$/, "") } });
  });

  it.each(["http://api.plivo.com", "http://127.0.0.1.example.com", "https://user:word@api.plivo.com", "https://api.plivo.com/?a=1", "ftp://localhost", "api.plivo.com", ""])(
    "refuses %j as baseUrl, naming the key",
    async (baseUrl) => {
      expect(await issues({ ...ACCOUNT, baseUrl })).toContain("baseUrl");
    },
  );

  it.each([
    ["authId", { authToken: "token" }],
    ["authId", { ...ACCOUNT, authId: "AC0123456789ABCDEFGH" }],
    ["authId", { ...ACCOUNT, authId: "MA01/../Account/OTHER" }],
    ["authToken", { authId: ACCOUNT.authId }],
    ["authToken", { ...ACCOUNT, authToken: "" }],
    ["authTokn", { ...ACCOUNT, authTokn: "x" }],
  ])("names %s in what is wrong with %o", async (key, section) => {
    expect(await issues(section)).toContain(key);
  });

  it("never repeats the token in what is wrong", async () => {
    expect(await issues({ ...ACCOUNT, authToken: "two words of a token" })).not.toContain("two words");
  });

  it("takes the credentials from the environment as well, and calls the token a secret", () => {
    expect(plivoDefinition.env).toEqual({ authId: ["PLIVO_AUTH_ID"], authToken: ["PLIVO_AUTH_TOKEN"] });
    expect(plivoDefinition.secrets).toEqual(["authToken"]);
  });
});
