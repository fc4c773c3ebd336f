export type { RecordedRequest, RefusedRequest } from "./log.ts";
export { RequestNotSeenError } from "./log.ts";
export type { Outcome, Sleep } from "./respond.ts";
export { callTool, inOrder, type ScriptStep, ToolNotOfferedError } from "./script.ts";
export { type ModelServer, type ModelServerOptions, startModelServer } from "./server.ts";
export type * from "./types.ts";
