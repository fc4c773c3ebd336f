export { startLoopbackCarrier } from "./loopback.ts";
export { ACCOUNT, subjects } from "./subjects.ts";
export { FakePlivo, type FakePlivoOptions } from "./fake-plivo.ts";
export type { Account } from "./rest.ts";
