/** Enough for hours of a Gateway's log at its default level, in characters. */
const KEPT_CHARS = 4_000_000;

/** Output of a process: kept as text, told on line by line. */
export class Output {
  #text = "";
  #partial = "";
  readonly #listeners = new Set<(line: string) => void>();

  /** All that was kept; the oldest part is dropped when it grows beyond 4 million characters. */
  get text(): string {
    return this.#text;
  }

  /** The newest lines. */
  tail(lines = 40): string {
    return this.#text.trimEnd().split("\n").slice(-lines).join("\n");
  }

  add(chunk: string): void {
    this.#text = (this.#text + chunk).slice(-KEPT_CHARS);
    const lines = (this.#partial + chunk).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) for (const listener of [...this.#listeners]) listener(line);
  }

  /** Calls back for each whole line from now on; returns how to stop. */
  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
