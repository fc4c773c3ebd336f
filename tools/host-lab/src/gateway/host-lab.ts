import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { GatewayConnectionError, HostLabError } from "../errors.ts";
import { freePort } from "../processes/free-port.ts";
import type { Exit, ManagedProcess } from "../processes/managed-process.ts";
import { Output } from "../processes/output.ts";
import { askUntilAdmitted, replyText } from "./agent-reply.ts";
import { type CliOptions, type CliResult, runCli } from "./cli.ts";
import * as configuration from "./config.ts";
import type { ConfigPatch, LabModel } from "./config.ts";
import { labEnvironment } from "./environment.ts";
import { ALL_SCOPES, type CallOptions, GatewayClient, type GatewayEvent } from "./gateway-client.ts";
import { spawnGateway, untilReady, untilServing } from "./gateway-process.ts";
import { type LabFolder, makeLabFolder, removeLabFolder } from "./lab-folder.ts";

export interface HostLabOptions {
  /** The agent's model. Without one the Gateway runs, but its agent has nobody to ask. */
  readonly model?: LabModel;
  /** Merged over the lab's own settings in `openclaw.json`. */
  readonly config?: ConfigPatch;
  /** Packed plugins (`.tgz`) to install before the first start. */
  readonly install?: readonly string[];
  /** Added to the environment of the Gateway and of every CLI run, e.g. a real model's key. */
  readonly env?: Readonly<Record<string, string>>;
  /** Deadline of each start, in milliseconds. Default 90,000: a first start on a busy machine takes about 10 s. */
  readonly startTimeoutMs?: number;
}

/** How a stop went. */
export interface Stopped extends Exit {
  /** False when the Gateway had to be killed because the grace time was over. */
  readonly graceful: boolean;
  readonly ms: number;
}

/**
 * One real OpenClaw host with its own state folder, token and ports. Several can run side by side. Nothing of it
 * survives `dispose`, nor the end of this process, however that comes about.
 */
export class HostLab {
  readonly folder: LabFolder = makeLabFolder();
  readonly token: string = randomUUID();
  /** How long the newest start took, in milliseconds. */
  startedInMs = 0;
  #port = 0;
  #process: ManagedProcess | undefined;
  readonly #env: Readonly<Record<string, string>>;
  readonly #output = new Output();
  readonly #clients = new Map<string, Promise<GatewayClient>>();
  readonly #eventListeners = new Set<(event: GatewayEvent) => void>();
  readonly #startTimeoutMs: number;

