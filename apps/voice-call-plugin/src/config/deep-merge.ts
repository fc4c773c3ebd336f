import { isPlainObject } from "./values.ts";

/** One section over another: objects are merged key by key, anything else is replaced. A reference to a secret is one thing. */
export function deepMerge(below: Readonly<Record<string, unknown>>, above: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const under = merged.get(key);
    merged.set(key, isMergeable(value) && isMergeable(under) ? deepMerge(under, value) : value);
  }
  return Object.fromEntries(merged);
}

function isMergeable(value: unknown): value is Record<string, unknown> {
  return isPlainObject(value) && !("source" in value && "id" in value);
}
