/** The account that the fake knows, with an API key of it. */
export const ACCOUNT = {
  accountSid: "AC0123456789abcdef0123456789abcdef",
  authToken: "fake-twilio-auth-token-0123456789",
  apiKeySid: "SK0123456789abcdef0123456789abcdef",
  apiKeySecret: "fake-twilio-api-key-secret-0123456",
} as const;

/** Numbers that belong to the account: all of the range that is kept for fiction. */
export function isOurs(number: string): boolean {
  return number.startsWith("+1555010");
}
