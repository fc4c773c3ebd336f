/**
 * The spoken-output contract: the agent is told to answer `{"spoken":"…"}`, with `"endCall":true` beside it where the call
 * is to end after these words. Models keep to it mostly, so what comes is
 * read defensively: such JSON bare, fenced or among other text; else plain text without the lead-in in which a model
 * announces what it is about to do. Works on text that is still being written.
 */

/** The spoken part of an answer as far as it is written; an empty text while that cannot be told yet. */
export function spokenPart(written: string): string {
  const text = written.trimStart();
  const json = spokenFromJson(text);
  if (json !== undefined) return json;
  if (mayBecomeJson(text)) return "";
  return plainSpeech(text);
}

/** The answer in the form of the contract, with nothing to say: silence is meant. */
export function isSilence(written: string): boolean {
  return spokenKey(written) !== undefined && SILENCE.test(written);
}

const SILENCE = /"spoken"\s*:\s*"\s*"/;
const END_CALL = /"endCall"\s*:\s*true\b/;

/** Whether a whole answer ends the call: said beside the words, never in them. */
export function endsCall(written: string): boolean {
  const key = spokenKey(written);
  if (!key) return false;
  const before = written.slice(written.lastIndexOf("{", key.index), key.index);
  const [after = ""] = written.slice(key.index + key[0].length).replace(UNTIL_QUOTE, "").split("}");
  return END_CALL.test(before) || END_CALL.test(after);
}

const SPOKEN_KEY = /"spoken"\s*:\s*"/;
/** The rest of a JSON text up to its closing quote. */
const UNTIL_QUOTE = /^(?:[^"\\]|\\.)*"/s;

function spokenKey(text: string): RegExpExecArray | undefined {
  const key = SPOKEN_KEY.exec(text);
  return key && text.slice(0, key.index).includes("{") ? key : undefined;
}

/** The value of `spoken` as far as it is written, with its escapes undone; nothing where there is no such key. */
function spokenFromJson(text: string): string | undefined {
  const key = spokenKey(text);
  return key && unescapeUntilQuote(text.slice(key.index + key[0].length));
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: " ", r: " ", b: "", f: "", '"': '"', "\\": "\\", "/": "/" };

function unescapeUntilQuote(rest: string): string {
  let spoken = "";
  for (let i = 0; i < rest.length; i++) {
    const character = rest[i] ?? "";
    if (character === '"') break;
    if (character !== "\\") {
      spoken += character;
      continue;
    }
    const escape = rest[++i];
    // An escape that is cut in two by the stream is left for the next time.
    if (escape === undefined) break;
    if (escape !== "u") {
      spoken += ESCAPES[escape] ?? escape;
      continue;
    }
    const hex = rest.slice(i + 1, i + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) break;
    spoken += String.fromCharCode(Number.parseInt(hex, 16));
    i += 4;
  }
  // Half of a surrogate pair at the end is the stream's cut, too.
  return spoken.replace(/[\uD800-\uDBFF]$/, "").trimStart();
}

/** Text that begins as JSON or a fence may still turn out to be the contract's answer. */
function mayBecomeJson(text: string): boolean {
  if (text === "" || text.startsWith("{")) return true;
  return text.startsWith("```") ? !text.slice(3).includes("```") || text.includes("{") : "```".startsWith(text);
}

/** Announcements of work rather than answers: "Let me check that." as the first of several sentences. */
const LEAD_IN = /^(?:okay[,.]?\s+|sure[,.]?\s+)?(?:let me|i(?:'ll| will| need to| should)|first,? i)\b[^.!?\n]*[.!?:]\s+(?=\S)/i;
const MARKDOWN = /(\*\*|__|`|^#{1,6}\s+|^\s*[-*]\s+)/gm;
const LINK = /\[([^\]]+)\]\([^)]+\)/g;

function plainSpeech(text: string): string {
  const speech = text.replace(LINK, "$1").replace(MARKDOWN, "").trimStart();
  return speech.replace(LEAD_IN, "");
}
