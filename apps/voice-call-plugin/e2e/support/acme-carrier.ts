import { packPlugin } from "./throwaway-plugin.ts";

/**
 * A carrier as a stranger would write it with nothing but the contract at hand: plain JavaScript, a command at a time, its
 * network a few lines in the process. Whoever is called asks one question, hears the answer and hangs up.
 */
const CODE = `
import { CONTRACT, TelephonyError, registerProvider } from "@openclaw/telephony-contract";

const UP = { native: "yes" };

const acme = {
  contract: CONTRACT,
  kind: "carrier",
  id: "acme",
  label: "Acme Telephone",
  secrets: ["apiKey"],
  env: { apiKey: ["ACME_API_KEY"] },
  config: {
    "~standard": {
      version: 1,
      vendor: "acme",
      validate(section) {
        const unknown = Object.keys(section).filter((key) => key !== "apiKey");
        const issues = unknown.map((key) => ({ message: "is not known", path: [key] }));
        if (typeof section.apiKey !== "string") issues.push({ message: "is required", path: ["apiKey"] });
        return issues.length > 0 ? { issues } : { value: section };
      },
    },
  },
  capabilities: {
    flow: "push",
    audioModes: ["native"],
    outbound: true,
    steps: { say: UP, listen: UP },
    listen: { speech: true, proof: "echoed" },
  },
  async create(_settings, context) {
    const lines = new Map();
    let serial = 0;
    const tell = (id, news) => {
      const line = lines.get(id);
      if (!line || line.over) return;
      if (news.type === "ended") line.over = true;
      context.emit({ ...news, occurredAt: context.clock.now(), dedupeKey: "acme-" + ++serial, callId: line.callId, carrierIds: [id] });
    };
    const soon = (id, ...news) => context.clock.schedule(5, () => news.forEach((one) => tell(id, one)));
    return {
      async close() {
        lines.clear();
      },
      async dial({ callId }) {
        const id = "acme-" + callId;
        lines.set(id, { callId, asked: false, over: false });
        soon(id, { type: "ringing" }, { type: "answered" });
        return { carrierIds: [id], delivery: "stepwise" };
      },
      async perform({ carrierIds: [id] }, step, { nonce }) {
        const line = lines.get(id);
        if (!line || line.over) throw new TelephonyError("call-gone", "Acme knows no such call");
        const done = { type: "stepEnded", stepId: step.id, outcome: "completed" };
        if (step.kind === "say") return void soon(id, done);
        if (line.asked) return void soon(id, done, { type: "ended", reason: "completed", by: "callee" });
        line.asked = true;
        soon(id, { type: "answer", turn: { nonce, proof: "echoed" }, input: { kind: "speech", text: "What is the time?" } }, done);
      },
      async hangup({ carrierIds: [id] }) {
        soon(id, { type: "ended", reason: "completed", by: "us" });
      },
      async status({ carrierIds: [id] }) {
        const line = lines.get(id);
        return { state: !line || line.over ? "ended" : "answered" };
      },
    };
  },
};

export default {
  id: "acme-telephone",
  name: "acme-telephone",
  description: "Exists only in a test",
  register(api) {
    if (api.registrationMode === "cli-metadata") return;
    api.lifecycle.onDispose(registerProvider(acme, { mode: api.registrationMode, package: "acme-telephone", version: "1.0.0" }));
  },
};
`;

/** Id of the carrier's plugin. */
export const ACME_PLUGIN = "acme-telephone";

/** Packs the carrier `acme`, which asks for the secret `acme.apiKey`. */
export function packAcme(folder: string): string {
  return packPlugin(folder, { id: ACME_PLUGIN, code: CODE, uses: ["openclaw-telephony-contract"] });
}
