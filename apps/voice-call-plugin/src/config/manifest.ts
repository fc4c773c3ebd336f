import { tolerantJsonSchema } from "./json-schema.ts";
import { type OutlineEntry, outline } from "./outline.ts";
import { PLUGIN_ID, groups } from "./schema.ts";

/** What the settings form shows for a key, in the host's words (docs/plugins/manifest/setup-and-auth, "uiHints"). */
export interface UiHint {
  readonly label: string;
  readonly help: string;
  readonly advanced: boolean;
  readonly sensitive?: true;
  readonly placeholder?: string;
  readonly presentation?: "phone-number";
}

/** The content of `openclaw.plugin.json`. */
export function manifest() {
  const keys = outline();
  return {
    id: PLUGIN_ID,
    name: "Voice Call",
    description: "A telephone for the agent: places and takes calls, speaks, listens and keeps a record.",
    activation: { onStartup: true, onCommands: ["voicecall"] },
    contracts: { tools: ["voice_call"] },
    skills: ["./skills"],
    cliCommands: [{ name: "voicecall", description: "Place, follow and end telephone calls", hasSubcommands: true }],
    doctorContract: { configRepair: true },
    configContracts: {
      dangerousFlags: keys.flatMap(({ path, meta }) => (meta.dangerous === undefined ? [] : [{ path, equals: meta.dangerous }])),
      // Owned by the capability, so that a secret that cannot be resolved costs what needs it and not the Gateway's start.
      secretInputs: { paths: secretPaths(keys).map((path) => ({ path, expected: "string", ownerKind: "capability" })) },
    },
    configGroups: Object.entries(groups).map(([id, { title, shape }], index) => ({
      id,
      title,
      order: (index + 1) * 10,
      properties: Object.keys(shape),
    })),
    uiHints: Object.fromEntries(keys.map((key) => [key.path, uiHint(key)])),
    configSchema: tolerantJsonSchema(),
  };
}

/** Where secrets may stand, `*` for any key: the host resolves references in these places. */
export function secretPaths(keys: readonly OutlineEntry[] = outline()): readonly string[] {
  return keys.filter((key) => key.secret).map((key) => key.path);
}

function uiHint({ meta, secret }: OutlineEntry): UiHint {
  return {
    label: meta.label,
    help: meta.help.replaceAll("`", ""),
    advanced: !meta.common,
    ...(secret && { sensitive: true as const }),
    ...(meta.placeholder !== undefined && { placeholder: meta.placeholder }),
    ...(meta.phone && { presentation: "phone-number" as const }),
  };
}
