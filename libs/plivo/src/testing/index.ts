export { startLoopbackCarrier } from "./loopback.ts";
export { subjects } from "./subjects.ts";
export { ACCOUNT } from "./account.ts";
export { FakePlivo, type FakePlivoOptions } from "./fake.ts";
export type { Account } from "./rest.ts";
export type { StreamManners } from "./stream.ts";
