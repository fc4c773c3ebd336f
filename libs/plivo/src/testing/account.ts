/** The account that the fakes know. */
export const ACCOUNT = { authId: "MA0000000000CONFORMS", authToken: "fake-plivo-auth-token-0123456789" } as const;
