export { subjects } from "./subjects.ts";
export { processNetwork } from "./process-network.ts";
