export * from "./model-server/index.ts";
export * from "./errors.ts";
export type { CliOptions, CliResult } from "./gateway/cli.ts";
export type { ConfigPatch, LabModel } from "./gateway/config.ts";
export { ALL_SCOPES, type CallOptions, type GatewayEvent } from "./gateway/gateway-client.ts";
export { HostLab, type HostLabOptions, startGateway, type Stopped } from "./gateway/host-lab.ts";
export type { LabFolder } from "./gateway/lab-folder.ts";
export { freePort, isFree } from "./processes/free-port.ts";
export { nodeBinary, openclawEntry } from "./processes/host-binary.ts";
