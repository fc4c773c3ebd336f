import { invalid, ModelRequestError } from "./request-error.ts";

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectAt(value: unknown, path: string): Fields {
  if (!isObject(value)) throw invalid(path, "expected an object");
  return value;
}

export function arrayAt(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(path, "expected an array");
  return value;
}

export function stringAt(value: unknown, path: string): string {
  if (typeof value !== "string") throw invalid(path, "expected a string");
  return value;
}

/** A string that must hold at least one character. */
export function nameAt(value: unknown, path: string): string {
  const text = stringAt(value, path);
  if (text === "") throw invalid(path, "must not be empty");
  return text;
}

/** Refuses parameters the real interface does not have, as it does itself. */
export function onlyKnown(fields: Fields, known: ReadonlySet<string>): void {
  for (const key of Object.keys(fields)) {
    if (!known.has(key)) {
      throw new ModelRequestError(400, `Unknown parameter: '${key}'.`, { param: key, code: "unknown_parameter" });
    }
  }
}

/** Checks the optional parameters that have a plain type. */
export function checkTypes(fields: Fields, types: Readonly<Record<string, "boolean" | "number" | "string" | "object">>): void {
  for (const [key, type] of Object.entries(types)) {
    const value = fields[key];
    if (value === undefined || value === null) continue;
    const fits = type === "object" ? isObject(value) : typeof value === type;
    if (!fits) throw invalid(key, `expected ${type === "object" ? "an object" : `a ${type}`}`);
  }
}

/** The text of a content field that is a string or a list of parts of the given types. */
export function textOf(content: unknown, path: string, partTypes: readonly string[]): string {
  if (typeof content === "string") return content;
  const texts: string[] = [];
  for (const [index, raw] of arrayAt(content, path).entries()) {
    const at = `${path}[${index}]`;
    const part = objectAt(raw, at);
    const type = stringAt(part["type"], `${at}.type`);
    if (!partTypes.includes(type)) throw invalid(`${at}.type`, `'${type}' is not allowed here`);
    if ("text" in part) texts.push(stringAt(part["text"], `${at}.text`));
  }
  return texts.join("");
}
