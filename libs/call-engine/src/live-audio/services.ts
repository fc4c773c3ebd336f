import {
  registry as processRegistry,
  listProviders,
  toTelephonyError,
  type ProviderContext,
  type SpeechSynthesizer,
  type Transcriber,
  type TranscriberCapabilities,
  type TranscriberDefinition,
  TelephonyError,
} from "@openclaw/telephony-contract";
import { withDeadline } from "../call/deadline.ts";
import { findProvider } from "../carriers/find.ts";
import { Instances, type Held } from "../carriers/instances.ts";
import { digestOf, validateSection } from "../carriers/section.ts";
import type { EnginePorts } from "../ports.ts";
import type { ProviderSection, SpeechSettings, StreamingSettings, TelephoneSettings } from "../settings.ts";
import type { VoiceSource } from "../voice/index.ts";

/** A transcriber that calls may use. */
export interface OpenTranscriber {
  readonly id: string;
  readonly transcriber: Transcriber;
  readonly capabilities: TranscriberCapabilities;
}

/** Id under which the host's own speech is registered. */
const HOST_SPEECH = "host";
/** How long a provider may take to be there, in milliseconds: callers who talk to nobody hang up soon after. */
const MAKING_MS = 10_000;

/** The transcribers and voices in use: one instance for each registration and configuration, shared by calls. */
export class AudioServices {
  readonly #ports: EnginePorts;
  readonly #transcribers: Instances<OpenTranscriber>;
  readonly #voices: Instances<VoiceSource & { readonly synthesizer: SpeechSynthesizer }>;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
    this.#transcribers = new Instances(ports.log);
    this.#voices = new Instances(ports.log);
  }

  get size(): number {
    return this.#transcribers.size + this.#voices.size;
  }

  /** Why there is no live audio under these settings, in words for the operator; nothing where there is. */
  lack({ audioMode, streaming, speech }: TelephoneSettings): string | undefined {
    // Whether a carrier fits is asked elsewhere; none has a mode for which there is nothing yet.
    if (audioMode !== "streaming") return undefined;
    if (this.#transcriberIds(streaming).every((id) => !this.#transcriberEntry(id))) {
      const { transcriber } = streaming;
      if (transcriber === undefined) return "no transcriber is installed: install the package of one";
      return `no package for the transcriber "${transcriber}" (key "streaming.provider") is loaded: install and enable it, or name another one`;
    }
    return this.#voiceIds(speech).length > 0 ? undefined : "no voice is there to speak with";
  }

  /** The transcriber that the settings name, else the first that is ready. Rejects with why none is. */
  async transcriber({ streaming }: TelephoneSettings): Promise<Held<OpenTranscriber>> {
    let fault: TelephonyError | undefined;
    for (const id of this.#transcriberIds(streaming)) {
      try {
        return await this.#hold(id, streaming.sections[id] ?? {});
      } catch (error) {
        fault ??= toTelephonyError(error);
      }
    }
    throw fault ?? new TelephonyError("provider-missing", "no transcriber is installed", { retryable: true });
  }

  /** The voices to try, in order. One that cannot be had is left out, and told to the log. */
  async voices({ speech }: TelephoneSettings): Promise<readonly Held<VoiceSource>[]> {
    const held: Held<VoiceSource>[] = [];
    for (const id of this.#voiceIds(speech)) {
      try {
        held.push(await this.#holdVoice(id, speech));
      } catch (error) {
        const { code, message } = toTelephonyError(error);
        this.#ports.log.warn("a voice cannot be used", { voice: id, code, fault: message });
      }
    }
    return held;
  }

  async closeAll(): Promise<void> {
    await Promise.all([this.#transcribers.closeAll(), this.#voices.closeAll()]);
  }

  /** Those to try: the named one; else those that have a section, in its order, and then any. */
  #transcriberIds({ transcriber, sections }: StreamingSettings): readonly string[] {
    if (transcriber !== undefined) return [transcriber];
    return [...new Set([...Object.keys(sections), ...listProviders("transcriber", this.#ports.registry ?? processRegistry())])];
  }

  /** A package of ours wins over what the host has under the same id. */
  #transcriberEntry(id: string): { readonly from: unknown; readonly definition: TranscriberDefinition } | undefined {
    try {
      const { token, definition } = findProvider("transcriber", id, "streaming.provider", this.#ports);
      return { from: token, definition };
    } catch {
      const definition = this.#ports.providerOfHost?.("transcriber", id);
      return definition && { from: definition, definition };
    }
  }

  async #hold(id: string, section: ProviderSection): Promise<Held<OpenTranscriber>> {
    const entry = this.#transcriberEntry(id) ?? { from: undefined, definition: findProvider("transcriber", id, "streaming.provider", this.#ports).definition };
    const { definition } = entry;
    return await this.#transcribers.hold({
      from: entry.from,
      hash: digestOf(section),
      open: async (signal) => {
        const config = await this.#config(definition, section);
        const transcriber = await this.#make(signal, (context) => definition.create(config, context));
        return { id, transcriber, capabilities: definition.capabilities };
      },
      close: ({ transcriber }) => transcriber.close(),
    });
  }

  #voiceIds({ provider }: SpeechSettings): readonly string[] {
    const there = listProviders("speech-synthesizer", this.#ports.registry ?? processRegistry());
    return [provider, HOST_SPEECH].filter((id, index, all): id is string => id !== undefined && there.includes(id) && all.indexOf(id) === index);
  }

  async #holdVoice(id: string, { section }: SpeechSettings): Promise<Held<VoiceSource>> {
    const { token, definition } = findProvider("speech-synthesizer", id, "tts.provider", this.#ports);
    const own = id === HOST_SPEECH ? { tts: section } : sectionOf(section["providers"], id);
    return await this.#voices.hold({
      from: token,
      hash: digestOf(own),
      open: async (signal) => {
        const config = await this.#config(definition, own);
        const synthesizer = await this.#make(signal, (context) => definition.create(config as never, context));
        return { id, synthesizer, capabilities: definition.capabilities };
      },
      close: ({ synthesizer }) => synthesizer.close(),
    });
  }

  /** Makes a provider in time, or not at all: callers wait for it. */
  async #make<Provider extends { close(): Promise<void> }>(signal: AbortSignal, make: (context: ProviderContext) => Promise<Provider>): Promise<Provider> {
    const { log, clock } = this.#ports;
    return await withDeadline(clock, MAKING_MS, async (late) => {
      const made = await make({ log, clock, signal: AbortSignal.any([signal, late]) });
      // Whoever wanted it has been told that it is not there.
      if (late.aborted) await made.close();
      return made;
    });
  }

  async #config(definition: Parameters<EnginePorts["prepareSection"]>[0], section: ProviderSection): Promise<unknown> {
    const prepared = await this.#ports.prepareSection(definition, section);
    return await validateSection<unknown>(definition.config, prepared, definition.id);
  }
}

function sectionOf(sections: unknown, id: string): ProviderSection {
  if (typeof sections !== "object" || sections === null || !Object.hasOwn(sections, id)) return {};
  const section = (sections as Record<string, unknown>)[id];
  return typeof section === "object" && section !== null ? (section as ProviderSection) : {};
}
