import {
  MULAW_8K,
  type AudioFormat,
  type CarrierCapabilities,
  type Clock,
  type FrameCodec,
  type Logger,
  type MediaLink,
  type MediaLinkEvent,
} from "@openclaw/telephony-contract";
import type { CallAudio } from "../call/call-audio.ts";
import type { AudioInput } from "../call/input.ts";
import type { AudioEffect } from "../call/state.ts";
import type { EarEvent } from "../listening/index.ts";
import type { PlaybackCapabilities, Ticker } from "../playback/index.ts";
import type { TelephoneSettings } from "../settings.ts";
import type { SpeechCache } from "../voice/index.ts";
import { Hearing } from "./hearing.ts";
import { KeyCollector } from "./key-collector.ts";
import type { AudioServices } from "./services.ts";
import { Speaking } from "./speaking.ts";

/** What the live audio of one call is made of. */
export interface LiveAudioOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: TelephoneSettings;
  readonly capabilities: CarrierCapabilities;
  /** What the carrier's codec takes, where it connects to our socket. */
  readonly limits: () => FrameCodec["limits"] | undefined;
  readonly services: AudioServices;
  readonly ticker: Ticker;
  /** Audio to keep ahead of the caller's ear at this moment, in milliseconds. */
  readonly leadMs: () => number;
  readonly cache: SpeechCache;
  /** Lets the carrier connect with a token. */
  readonly expect: (token: string) => void;
  /** The call is over: no token of it is good any more. */
  readonly forget: () => void;
  readonly post: (input: AudioInput) => void;
}

/** Silence on the wire after which a link is taken for dead: carriers send a frame every 20 ms, also of silence. */
const DEAD_MS = 30_000;
/** The same where the carrier says that the link is over, which may be news of an earlier one. */
const DOUBTED_MS = 400;
/** For a carrier without a codec: what goes into a link is the carrier's to cut up. */
const LINK_LIMITS = { minChunkMs: 20, maxChunkMs: 1000, maxBufferedMs: 60_000 };

/** Ear and mouth of one call on the wire of its carrier. */
export class LiveAudio implements CallAudio {
  readonly #options: LiveAudioOptions;
  readonly #hearing: Hearing;
  readonly #speaking: Speaking;
  readonly #keys: KeyCollector;
  #link: MediaLink | undefined;
  #heardAt = 0;
  #cancelDoubt = () => {};
  #closed = false;

