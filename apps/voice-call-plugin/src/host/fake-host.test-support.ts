import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentRun, AgentRunResult, AgentTool, Command, HostApi, HostService, Respond, ToolContext } from "./api.ts";

/** A host in this process, as far as the plugin uses one. Several instances of a plugin can be loaded into it. */
export class FakeHost {
  /** `plugins.entries.voice-call.config` and the rest of the configuration. Replace it to change it, as the host does. */
  config: unknown;
  readonly stateDir = mkdtempSync(join(tmpdir(), "voice-call-host-"));
  readonly logged: string[] = [];
  readonly runs: AgentRun[] = [];
  /** What the agent answers. */
  agent: (run: AgentRun) => Promise<AgentRunResult> = () => Promise.resolve({ payloads: [{ text: '{"spoken":"Yes."}' }] });
  readonly sessions = new Map<string, { sessionId: string }>();
  /** What the agents were told, and which of them were woken. */
  readonly events: { text: string; sessionKey: string; agentId: string }[] = [];
  readonly wakes: { agentId: string; sessionKey: string; source: string; reason: string }[] = [];

  constructor(pluginConfig: unknown, rest: Record<string, unknown> = {}) {
    this.config = configWith(pluginConfig, rest);
  }

  readonly runtime: HostApi["runtime"] = {
    config: { current: () => this.config },
    state: { resolveStateDir: () => this.stateDir },
    system: {
      enqueueSystemEvent: (text, { sessionKey, agentId }) => this.events.push({ text, sessionKey, agentId }) > 0,
      requestHeartbeat: (wake) => void this.wakes.push(wake),
    },
    agent: {
      resolveAgentDir: (_config, agentId) => join(this.stateDir, "agents", agentId),
      resolveAgentWorkspaceDir: (_config, agentId) => join(this.stateDir, "workspaces", agentId),
      runEmbeddedAgent: (run) => {
        this.runs.push(run);
        return this.agent(run);
      },
      session: {
        getSessionEntry: ({ sessionKey }) => this.sessions.get(sessionKey),
        upsertSessionEntry: ({ sessionKey, entry }) => Promise.resolve(void this.sessions.set(sessionKey, entry)),
      },
    },
  };

  /** Loads a plugin as one instance of a mode. */
  load(plugin: { register(api: HostApi): void }, registrationMode: string): Instance {
    const instance = new Instance(this, registrationMode);
    plugin.register(instance.api);
    return instance;
  }

  readonly logger = {
    info: (message: string) => void this.logged.push(`info ${message}`),
    warn: (message: string) => void this.logged.push(`warn ${message}`),
    error: (message: string) => void this.logged.push(`error ${message}`),
  };

  [Symbol.dispose](): void {
    rmSync(this.stateDir, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A configuration of the host with this section for the plugin. */
export function configWith(pluginConfig: unknown, rest: Record<string, unknown> = {}): unknown {
  return { ...rest, plugins: { entries: { "voice-call": { enabled: true, config: pluginConfig } } } };
}

/** One loaded instance of a plugin, and what it registered. */
export class Instance {
  readonly api: HostApi;
  readonly services: HostService[] = [];
  readonly methods = new Map<string, { handler: Parameters<HostApi["registerGatewayMethod"]>[1]; scope: string }>();
  readonly commands: string[] = [];
  registrars: Parameters<HostApi["registerCli"]>[0][] = [];
  readonly #tools: ((context: ToolContext) => AgentTool)[] = [];
  readonly #disposals: (() => void | Promise<void>)[] = [];
  readonly #host: FakeHost;

  constructor(host: FakeHost, registrationMode: string) {
    this.#host = host;
    const unavailable = (): never => {
      throw new Error(`runtime is not available in ${registrationMode}`);
    };
    this.api = {
      registrationMode,
      logger: host.logger,
      get runtime() {
        return registrationMode === "cli-metadata" ? unavailable() : host.runtime;
      },
      lifecycle: { onDispose: (cleanup) => this.#disposals.push(cleanup) },
      registerService: (service) => void this.services.push(service),
      registerGatewayMethod: (method, handler, { scope }) => void this.methods.set(method, { handler, scope }),
      registerTool: (factory) => void this.#tools.push(factory),
      registerCli: (registrar, { descriptors }) => {
        this.registrars.push(registrar);
        this.commands.push(...descriptors.map(({ name }) => name));
      },
    };
  }

  get toolCount(): number {
    return this.#tools.length;
  }

  async start(): Promise<void> {
    for (const service of this.services) await service.start(this.#context);
  }

  async stop(): Promise<void> {
    for (const service of [...this.services].reverse()) await service.stop(this.#context);
  }

  async dispose(): Promise<void> {
    for (const cleanup of this.#disposals.splice(0).reverse()) await cleanup();
  }

  /** Uses the agent's tool on behalf of an agent and session. */
  async tool(parameters: Record<string, unknown>, context: ToolContext = {}): Promise<Json> {
    const [factory] = this.#tools;
    if (!factory) throw new Error("no tool was registered");
    return (await factory(context).execute("1", parameters)).details as Json;
  }

  /** Calls a Gateway method; what it answers. */
  async rpc(method: string, params: Record<string, unknown> = {}): Promise<{ ok: boolean; payload?: Json; error?: Json }> {
    const registered = this.methods.get(method);
    if (!registered) throw new Error(`${method} is not registered`);
    return new Promise((resolve, reject) => {
      const respond: Respond = (ok, payload, error) => resolve({ ok, payload: payload as Json, ...(error && { error: { ...error } }) });
      registered.handler({ params, respond }).catch(reject);
    });
  }

  get #context() {
    return { stateDir: this.#host.stateDir, logger: this.#host.logger };
  }
}

/** JSON that came back; tests look into it. */
type Json = Readonly<Record<string, unknown>>;

/** A commander that only keeps what was declared, and runs actions. */
export class FakeCommander implements Command {
  readonly children = new Map<string, FakeCommander>();
  readonly flags: string[] = [];
  run: (...given: unknown[]) => Promise<void> = () => Promise.resolve();

  command(name: string): FakeCommander {
    const child = new FakeCommander();
    this.children.set(name, child);
    return child;
  }
  description(): this {
    return this;
  }
  option(flags: string): this {
    this.flags.push(flags);
    return this;
  }
  requiredOption(flags: string): this {
    return this.option(flags);
  }
  action(run: (...given: unknown[]) => Promise<void>): this {
    this.run = run;
    return this;
  }
}
