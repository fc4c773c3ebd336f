export { startLoopbackCarrier } from "./loopback.ts";
export { subjects } from "./subjects.ts";
export { ACCOUNT, SIGNING_KEY } from "./account.ts";
export { FakeTelnyx, type FakeTelnyxOptions } from "./fake.ts";
export { signedRequest } from "./messages.ts";
export type { StreamManners } from "./stream.ts";
