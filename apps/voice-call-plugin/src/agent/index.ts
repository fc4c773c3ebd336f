export { AgentResponder } from "./responder.ts";
export { SessionMemory } from "./session-memory.ts";
export { ownerSession, rosterOf } from "./selection.ts";
