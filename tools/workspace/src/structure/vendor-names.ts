import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readProjects } from "../projects.ts";
import type { Finding } from "./finding.ts";
import { textFiles } from "./source-files.ts";

/** Rooms that serve every vendor alike and therefore name none. */
const NEUTRAL_TAGS = ["type:contract", "type:engine", "type:app"];

/** Telephone carriers and platforms. Names that are English words too (Bandwidth, Asterisk) are left out. */
const CARRIERS = [
  "twilio", "telnyx", "plivo", "vonage", "nexmo", "signalwire", "sinch", "infobip", "messagebird", "exotel",
  "voximplant", "ringcentral", "jambonz", "zadarma", "didww", "freeswitch", "livekit",
];

/** Transcription, realtime and speech vendors, and their product names. */
const SPEECH = [
  "deepgram", "elevenlabs", "openai", "mistral", "voxtral", "gemini", "assemblyai", "speechmatics", "gladia",
  "soniox", "cartesia", "ultravox", "xai", "grok",
];

/** Short names need a border, or they would be found inside other words. `XaiVoice` and `xai_key` still count. */
const SHORT = new Set(["xai", "grok"]);

const NAMES = [...CARRIERS, ...SPEECH].map((name) => ({
  name,
  pattern: SHORT.has(name)
    ? new RegExp(`(?<![A-Za-z])(?:${name}|${name.toUpperCase()})(?![a-z])|(?<![A-Z])${capital(name)}(?![a-z])`)
    : new RegExp(name, "i"),
}));

/** Where names that a neutral room must hold, such as in samples of users' configurations, are listed with their reason. */
export const EXCEPTIONS_FILE = "tools/workspace/vendor-name-exceptions.json";

interface Exception {
  /** File that may hold the names, or folder whose files may (with a slash at its end), relative to the workspace. */
  readonly path: string;
  readonly names: readonly string[];
  readonly reason: string;
}

/** Every vendor name in contract, engine or app sources (tests included) that is not a listed exception. */
export function checkVendorNames(workspaceRoot: string): Finding[] {
  const exceptions = readExceptions(workspaceRoot);
  const used = new Set<string>();
  const findings = readProjects(workspaceRoot)
    .filter(({ tags }) => tags.some((tag) => NEUTRAL_TAGS.includes(tag)))
    .flatMap(({ root }) => textFiles(workspaceRoot, `${root}/src`, /\.(?:[cm]?[jt]sx?|json|sql|md)$/))
    .flatMap(({ path, lines }) =>
      lines.flatMap((text, index) =>
        NAMES.filter(({ pattern }) => pattern.test(text)).flatMap(({ name }) => {
          const exception = exceptions.find((entry) => covers(entry, path, name));
          if (exception !== undefined) used.add(`${exception.path} ${name}`);
          return exception === undefined ? [finding(path, index + 1, name)] : [];
        }),
      ),
    );
  return [...findings, ...exceptions.flatMap((entry) => exceptionFindings(entry, used))];
}

function finding(path: string, line: number, name: string): Finding {
  const message = `"${name}" is a vendor. Say it in the words of the contract: a capability, a step, an event.`;
  return { check: "vendor-names", path, line, message };
}

function covers({ path, names }: Exception, file: string, name: string): boolean {
  return names.includes(name) && (path.endsWith("/") ? file.startsWith(path) : file === path);
}

/** An exception says why, and goes when what it excepts goes. */
function exceptionFindings({ path, names, reason }: Exception, used: ReadonlySet<string>): Finding[] {
  const complaint = (message: string) => ({ check: "vendor-names", path: EXCEPTIONS_FILE, message });
  const idle = names.filter((name) => !used.has(`${path} ${name}`));
  return [
    ...idle.map((name) => complaint(`"${name}" is not in ${path} any more. Remove the exception.`)),
    ...(reason?.trim() ? [] : [complaint(`The exception for ${path} gives no reason.`)]),
  ];
}

function readExceptions(workspaceRoot: string): Exception[] {
  const path = join(workspaceRoot, EXCEPTIONS_FILE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Exception[]) : [];
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
