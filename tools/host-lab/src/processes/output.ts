import { HostLabError } from "../errors.ts";

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

  /** The first line that matches, seen already or within `timeoutMs`; else throws HostLabError `not_seen`. */
  async waitFor(pattern: RegExp, timeoutMs: number): Promise<string> {
    const seen = this.#text.split("\n").find((line) => pattern.test(line));
    if (seen !== undefined) return seen;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        stop();
      };
      const stop = this.onLine((line) => {
        if (!pattern.test(line)) return;
        done();
        resolve(line);
      });
      const timer = setTimeout(() => {
        done();
        reject(new HostLabError("not_seen", `No line matched ${String(pattern)} within ${timeoutMs} ms\n${this.tail()}`));
      }, timeoutMs);
    });
  }
}
