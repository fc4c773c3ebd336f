/** Milliseconds as the whole seconds that many providers count in: rounded up, at least `min` (default 1) and at most `max`. */
export function wholeSeconds(ms: number, { min = 1, max = Number.POSITIVE_INFINITY }: { readonly min?: number; readonly max?: number } = {}): number {
  return Math.min(max, Math.max(min, Math.ceil(ms / 1000)));
}
