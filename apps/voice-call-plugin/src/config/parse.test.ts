import { describe, expect, it } from "vitest";
import { type ParseOptions, parseConfig } from "./parse.ts";
import { describeProblem } from "./problem.ts";

const problemsOf = (raw: unknown) => {
  const result = parseConfig(raw);
  return result.ok ? [] : result.problems;
};
const warningsOf = (raw: unknown, options?: ParseOptions) => {
  const result = parseConfig(raw, options);
  return result.ok ? result.warnings : [];
};
const configOf = (raw: unknown) => {
  const result = parseConfig(raw);
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join("\n"));
  return result.config;
};

describe("a configuration", () => {
  it.each([undefined, null, {}])("that is absent (%j) is a telephone that is switched off, with every default", (raw) => {
    expect(configOf(raw)).toEqual({
      enabled: false,
      outbound: { defaultMode: "notify", notifyHangupDelaySec: 3, machineDetection: "off", premiumRate: "refuse" },
      transfer: { allowTo: [] },
      inboundPolicy: "disabled",
      pairing: { message: expect.stringContaining("The owner has been asked") as string },
      allowFrom: [],
      numbers: {},
      sessionScope: "per-phone",
      responseTimeoutMs: 30_000,
      serve: { port: 3334, bind: "127.0.0.1", path: "/voice/webhook" },
      tunnel: { allowNgrokFreeTierLoopbackBypass: false },
      tailscale: { mode: "off", port: 443 },
      webhookSecurity: { trustForwardingHeaders: false },
      skipSignatureVerification: false,
      streaming: {
        enabled: false, streamPath: "/voice/stream", providers: {}, preStartTimeoutMs: 5000,
        maxPendingConnections: 32, maxPendingConnectionsPerIp: 4, maxConnections: 128, leadMs: 300,
      },
      bargeIn: { enabled: true, minSpeechMs: 500, minWords: 2, graceMs: 250, noiseMarginDb: 9, echoReturnLossDb: 14, resumeAfterMs: 1500 },
      thinking: { phrase: "One moment, please." },
      inactivity: { prompt: "Are you still there?" },
      realtime: {
        enabled: false, providers: {}, tools: [], toolPolicy: "safe-read-only", consultPolicy: "auto",
        agentContext: {
          enabled: false, maxChars: 6000, includeIdentity: true, includeWorkspaceFiles: true,
          files: ["SOUL.md", "IDENTITY.md", "USER.md"],
        },
        fastContext: { enabled: false, timeoutMs: 800, fallbackToConsult: false },
      },
      maxDurationSeconds: 300,
      maxConcurrentCalls: 1,
      staleCallReaperSeconds: 120,
      ringTimeoutMs: 30_000,
      silenceTimeoutMs: 800,
      transcriptTimeoutMs: 180_000,
      sections: {},
    });
  });

  it("keeps the sections of carriers as they are, apart from the telephone's own keys", () => {
    const acme = { apiKey: { source: "exec", provider: "vault", id: "acme" }, depth: { of: ["anything"] } };
    expect(configOf({ provider: "acme", acme, other: {} }).sections).toEqual({ acme, other: {} });
  });

  it.each([1, "text", [], true])("that is no object (%j) is refused", (raw) => {
    expect(problemsOf(raw)).toEqual([{ key: "", message: "has to be an object", remedy: "Write the settings as an object" }]);
  });

  it("that throws when it is read is refused, not thrown on", () => {
    const trap = { get provider(): string { throw new Error("secret") } };
    expect(problemsOf(trap)).toMatchObject([{ message: "cannot be read" }]);
  });

  it("that contains itself is refused", () => {
    const loop: Record<string, unknown> = {};
    loop.acme = loop;
    expect(problemsOf(loop)).toMatchObject([{ message: "is nested deeper than 32 levels" }]);
  });
});