  /** A lab that is not started: folders, config and plugins are there, `cli` works. */
  static async prepare(options: HostLabOptions = {}): Promise<HostLab> {
    const lab = new HostLab(options);
    try {
      lab.#port = await freePort();
      const parts = [options.model === undefined ? {} : configuration.modelConfig(options.model), options.config ?? {}];
      const base = configuration.baseConfig(lab.folder, { port: lab.#port, token: lab.token });
      configuration.writeConfigFile(lab.folder.config, parts.reduce(configuration.mergeConfig, base));
      await lab.install(options.install ?? []);
      return lab;
    } catch (error) {
      await lab.dispose();
      throw error;
    }
  }

  private constructor(options: HostLabOptions) {
    this.#env = labEnvironment(this.folder, options.env);
    this.#startTimeoutMs = options.startTimeoutMs ?? 90_000;
  }

  /** The Gateway's port; the same after every restart. */
  get port(): number {
    return this.#port;
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Process id of the running Gateway. */
  get pid(): number | undefined {
    return this.running ? this.#process?.pid : undefined;
  }

  get running(): boolean {
    return this.#process !== undefined && this.#process.exit === undefined;
  }

  /** Everything the Gateway printed, over all its starts. */
  logs(): string {
    return this.#output.text;
  }

  /** Calls back for each line the Gateway prints from now on; returns how to stop. */
  onLog(listener: (line: string) => void): () => void {
    return this.#output.onLine(listener);
  }

  /** Calls back for each event the Gateway sends to operators from now on; returns how to stop. */
  onEvent(listener: (event: GatewayEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** The first line that matches, printed already or within `timeoutMs` (default 30,000). */
  async waitForLog(pattern: RegExp, { timeoutMs = 30_000 }: { timeoutMs?: number } = {}): Promise<string> {
    return this.#output.waitFor(pattern, timeoutMs);
  }

  /** Starts the Gateway and waits until it is ready. Does nothing when it runs. */
  async start(): Promise<void> {
    if (this.running) return;
    const started = performance.now();
    const place = { port: this.#port, output: this.#output };
    this.#process = spawnGateway({ ...place, cwd: this.folder.root, env: this.#env });
    try {
      const connect = (timeoutMs: number): Promise<GatewayClient> => this.#connect(ALL_SCOPES, timeoutMs);
      const client = await untilReady(this.#process, connect, { ...place, timeoutMs: this.#startTimeoutMs });
      this.#clients.set(ALL_SCOPES.join(" "), Promise.resolve(client));
    } catch (error) {
      await this.kill();
      throw error;
    }
    this.startedInMs = Math.round(performance.now() - started);
  }

  /**
   * Asks the Gateway to end as an operator would (SIGTERM) and waits. The host lets agent turns finish for up to five
   * minutes; after `graceMs` (default 15,000) it is killed with all its children.
   */
  async stop({ graceMs = 15_000 }: { graceMs?: number } = {}): Promise<Stopped> {
    const gateway = this.#process;
    if (gateway === undefined) return { code: null, signal: null, graceful: true, ms: 0 };
    const started = performance.now();
    gateway.signal("SIGTERM");
    const graceful = await gateway.endedWithin(graceMs);
    await this.#forgetClients();
    return { ...(await gateway.exited), graceful, ms: Math.round(performance.now() - started) };
  }

  /** Ends the Gateway at once, as a crash does, with the helpers it leaves behind. Signals but SIGKILL get 15 s. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (signal === "SIGKILL") await this.#process?.destroy();
    else {
      this.#process?.signal(signal);
      await this.#process?.endedWithin(15_000);
    }
    await this.#forgetClients();
  }

  /** Stops when running, then starts on the same state folder and port. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stops everything and deletes the lab's folder. Safe to call twice. */
  async dispose(): Promise<void> {
    await this.stop({ graceMs: 5_000 }).catch(() => undefined);
    removeLabFolder(this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** Runs the real `openclaw` CLI on this lab's state folder; it finds the Gateway through the config. */
  async cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return runCli(args, { cwd: this.folder.root, env: this.#env }, options);
  }

  /**
   * Installs packed plugins one after the other, as a user does. A running Gateway takes them in without a restart.
   * @throws HostLabError `install_failed` with the command's output.
   */
  async install(packages: readonly string[]): Promise<void> {
    for (const path of packages) {
      const spec = `npm-pack:${resolve(path)}`;
      const result = await this.cli(["plugins", "install", spec, "--force", "--accept-capabilities"], { timeoutMs: 120_000 });
      if (result.code === 0) continue;
      const why = result.timedOut ? "timed out" : `exit code ${result.code}`;
      throw new HostLabError("install_failed", `openclaw plugins install ${spec}: ${why}\n${result.stdout}${result.stderr}`);
    }
    if (packages.length > 0 && this.running) await this.settled();
  }

  /** `openclaw.json` as it is on disk. */
  config(): ConfigPatch {
    return configuration.readConfigFile(this.folder.config);
  }

  /**
   * Merges a patch into `openclaw.json` (`null` removes a key). A stopped lab gets the file rewritten; a running
   * Gateway is asked by `config.patch` and has applied the change when this returns, restarting itself if it must.
   * @throws HostLabError `config_rejected` when the Gateway refuses the result.
   */
  async writeConfig(patch: ConfigPatch): Promise<void> {
    if (!this.running) {
      configuration.writeConfigFile(this.folder.config, configuration.mergeConfig(this.config(), patch));
      return;
    }
    const current = await this.rpc("config.get");
    const baseHash = configuration.isPlainObject(current) ? current["hash"] : undefined;
    const params = { raw: JSON.stringify(patch), baseHash, replacePaths: configuration.arrayPaths(patch) };
    try {
      await this.rpc("config.patch", params);
    } catch (error) {
      // A change that restarts the Gateway can take the connection away before the answer.
      if (!(error instanceof GatewayConnectionError)) {
        throw new HostLabError("config_rejected", String(error), { cause: error });
      }
    }
    await this.settled();
  }

  /** Waits until the Gateway has applied the config on disk and is ready again. Deadline 60 s. */
  async settled(): Promise<void> {
    const gateway = this.#process;
    if (gateway === undefined) throw new HostLabError("not_running", "The Gateway is not running");
    const place = { port: this.#port, output: this.#output, timeoutMs: 60_000 };
    const client = await untilReady(gateway, () => this.#client(ALL_SCOPES), place);
    const deadline = performance.now() + place.timeoutMs;
    for (;;) {
      const current = await client.call("config.get");
      if (configuration.isPlainObject(current)) {
        if (current["valid"] === false) {
          throw new HostLabError("config_rejected", `openclaw.json is not valid: ${JSON.stringify(current["issues"])}`);
        }
        if (current["configRevisionHash"] === current["appliedConfigHash"]) break;
      }
      if (performance.now() > deadline) {
        throw new HostLabError("config_rejected", `The Gateway did not apply openclaw.json\n${this.#output.tail()}`);
      }
    }
    await untilServing(this.#port, deadline);
  }

  /**
   * Calls a Gateway method over a connection that stays open. One connection per set of scopes; the default has all.
   * @throws GatewayCallError when the Gateway refuses, GatewayConnectionError when it cannot be reached.
   */
  async rpc(method: string, params: unknown = {}, options: CallOptions & { scopes?: readonly string[] } = {}): Promise<unknown> {
    const { scopes = ALL_SCOPES, ...call } = options;
    return (await this.#client(scopes)).call(method, params, call);
  }

  /**
   * One chat turn: says something to the agent and returns what it answered. Default session `agent:main:lab`,
   * default deadline 120,000 ms.
   */
  async agent(message: string, options: { sessionKey?: string; timeoutMs?: number } = {}): Promise<string> {
    const { sessionKey = "agent:main:lab", timeoutMs = 120_000 } = options;
    const params = () => ({ message, sessionKey, idempotencyKey: randomUUID() });
    return replyText(await askUntilAdmitted(() => this.rpc("agent", params(), { timeoutMs, final: true })));
  }

  async #client(scopes: readonly string[]): Promise<GatewayClient> {
    if (!this.running) throw new HostLabError("not_running", `The Gateway is not running\n${this.#output.tail(10)}`);
    const key = scopes.join(" ");
    const known = this.#clients.get(key);
    if (known !== undefined && (await known.catch(() => undefined))?.open === true) return known;
    const connecting = this.#connect(scopes, 10_000);
    this.#clients.set(key, connecting);
    return connecting;
  }

  async #connect(scopes: readonly string[], timeoutMs: number): Promise<GatewayClient> {
    // Only one connection passes events on, else each would be told once per connection.
    const main = scopes === ALL_SCOPES;
    const tell = (event: GatewayEvent): void => this.#eventListeners.forEach((listener) => listener(event));
    return GatewayClient.connect({ port: this.#port, token: this.token, scopes, timeoutMs, ...(main && { onEvent: tell }) });
  }

  async #forgetClients(): Promise<void> {
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    for (const client of clients) (await client.catch(() => undefined))?.close();
  }
}

/** Prepares a lab and starts its Gateway. */
export async function startGateway(options: HostLabOptions = {}): Promise<HostLab> {
  const lab = await HostLab.prepare(options);
  try {
    await lab.start();
    return lab;
  } catch (error) {
    await lab.dispose();
    throw error;
  }
}
