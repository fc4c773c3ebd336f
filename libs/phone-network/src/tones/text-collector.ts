import { CHECK_BYTES, checksum, whiten } from "./signal.ts";

/** Bytes of the longest text, which takes some eleven minutes: more is no text. */
const MAX_BYTES = 16_384;
const SPACE = 0x20;

/** Puts a text together from its bytes as they were sent. */
export class TextCollector {
  readonly #bytes: number[] = [];

  clear(): void {
    this.#bytes.length = 0;
  }

  /** The next byte. Whether there is still room. */
  add(symbol: number): boolean {
    if (this.#bytes.length >= MAX_BYTES) return false;
    this.#bytes.push(whiten(symbol, this.#bytes.length));
    return true;
  }

  /** The whole text, where the checksum at its end holds. */
  get text(): string | undefined {
    const [text, check] = [this.#bytes.slice(0, -CHECK_BYTES), this.#bytes.slice(-CHECK_BYTES)];
    if (text.length === 0) return undefined;
    return checksum(text) === ((check[0] ?? 0) << 8) + (check[1] ?? 0) ? decode(text) : undefined;
  }

  /** What was understood so far, where the latest byte made a word complete. The last bytes may be the checksum. */
  newWords(): string | undefined {
    const known = this.#bytes.length - CHECK_BYTES;
    if (this.#bytes[known - 1] !== SPACE) return undefined;
    return decode(this.#bytes.slice(0, known)).trim() || undefined;
  }
}

function decode(bytes: readonly number[]): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
