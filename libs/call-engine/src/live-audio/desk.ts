import type { Carrier, MediaLink } from "@openclaw/telephony-contract";
import type { CallAudio, CallAudioSource } from "../call/call-audio.ts";
import type { Mailbox } from "../call/input.ts";
import type { CallState } from "../call/state.ts";
import { MediaServer, type MediaAdmission, type MediaRefusal, type MediaSizes, type UpgradeRequest } from "../media/index.ts";
import { StallMeter, Ticker } from "../playback/index.ts";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { SpeechCache } from "../voice/index.ts";
import type { AudioGround } from "./ground.ts";
import { LiveAudio } from "./live-audio.ts";
import { AudioServices } from "./services.ts";

/** A live call, as far as its audio has to do with it. */
interface CallWithAudio {
  readonly lease: { readonly carrier: Carrier };
  readonly record: { readonly carrierIds: readonly string[] };
  readonly audio: CallAudio | undefined;
}

/** The door for the audio of calls. */
export interface MediaDoor {
  /** Decides on a media socket before it is opened. */
  admit(request: UpgradeRequest): MediaRefusal | MediaAdmission;
  /** How much of everything there is: all of it is zero while no call has live audio. */
  readonly sizes: MediaSizes & { readonly playing: number; readonly services: number };
}

/** What the desk asks the telephone. */
interface DeskOptions {
  readonly ports: EnginePorts;
  readonly settings: () => TelephoneSettings;
  /** The webhook's entry URL, as carriers see it. */
  readonly entryUrl: () => string;
  readonly call: (callId: string) => CallWithAudio | undefined;
}

/** Where calls get their live audio: one media server, one tick, one set of transcribers and voices for all of them. */
export class AudioDesk implements CallAudioSource, MediaDoor {
  readonly #options: DeskOptions;
  readonly #stalls = new StallMeter();
  readonly #ground: AudioGround;
  readonly services: AudioServices;
  #server: MediaServer;

  constructor(options: DeskOptions) {
    this.#options = options;
    const { clock, log } = options.ports;
    const failed = (error: unknown) => log.error("the playback of a call failed on a beat", { error: error instanceof Error ? error.message.slice(0, 200) : "unknown" });
    this.services = new AudioServices(options.ports);
    this.#ground = {
      clock,
      log,
      services: this.services,
      ticker: new Ticker(clock, undefined, failed, (lateMs, nowMs) => this.#stalls.observe(lateMs, nowMs)),
      cache: new SpeechCache(clock),
      leadMs: ({ streaming }) => this.#stalls.leadMs(streaming.leadMs),
      limits: (callId) => options.call(callId)?.lease.carrier.frames?.limits,
      expect: (callId, token) => this.#server.expect(callId, token),
      forget: (callId) => this.#server.forget(callId),
    };
    this.#server = this.#newServer();
  }

  admit(request: UpgradeRequest): MediaRefusal | MediaAdmission {
    return this.#server.admit(request);
  }

  get sizes(): MediaDoor["sizes"] {
    return { ...this.#server.sizes, playing: this.#ground.ticker.size, services: this.services.size };
  }

  url(token: string): string {
    const { protocol, host } = new URL(this.#options.entryUrl());
    return `${protocol === "http:" ? "ws" : "wss"}://${host}${this.#options.settings().streaming.path}/${token}`;
  }

  open({ record, settings, capabilities }: CallState, mailbox: Mailbox): CallAudio {
    return new LiveAudio(this.#ground, { callId: record.callId, settings, capabilities }, mailbox);
  }

  /** A carrier with a transport of its own hands over the audio of a call. */
  attach(callId: string, link: MediaLink): void {
    const audio = this.#options.call(callId)?.audio;
    if (audio) return audio.attach(link);
    this.#options.ports.log.warn("a carrier brought the audio of a call that has none: refused");
    link.close("no-such-call");
  }

  /** Ends what is left. It can be used again afterwards. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = this.#newServer();
    await Promise.all([server.close(), this.services.closeAll()]);
  }

  #newServer(): MediaServer {
    const { ports, settings, call } = this.#options;
    return new MediaServer({
      clock: ports.clock,
      log: ports.log,
      limits: () => settings().streaming,
      call: (callId) => {
        const live = call(callId);
        const frames = live?.lease.carrier.frames;
        return live && frames && { frames, carrierIds: () => live.record.carrierIds };
      },
      attached: (callId, link) => this.attach(callId, link),
    });
  }
}
