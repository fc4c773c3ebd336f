import { INSTRUCTIONS, VALUE_TYPES, type Immediate } from "./instructions.ts";

/**
 * Assembles the subset of the WebAssembly text format that `filter.wat` is written in: one module with one exported
 * memory and one exported function without results, whose body is flat (unfolded) instructions. Small enough to
 * read, so that the shipped bytes need no tool chain; any full assembler accepts the same source.
 *
 * @throws SyntaxError naming the token, for anything outside the subset
 */
export function assemble(source: string): Uint8Array {
  const tokens = new Tokens(source);
  tokens.expect("(", "module");
  tokens.expect("(", "memory");
  const memoryName = exportName(tokens);
  const pages = Number(tokens.next());
  tokens.expect(")", "(", "func");
  const functionName = exportName(tokens);
  const params = declarations(tokens, "param");
  const locals = declarations(tokens, "local");
  const body = instructions(tokens, [...params, ...locals].map(({ name }) => name));
  tokens.expect(")", ")");

  const localGroups = locals.map(({ type }) => [1, type]);
  const code = [...vector(localGroups), ...body, END_OF_BODY];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(1, [[0x60, ...vector(params.map(({ type }) => [type])), 0]]), // types: one function, no results
    ...section(3, [[0]]), // functions: the one of type 0
    ...section(5, [[0, ...unsigned(pages)]]), // memories: this many pages, no maximum
    ...section(7, [[...name(memoryName), 2, 0], [...name(functionName), 0, 0]]), // exports
    ...section(10, [[...unsigned(code.length), ...code]]), // code
  ].flat());
}

const END_OF_BODY = 0x0b;

interface Declaration {
  readonly name: string;
  readonly type: number;
}

class Tokens {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(source: string) {
    this.#tokens = source.replaceAll(/;;.*/g, "").match(/[()]|[^\s()]+/g) ?? [];
  }

  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError("the source ends too early");
    return token;
  }

  expect(...wanted: string[]): void {
    for (const word of wanted) {
      const token = this.next();
      if (token !== word) throw new SyntaxError(`expected "${word}", found "${token}"`);
    }
  }
}

/** `(export "name")` */
function exportName(tokens: Tokens): string {
  tokens.expect("(", "export");
  const quoted = tokens.next();
  tokens.expect(")");
  return quoted.slice(1, -1);
}

/** `(param $name type)` or `(local $name type)`, repeated. */
function declarations(tokens: Tokens, keyword: string): Declaration[] {
  const found: Declaration[] = [];
  while (tokens.peek() === "(" && tokens.peek(1) === keyword) {
    tokens.expect("(", keyword);
    const name = tokens.next();
    const type = VALUE_TYPES[tokens.next()];
    if (type === undefined) throw new SyntaxError(`${name} has no known type`);
    found.push({ name, type });
    tokens.expect(")");
  }
  return found;
}

function instructions(tokens: Tokens, locals: readonly string[]): number[] {
  const bytes: number[] = [];
  const labels: string[] = [];
  while (tokens.peek() !== ")") {
    const mnemonic = tokens.next();
    const instruction = INSTRUCTIONS[mnemonic];
    if (instruction === undefined) throw new SyntaxError(`unknown instruction "${mnemonic}"`);
    bytes.push(...instruction.code, ...immediate(instruction.immediate, tokens, locals, labels));
    if (mnemonic === "end") labels.pop();
  }
  if (labels.length > 0) throw new SyntaxError(`"${labels.join(" ")}" is not ended`);
  return bytes;
}

function immediate(kind: Immediate, tokens: Tokens, locals: readonly string[], labels: string[]): number[] {
  switch (kind.kind) {
    case "none":
      return [];
    case "local":
      return unsigned(indexOf(tokens.next(), locals));
    case "label":
      // Branches count outwards from the innermost block.
      return unsigned(labels.length - 1 - indexOf(tokens.next(), labels));
    case "block":
      labels.push(tokens.peek()?.startsWith("$") ? tokens.next() : "(unnamed)");
      return [0x40]; // no result
    case "integer":
      return signed(BigInt(tokens.next()));
    case "lane":
      return [Number(tokens.next())];
    case "memory": {
      const offset = tokens.peek()?.startsWith("offset=") ? Number(tokens.next().slice("offset=".length)) : 0;
      return [kind.alignment, ...unsigned(offset)];
    }
  }
}

function indexOf(name: string, names: readonly string[]): number {
  const index = names.lastIndexOf(name);
  if (index < 0) throw new SyntaxError(`"${name}" is not declared`);
  return index;
}

function section(id: number, entries: readonly number[][]): number[] {
  const content = vector(entries);
  return [id, ...unsigned(content.length), ...content];
}

function vector(entries: readonly number[][]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128 of a non-negative integer. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128. */
function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const last = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return last ? [low] : [low | 0x80, ...signed(rest)];
}
