export { AgentResponder } from "./responder.ts";
export { SessionMemory } from "./session-memory.ts";
export { rosterOf } from "./selection.ts";