describe("a problem", () => {
  it("stands as one line with the key as it is found in the file, the reason and the remedy", () => {
    expect(problemsOf({ serve: { port: 99_999 } }).map(describeProblem)).toEqual([
      "plugins.entries.voice-call.config.serve.port: is too large. Use at most 65535.",
    ]);
  });

  it.each([
    [{ maxConcurrentCals: 2 }, "maxConcurrentCals", /did you mean "maxConcurrentCalls"/i],
    [{ streaming: { provder: "x" } }, "streaming.provder", /did you mean "provider"/i],
    [{ streaming: { openaiApiKey: "x" } }, "streaming.openaiApiKey", /openclaw doctor --fix/],
    [{ inboundPolicy: "closed" }, "inboundPolicy", /disabled, allowlist, pairing, open/],
    [{ maxConcurrentCalls: "two" }, "maxConcurrentCalls", /./],
    [{ silenceTimeoutMs: 0 }, "silenceTimeoutMs", /at least 100/],
    [{ maxConcurrentCalls: 1.5 }, "maxConcurrentCalls", /./],
    [{ provider: "Acme" }, "provider", /./],
    [{ numbers: { "5551234": {} } }, "numbers.5551234", /./],
    [{ numbers: { "+15550100": { store: "x" } } }, "numbers.+15550100.store", /./],
    [{ realtime: { agentContext: { files: ["../../etc/passwd"] } } }, "realtime.agentContext.files.0", /./],
  ])("in %j names the key %s and what to do", (raw, key, remedy) => {
    expect(problemsOf(raw)).toEqual([
      { key, message: expect.any(String) as string, remedy: expect.stringMatching(remedy) as string },
    ]);
  });

  it("never repeats a value, because it might be a secret", () => {
    const secret = "hunter2hunter2";
    const raw = { fromNumber: secret, inboundPolicy: secret, acme: { apiKey: { source: secret }, baseUrl: secret }, serve: secret };
    const problems = problemsOf(raw);
    expect(problems).toHaveLength(5);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });
});

describe("a base URL", () => {
  const at = (baseUrl: string) => ({ acme: { baseUrl }, streaming: { providers: { acme: { baseUrl } } }, realtime: { providers: { acme: { baseUrl } } } });

  it.each(["https://api.example.com/v2", "wss://api.example.com", "http://127.0.0.1:8080/x", "ws://localhost:1", "http://[::1]:9/"])(
    "%s is accepted in every provider's section",
    (url) => expect(problemsOf(at(url))).toEqual([]),
  );

  it.each(["http://api.example.com", "ws://10.0.0.1", "http://localhost.example.com", "http://127.0.0.1@evil.example.com", "ftp://x", "api.example.com"])(
    "%s is refused in every provider's section",
    (url) => expect(problemsOf(at(url)).map(({ key }) => key)).toEqual(["streaming.providers.acme.baseUrl", "realtime.providers.acme.baseUrl", "acme.baseUrl"]),
  );
});

