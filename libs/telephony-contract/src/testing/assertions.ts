/** A carrier broke a rule. */
export class ConformanceError extends Error {
  override readonly name = "ConformanceError";
}

/** The harness, not the carrier, is at fault: the kit cannot tell whether the rule is kept. */
export class HarnessError extends Error {
  override readonly name = "HarnessError";
}

/** Fails the rule with `message` unless `condition` holds. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceError(message);
}

/** Fails the rule unless both are the same JSON. */
export function ensureSame(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [show(actual), show(expected)];
  ensure(got === wanted, `${what}: expected ${wanted}, got ${got}`);
}

/** Value of an expression that a rule says cannot throw. */
export function withoutThrowing<T>(what: string, expression: () => T): T {
  try {
    return expression();
  } catch (error) {
    throw new ConformanceError(`${what} threw: ${describeError(error)}`, { cause: error });
  }
}

/** Any thrown value in one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return `${error.name}${typeof code === "string" ? ` [${code}]` : ""}: ${error.message}`;
}

/** A value as one line of JSON, with its keys in order. Bytes are shown as numbers. */
export function show(value: unknown): string {
  const ordered = JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Uint8Array) return [...inner];
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  }) as string | undefined;
  return ordered ?? String(value);
}
