import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

/** What precedes the 32 bytes of an Ed25519 seed in DER (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SEED = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

/** The key by which the fake signs: its seed are the bytes 00 to 1f, so that everybody can sign as it does. */
export const SIGNING_KEY: KeyObject = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, SEED]), format: "der", type: "pkcs8" });

/** The account that the fake knows. `publicKey` is the raw key in base64, as the console shows it. */
export const ACCOUNT = {
  apiKey: "KEY0123456789ABCDEF_faketelnyxapikey0123",
  connectionId: "1494404757140276705",
  publicKey: createPublicKey(SIGNING_KEY).export({ format: "der", type: "spki" }).subarray(-32).toString("base64"),
} as const;
