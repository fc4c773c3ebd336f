/**
 * What `openclaw doctor --fix` knows of the telephone's past: keys that earlier versions took, and where they live now.
 *
 * The host imports this file by its name, in many processes. It has no imports and does nothing when it is loaded. It
 * names vendors because it is a table of history; no other file of this package needs to.
 */

/** Where the telephone's configuration lies in the host's. */
const HOME = ["plugins", "entries", "voice-call", "config"];

/** Keys that moved. Paths are below HOME. */
const MOVES = [
  { from: ["twilio", "from"], to: ["fromNumber"] },
  { from: ["streaming", "sttProvider"], to: ["streaming", "provider"] },
  { from: ["streaming", "openaiApiKey"], to: ["streaming", "providers", "openai", "apiKey"] },
  { from: ["streaming", "sttModel"], to: ["streaming", "providers", "openai", "model"] },
  { from: ["streaming", "silenceDurationMs"], to: ["streaming", "providers", "openai", "silenceDurationMs"] },
  { from: ["streaming", "vadThreshold"], to: ["streaming", "providers", "openai", "vadThreshold"] },
];

/** Values that were renamed. */
const RENAMES = [{ path: ["provider"], from: "log", to: "mock" }];

/**
 * Sections of the host's `tts` that are not the settings of one speech provider. Every other section that lies directly
 * in `tts` is one, from the time before `tts.providers`.
 */
const SPEECH_SECTIONS = ["providers", "personas", "modelOverrides"];

const FORBIDDEN = ["__proto__", "constructor", "prototype"];

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A copy of plain data. */
function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copy(child)]));
}

function at(root, path) {
  return path.reduce((node, key) => (isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined), root);
}

const has = (root, path) => at(root, path) !== undefined;

/** The object at a path, made where it is absent; undefined where something else is in the way. */
function section(root, path) {
  let node = root;
  for (const key of path) {
    if (FORBIDDEN.includes(key)) return undefined;
    if (!Object.hasOwn(node, key) || node[key] === undefined) node[key] = {};
    if (!isObject(node[key])) return undefined;
    node = node[key];
  }
  return node;
}

/** Whether a value can be put at a path without overwriting anything that is no section. */
function fits(root, path) {
  return path.every((_, index) => {
    const node = at(root, path.slice(0, index));
    return node === undefined || isObject(node);
  });
}

/** Adds what `target` lacks. What it has stays as it is. */
function fill(target, source) {
  for (const [key, value] of Object.entries(source)) {
    if (FORBIDDEN.includes(key)) continue;
    if (!Object.hasOwn(target, key) || target[key] === undefined) target[key] = value;
    else if (isObject(target[key]) && isObject(value)) fill(target[key], value);
  }
}

function move(config, { from, to }, changes) {
  if (!has(config, from) || !fits(config, to)) return;
  const [oldName, newName] = [from.join("."), to.join(".")];
  const parent = at(config, from.slice(0, -1));
  const value = parent[from.at(-1)];
  const kept = has(config, to);
  if (!kept) section(config, to.slice(0, -1))[to.at(-1)] = value;
  delete parent[from.at(-1)];
  changes.push(kept ? `voice-call: removed ${oldName}, because ${newName} is set.` : `voice-call: moved ${oldName} to ${newName}.`);
}

/** Names of speech providers that lie directly in a `tts` section. */
function strayProviders(tts) {
  if (!isObject(tts) || (tts.providers !== undefined && !isObject(tts.providers))) return [];
  return Object.keys(tts).filter((key) => isObject(tts[key]) && !SPEECH_SECTIONS.includes(key) && !FORBIDDEN.includes(key));
}

function gatherProviders(tts, name, changes) {
  for (const id of strayProviders(tts)) {
    const target = section(tts, ["providers"]);
    if (target[id] !== undefined && !isObject(target[id])) continue;
    fill(section(target, [id]), tts[id]);
    delete tts[id];
    changes.push(`voice-call: moved ${name}.${id} to ${name}.providers.${id}; settings that were there already stayed.`);
  }
}

/** Every `tts` section, with its name. */
function speechSections(config) {
  const lines = isObject(config.numbers) ? Object.entries(config.numbers) : [];
  return [["tts", config.tts], ...lines.map(([number, route]) => [`numbers.${number}.tts`, isObject(route) ? route.tts : undefined])];
}

const FIX = 'Run "openclaw doctor --fix".';

/** What tells the host that a configuration is of an earlier version. */
export const legacyConfigRules = [
  ...RENAMES.map(({ path, from, to }) => ({
    path: [...HOME, ...path],
    message: `${path.join(".")} "${from}" is now "${to}". ${FIX}`,
    match: (value) => value === from,
  })),
  ...MOVES.map(({ from, to }) => ({
    path: [...HOME, ...from],
    message: `${from.join(".")} is now ${to.join(".")}. ${FIX}`,
    match: (value) => value !== undefined,
  })),
  {
    path: [...HOME, "tts"],
    message: `Speech providers are now in tts.providers. ${FIX}`,
    match: (value) => strayProviders(value).length > 0,
  },
  {
    path: [...HOME, "numbers"],
    message: `Speech providers of a line are now in its tts.providers. ${FIX}`,
    match: (value) => isObject(value) && Object.values(value).some((route) => isObject(route) && strayProviders(route.tts).length > 0),
  },
];

/**
 * Rewrites a host configuration to the keys of today. What is set under a current key always stays; values move as they
 * are, secret references included. The given object is not changed.
 */
export function normalizeCompatibilityConfig({ cfg }) {
  if (!isObject(at(cfg, HOME))) return { config: cfg, changes: [] };
  const next = copy(cfg);
  const config = at(next, HOME);
  const changes = [];
  for (const { path, from, to } of RENAMES) {
    if (at(config, path) !== from) continue;
    at(config, path.slice(0, -1))[path.at(-1)] = to;
    changes.push(`voice-call: changed ${path.join(".")} from "${from}" to "${to}".`);
  }
  for (const entry of MOVES) move(config, entry, changes);
  for (const [name, tts] of speechSections(config)) gatherProviders(tts, name, changes);
  return changes.length > 0 ? { config: next, changes } : { config: cfg, changes: [] };
}
