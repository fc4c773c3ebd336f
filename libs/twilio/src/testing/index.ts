export { startLoopbackCarrier } from "./loopback.ts";
export { subjects } from "./subjects.ts";
export { ACCOUNT } from "./account.ts";
export { FakeTwilio, type FakeTwilioOptions } from "./fake.ts";
export { signedRequest, type Fields, type Target } from "./messages.ts";
export type { DocumentFault } from "./twiml.ts";
export type { StreamFault, StreamManners } from "./stream.ts";
export { ToneListener, speakTones, type ToneEvent } from "@openclaw/phone-network/tones";
