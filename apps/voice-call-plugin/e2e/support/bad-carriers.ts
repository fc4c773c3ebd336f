import { packPlugin } from "./throwaway-plugin.ts";

/** Where the carrier `unruly` can be told to throw. */
export type Misdeed = "capabilities" | "create" | "start" | "check" | "dial" | "perform" | "hangup" | "status" | "close" | "timer" | "emit";

/**
 * Carriers that are bad news. `unruly` throws what its setting `throwsIn` names, at once and never a telephony error;
 * `locked` needs a secret; `twin` is claimed by two packages.
 */
const CODE = `
import { CONTRACT, registerProvider } from "@openclaw/telephony-contract";

const UP = { native: "yes" };
const capabilities = { flow: "push", audioModes: ["native"], outbound: true, steps: { say: UP, listen: UP, pause: UP }, listen: { speech: true, proof: "echoed" } };
const schema = (validate) => ({ "~standard": { version: 1, vendor: "bad", validate } });
const anything = schema((value) => ({ value }));
const basis = { contract: CONTRACT, kind: "carrier", config: anything, capabilities };
const refuse = async () => { throw new Error("not in this test"); };

const guilty = (settings, where) => (settings?.throwsIn ?? "").split(", ").includes(where);

function blow(settings, where) {
  if (guilty(settings, where)) throw new Error("boom in " + where);
}

const unruly = {
  ...basis,
  id: "unruly",
  label: "Unruly",
  capabilities: (settings) => (blow(settings, "capabilities"), capabilities),
  create(settings, context) {
    blow(settings, "create");
    let serial = 0;
    const soon = (call, news) => context.clock.schedule(5, () => {
      blow(settings, "timer");
      if (guilty(settings, "emit")) for (const nonsense of [undefined, {}, { type: 7 }, { type: "answered", carrierIds: 3 }]) context.emit(nonsense);
      context.emit({ ...news, occurredAt: context.clock.now(), dedupeKey: "unruly-" + ++serial, callId: call.callId, carrierIds: ["unruly-" + call.callId] });
    });
    return Promise.resolve({
      start: () => (blow(settings, "start"), Promise.resolve()),
      close: () => (blow(settings, "close"), Promise.resolve()),
      check: () => (blow(settings, "check"), []),
      dial(call) {
        blow(settings, "dial");
        soon(call, { type: "answered" });
        return Promise.resolve({ carrierIds: ["unruly-" + call.callId], delivery: "stepwise" });
      },
      perform(call, step) {
        blow(settings, "perform");
        if (step.kind === "say") soon(call, { type: "stepEnded", stepId: step.id, outcome: "completed" });
        return Promise.resolve();
      },
      hangup(call) {
        blow(settings, "hangup");
        soon(call, { type: "ended", reason: "completed", by: "us" });
        return Promise.resolve();
      },
      status: () => (blow(settings, "status"), Promise.resolve({ state: "answered" })),
    });
  },
};

const locked = {
  ...basis,
  id: "locked",
  label: "Locked",
  secrets: ["apiKey"],
  env: { apiKey: ["LOCKED_API_KEY"] },
  config: schema((value) => (value.apiKey ? { value } : { issues: [{ message: "is required", path: ["apiKey"] }] })),
  create: refuse,
};

const twin = { ...basis, id: "twin", label: "Twin", create: refuse };

const own = { "bad-carriers": [unruly, locked, twin], "twin-carrier": [twin] };

export default {
  id: "PLUGIN",
  name: "PLUGIN",
  description: "Exists only in a test",
  register(api) {
    if (api.registrationMode === "cli-metadata") return;
    const about = { mode: api.registrationMode, package: "PLUGIN", version: "1.0.0" };
    for (const definition of own["PLUGIN"]) api.lifecycle.onDispose(registerProvider(definition, about));
  },
};
`;

/** Packs two plugins: `bad-carriers` with all three, and `twin-carrier`, which claims the same `twin`. */
export function packBadCarriers(folder: string): string[] {
  return ["bad-carriers", "twin-carrier"].map((id) => packPlugin(folder, { id, code: CODE.replaceAll("PLUGIN", id), uses: ["openclaw-telephony-contract"] }));
}
