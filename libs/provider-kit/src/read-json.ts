/** Reads JSON, in UTF-8 where it is bytes; undefined for what is none. Whoever reads it checks its form. */
export function readJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === "string" ? text : new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}
