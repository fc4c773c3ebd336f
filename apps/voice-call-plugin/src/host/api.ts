/**
 * The part of the host that this plugin touches, as shapes. The host's own types are broader and change with every
 * release; these say what we rely on, and tests stand in for it. That the real host fits is checked in `index.ts`.
 */

import type { HostTts } from "@openclaw/voice-call-tts-bridge";
import type { OpenClawConfig } from "openclaw/plugin-sdk/plugin-entry";

/** The host's whole configuration, as its own functions take it. */
export type HostConfig = OpenClawConfig;

/** Writes to the host's log. */
export interface HostLogger {
  debug?(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** One agent turn, as the host runs it. Durations are milliseconds. */
export interface AgentRun {
  readonly sessionId: string;
  readonly sessionKey: string;
  readonly agentId: string;
  readonly runId: string;
  readonly workspaceDir: string;
  readonly agentDir: string;
  readonly config: HostConfig;
  readonly prompt: string;
  readonly timeoutMs: number;
  readonly abortSignal: AbortSignal;
  readonly provider?: string;
  readonly model?: string;
  readonly extraSystemPrompt: string;
  readonly toolsAllow?: string[];
  readonly disableTools?: boolean;
  readonly messageProvider: string;
  readonly senderIsOwner: boolean;
  readonly senderE164?: string;
  readonly sessionPersistence?: "durable" | "detached";
  readonly disableTrajectory?: boolean;
  readonly onPartialReply?: (payload: { text?: string | undefined }) => void;
  readonly onExecutionPhase?: (info: { phase: string }) => void;
}

/** What a turn gave. */
export interface AgentRunResult {
  readonly payloads?: readonly {
    readonly text?: string;
    readonly isError?: boolean;
    readonly isReasoning?: boolean;
    readonly isCommentary?: boolean;
  }[];
  readonly meta?: unknown;
}

/** The host's agent runtime. */
export interface AgentRuntime {
  resolveAgentDir(config: HostConfig, agentId: string): string;
  resolveAgentWorkspaceDir(config: HostConfig, agentId: string): string;
  runEmbeddedAgent(run: AgentRun): Promise<AgentRunResult>;
  readonly session: {
    getSessionEntry(request: { agentId: string; sessionKey: string }): { readonly sessionId?: string } | undefined;
    upsertSessionEntry(request: {
      agentId: string;
      sessionKey: string;
      entry: { sessionId: string; updatedAt: number };
    }): Promise<void>;
  };
}

/** `api.runtime`. Reading it throws while only command metadata is collected. */
export interface HostRuntime {
  /** Unknown, because what people wrote into it is read defensively; the host's functions get it back as it is. */
  readonly config: { current(): unknown };
  readonly agent: AgentRuntime;
  readonly state: { resolveStateDir(): string };
  /** The host's speech synthesis. Absent on hosts without. */
  readonly tts?: HostTts;
  /** Absent on hosts that tell their agents nothing. */
  readonly system?: HostSystem;
}

/** How the host's agents learn that something happened. */
export interface HostSystem {
  /** Puts a text before the next turn of a session. Whether it was taken: a repeated one is not. */
  enqueueSystemEvent(text: string, to: { sessionKey: string; agentId: string; contextKey: string }): boolean;
  /** Makes the agent look at a session's events soon, and send what it has to say about them to its owner. */
  requestHeartbeat(wake: { source: "hook"; intent: "immediate"; reason: string; agentId: string; sessionKey: string }): void;
}

/** Who invokes a tool, as the host vouches for it. Arguments of the tool never decide this. */
export interface ToolContext {
  readonly agentId?: string;
  readonly sessionKey?: string;
}

/** What a tool answers. */
export interface ToolResult {
  content: { type: "text"; text: string }[];
  details: unknown;
}

/** A tool of the agent. */
export interface AgentTool {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  execute(id: string, parameters: unknown, signal?: AbortSignal): Promise<ToolResult>;
}

/** The way a Gateway method answers. */
export type Respond = (
  ok: boolean,
  payload?: unknown,
  error?: { code: string; message: string; details?: unknown; retryable?: boolean; retryAfterMs?: number },
) => void;

/** Rights that a Gateway method asks of its caller. */
export type Scope = "operator.read" | "operator.write" | "operator.admin";

/** A background service of the Gateway. */
export interface HostService {
  readonly id: string;
  start(context: ServiceContext): Promise<void>;
  stop(context: ServiceContext): Promise<void>;
}

/** What a service is given at its start. */
export interface ServiceContext {
  readonly stateDir: string;
  readonly logger: HostLogger;
  readonly serviceHealth?: { reportFailure(error: unknown): void; clearFailure(): void };
}

/** A commander command, as far as it is used. */
export interface Command {
  command(name: string): Command;
  description(text: string): Command;
  option(flags: string, description: string, fallback?: string): Command;
  requiredOption(flags: string, description: string): Command;
  /** `run` gets the arguments of the command's name, `<caller>` for one, and then its options. */
  action(run: (...given: unknown[]) => Promise<void>): Command;
}

/** The plugin API that the host hands to `register`. */
export interface HostApi {
  readonly registrationMode: string;
  readonly logger: HostLogger;
  readonly runtime: HostRuntime;
  readonly lifecycle?: { onDispose?(cleanup: () => void | Promise<void>): unknown };
  registerService(service: HostService): void;
  registerGatewayMethod(
    method: string,
    handler: (request: { params: Record<string, unknown>; respond: Respond }) => Promise<void>,
    options: { scope: Scope },
  ): void;
  registerTool(factory: (context: ToolContext) => AgentTool, options: { name: string }): void;
  registerCli(
    registrar: (context: { program: Command }) => void | Promise<void>,
    options: { descriptors: { name: string; description: string; hasSubcommands: boolean }[] },
  ): void;
}