  constructor(options: LiveAudioOptions) {
    this.#options = options;
    const { clock, log, settings, capabilities, services, ticker, leadMs, cache, post } = options;
    const expected: AudioFormat = capabilities.media?.formats[0] ?? MULAW_8K;
    const { language } = settings;
    this.#speaking = new Speaking({
      clock,
      log,
      ticker,
      cache,
      expected,
      leadMs,
      pressesInStream: capabilities.dtmfOut?.media === "stream",
      ...(language !== undefined && { language }),
      sources: () => services.voices(settings),
      events: {
        started: (id, at, firstAudioAt) => {
          this.#hearing.playbackStarted();
          post({ type: "utteranceStarted", id, at, firstAudioAt });
        },
        heard: (id, at) => post({ type: "utteranceHeard", id, at }),
        ended: (id, { outcome, heardMs, totalMs }) => post({ type: "utteranceEnded", id, outcome, heardMs, totalMs }),
        idle: () => this.#hearing.playbackEnded(),
        spokenBy: (provider, voice) => post({ type: "spokenBy", voice: voice === undefined ? provider : `${provider}/${voice}` }),
      },
    });
    this.#hearing = new Hearing({
      clock,
      log,
      settings,
      expected,
      output: this.#speaking,
      transcriber: () => services.transcriber(settings),
      onEvent: (event) => this.#onEar(event),
      onFailed: (error) => post({ type: "hearingFailed", error }),
    });
    this.#keys = new KeyCollector(clock, (keys) => {
      const now = clock.now();
      post({ type: "callerTurn", text: keys, speechEndedAt: now, finalAt: now, digits: true });
    });
  }

  run(effect: AudioEffect): void {
    if (this.#closed) return;
    switch (effect.type) {
      case "openAudio":
        this.#hearing.open();
        return this.#speaking.prepare(effect.greeting);
      case "expectMedia":
        // A carrier that hands its links over has no use for a token.
        return void (this.#options.capabilities.media?.transport === "socket" && this.#options.expect(effect.token));
      case "utter":
        return this.#speaking.say(effect.id, effect.text, effect);
      case "pressInStream":
        return this.#speaking.press(effect.id, effect.digits);
      case "keys":
        return this.#keys.press(effect.digits);
      case "hushVoice":
        this.#speaking.hush();
        return this.#hearing.playbackEnded();
      case "resumeVoice":
        return this.#speaking.resume();
      case "checkMedia":
        return this.#check(effect.doubted);
    }
  }

  attach(link: MediaLink): void {
    if (this.#closed) return link.close("call-over");
    if (!this.#speaking.connect(link, this.#playbackCapabilities())) return link.close("bad-format");
    this.#link = link;
    this.#heardAt = this.#options.clock.now();
    this.#hearing.connect(link.formatIn);
    link.listen((event) => this.#onLink(link, event));
    void link.closed.then(({ by, reason }) => this.#onClosed(link, by, reason));
    this.#options.post({ type: "mediaUp" });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDoubt();
    this.#keys.close();
    this.#speaking.close();
    this.#hearing.close();
    this.#link?.close("call-over");
    this.#options.forget();
  }

  #onLink(link: MediaLink, event: MediaLinkEvent): void {
    if (link !== this.#link || this.#closed) return;
    switch (event.type) {
      case "audio":
        this.#heardAt = this.#options.clock.now();
        return this.#hearing.audio(event.payload);
      case "dtmf":
        if (this.#options.capabilities.dtmfIn?.media === "stream") this.#keys.press(event.digit);
        return;
      case "mark":
        return this.#speaking.onMark(event.name);
      case "cleared":
        return this.#speaking.onCleared();
      case "error":
        return this.#options.log.warn("the carrier reports an error on the audio of a call", { code: event.code });
    }
  }

  #onClosed(link: MediaLink, by: "us" | "carrier" | "network", reason: string): void {
    // A successor is there already, or the call is over.
    if (link !== this.#link || this.#closed) return;
    this.#link = undefined;
    this.#speaking.disconnect();
    this.#options.post({ type: "mediaDown", by, reason });
  }

  /** The voice pauses at once; what the call makes of it comes after. */
  #onEar(event: EarEvent): void {
    const { post } = this.#options;
    switch (event.type) {
      case "speechStarted":
        return post({ type: "callerSpeaks" });
      case "interrupted":
        this.#speaking.pause();
        return post({ type: "interrupted" });
      case "resumed":
        this.#speaking.resume();
        return post({ type: "resumed" });
      case "eager":
        return post({ type: "eagerTurn", text: event.text });
      case "eagerRevoked":
        return post({ type: "eagerRevoked" });
      case "turn":
        return post({ type: "callerTurn", text: event.text, speechEndedAt: event.speechEndedAt, finalAt: event.finalAt });
      case "lost":
        return post({ type: "wordsLost" });
    }
  }

  #check(doubted = false): void {
    if (!doubted) return this.#endIfSilentFor(DEAD_MS);
    this.#cancelDoubt();
    this.#cancelDoubt = this.#options.clock.schedule(DOUBTED_MS, () => this.#endIfSilentFor(DOUBTED_MS));
  }

  #endIfSilentFor(ms: number): void {
    if (this.#link && this.#options.clock.now() - this.#heardAt >= ms) this.#link.close("silent");
  }

  #playbackCapabilities(): PlaybackCapabilities {
    const { media } = this.#options.capabilities;
    const limits = this.#options.limits() ?? LINK_LIMITS;
    return { ...limits, marks: media?.marks === true, clear: media?.clear === true };
  }
}