describe("the owner's rules for calls", () => {
  it("are taken as they are written", () => {
    const outbound = {
      allowTo: ["+15550100", "+4930*", "+1*"], allowCountries: ["DE", "GB", "XK"], premiumRate: "allow", maxCallsPerHour: 20,
      quietHours: { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" },
    };
    expect(configOf({ outbound, transfer: { allowTo: ["+4930*"] } })).toMatchObject({ outbound, transfer: { allowTo: ["+4930*"] } });
  });

  it.each([
    [{ allowTo: ["4930*"] }, "outbound.allowTo.0"],
    [{ allowTo: ["+49*30"] }, "outbound.allowTo.0"],
    [{ allowTo: ["*"] }, "outbound.allowTo.0"],
    [{ allowTo: ["+0*"] }, "outbound.allowTo.0"],
    [{ allowTo: ["+49"] }, "outbound.allowTo.0"],
    [{ allowTo: ["+49 30 1234567"] }, "outbound.allowTo.0"],
    [{ allowCountries: ["Germany"] }, "outbound.allowCountries.0"],
    [{ allowCountries: ["de"] }, "outbound.allowCountries.0"],
    [{ allowCountries: ["UK"] }, "outbound.allowCountries.0"],
    [{ allowCountries: ["EU"] }, "outbound.allowCountries.0"],
    [{ allowCountries: ["XX"] }, "outbound.allowCountries.0"],
    [{ premiumRate: "maybe" }, "outbound.premiumRate"],
    [{ maxCallsPerHour: 0 }, "outbound.maxCallsPerHour"],
    [{ maxCallsPerHour: 1001 }, "outbound.maxCallsPerHour"],
    [{ quietHours: { from: "22:00" } }, "outbound.quietHours.to"],
    [{ quietHours: { from: "24:00", to: "07:00" } }, "outbound.quietHours.from"],
    [{ quietHours: { from: "22:00", to: "7:00" } }, "outbound.quietHours.to"],
    [{ quietHours: { from: "22:00", to: "22:00" } }, "outbound.quietHours"],
    [{ quietHours: { from: "22:00", to: "07:00", timeZone: "Mars/Olympus" } }, "outbound.quietHours.timeZone"],
  ])("switch the telephone off where %j would allow something else than is meant: %s", (outbound, key) => {
    expect(problemsOf({ outbound }).map((problem) => problem.key)).toEqual([key]);
  });

  it("are doubted where they let nobody through", () => {
    expect(warningsOf({ outbound: { allowTo: [], allowCountries: [] } }).map(({ key }) => key)).toEqual(["outbound.allowTo", "outbound.allowCountries"]);
  });
});

describe("keys that contradict each other", () => {
  it("name two audio modes: refused, and both keys are named", () => {
    const [problem, ...others] = problemsOf({ inboundPolicy: "open", streaming: { enabled: true }, realtime: { enabled: true } });
    expect(others).toEqual([]);
    expect(problem && describeProblem(problem)).toMatch(/streaming\.enabled and realtime\.enabled/);
  });

  it.each([
    [{ realtime: { enabled: true } }, "inboundPolicy"],
    [{ skipSignatureVerification: true, serve: { bind: "0.0.0.0" } }, "skipSignatureVerification"],
    [{ streaming: { streamPath: "/voice/webhook" } }, "streaming.streamPath"],
    [{ tailscale: { mode: "funnel", port: 444 } }, "tailscale.port"],
    [{ tailscale: { mode: "serve" }, tunnel: { provider: "ngrok" } }, "tunnel.provider"],
    [{ provider: "serve" }, "provider"],
    [{ realtime: { tools: [{ name: "openclaw_end_call" }] } }, "realtime.tools.0.name"],
  ])("%j: refused at %s", (raw, key) => {
    expect(problemsOf(raw).map((problem) => problem.key)).toEqual([key]);
  });

  it.each([
    { realtime: { enabled: true }, inboundPolicy: "pairing" },
    { skipSignatureVerification: true },
    { skipSignatureVerification: true, serve: { bind: "::1" } },
    { tailscale: { mode: "serve", port: 444 } },
  ])("do not include %j", (raw) => expect(problemsOf(raw)).toEqual([]));
});

describe("a doubt", () => {
  it("is a section that looks like a slip of the keyboard; a carrier that may come later is none", () => {
    expect(warningsOf({ stremaing: {} })).toMatchObject([{ key: "stremaing", remedy: expect.stringContaining('"streaming"') as string }]);
    expect(warningsOf({ acme: {}, zenith: {} })).toEqual([]);
    expect(warningsOf({ acne: {} }, { carriers: ["acme"] })).toMatchObject([{ key: "acne" }]);
    expect(warningsOf({ acne: {} }, { carriers: ["acme", "acne"] })).toEqual([]);
  });

  it("is an allowlist that allows nobody, and a bypass that bypasses nothing", () => {
    expect(warningsOf({ inboundPolicy: "allowlist" })).toMatchObject([{ key: "allowFrom" }]);
    expect(warningsOf({ tunnel: { allowNgrokFreeTierLoopbackBypass: true } })).toMatchObject([
      { key: "tunnel.allowNgrokFreeTierLoopbackBypass" },
    ]);
  });

  it("is a variable that is not set: the value counts as missing, and the variable is named", () => {
    const raw = { fromNumber: "${OUR_NUMBER}", allowFrom: ["${A}", "+15550100"], acme: { apiKey: "${ACME_KEY}" } };
    expect(configOf(raw)).toMatchObject({ allowFrom: ["+15550100"], sections: { acme: {} } });
    expect(configOf(raw).fromNumber).toBeUndefined();
    expect(warningsOf(raw).map(({ key }) => key)).toEqual(["fromNumber", "allowFrom.0", "acme.apiKey"]);
    expect(warningsOf(raw)[2]?.remedy).toContain("ACME_KEY");
  });
});
