import { registry } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { FakeHost } from "./host/fake-host.test-support.ts";
import plugin from "./index.ts";

const loaded = async (mode: string) => {
  using host = new FakeHost({ enabled: true, provider: "mock" });
  const instance = host.load(plugin, mode);
  const carriers = registry().entries().map(({ definition, mode: as }) => `${definition.id} ${as}`);
  await instance.dispose();
  const { commands, toolCount, methods, services } = instance;
  return { commands, carriers, tools: toolCount, methods: methods.size, services: services.length };
};

describe("loading the plugin", () => {
  it("for good registers everything", async () => {
    expect(await loaded("full")).toEqual({ commands: ["voicecall"], carriers: ["mock full"], tools: 1, methods: 14, services: 1 });
  });

  it("to look at it registers what a command's process needs: commands, tool and carrier, no service", async () => {
    expect(await loaded("discovery")).toEqual({ commands: ["voicecall"], carriers: ["mock discovery"], tools: 1, methods: 0, services: 0 });
  });

  it("for its commands' names touches nothing of the host", async () => {
    expect(await loaded("cli-metadata")).toEqual({ commands: ["voicecall"], carriers: [], tools: 0, methods: 0, services: 0 });
  });

  it("takes its carrier back when the host drops it", () => {
    expect(registry().entries()).toEqual([]);
  });

  it("asks that edits of its own configuration leave it running", () => {
    expect(plugin.reload).toEqual({ noopPrefixes: ["plugins.entries.voice-call.config"] });
  });
});
