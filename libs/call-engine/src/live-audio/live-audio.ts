import type { MediaLink, MediaLinkEvent, TelephonyError } from "@openclaw/telephony-contract";
import type { CallAudio } from "../call/call-audio.ts";
import type { Mailbox } from "../call/input.ts";
import type { AudioEffect } from "../call/state.ts";
import type { EarEvent } from "../listening/index.ts";
import type { PlaybackCapabilities, PlaybackOutcome } from "../playback/index.ts";
import type { AudioCall, AudioGround } from "./ground.ts";
import { Hearing, type HearingEvents } from "./hearing.ts";
import { KeyCollector } from "./key-collector.ts";
import { Speaking, type SpeakingEvents } from "./speaking.ts";

/** Silence on the wire after which a link is taken for dead: carriers send a frame every 20 ms, also of silence. */
const DEAD_MS = 30_000;
/** The same where the carrier says that the link is over, which may be news of an earlier one. */
const DOUBTED_MS = 400;
/** For a carrier without a codec: what goes into a link is the carrier's to cut up. */
const LINK_LIMITS = { minChunkMs: 20, maxChunkMs: 1000, maxBufferedMs: 60_000 };

/** Ear and mouth of one call on the wire of its carrier. What they tell goes into the call's mailbox. */
export class LiveAudio implements CallAudio, SpeakingEvents, HearingEvents {
  readonly #ground: AudioGround;
  readonly #call: AudioCall;
  readonly #mailbox: Mailbox;
  readonly #hearing: Hearing;
  readonly #speaking: Speaking;
  /** Made at the first key: few callers press any. */
  #keys: KeyCollector | undefined;
  #link: MediaLink | undefined;
  #heardAt = 0;
  #cancelDoubt: (() => void) | undefined;
  #closed = false;

  constructor(ground: AudioGround, call: AudioCall, mailbox: Mailbox) {
    this.#ground = ground;
    this.#call = call;
    this.#mailbox = mailbox;
    this.#speaking = new Speaking(ground, call, this);
    this.#hearing = new Hearing(ground, call, this.#speaking, this);
  }

  run(effect: AudioEffect): void {
    if (this.#closed) return;
    switch (effect.type) {
      case "openAudio":
        this.#hearing.open();
        return this.#speaking.prepare(effect.greeting);
      case "expectMedia":
        // A carrier that hands its links over has no use for a token.
        if (this.#call.capabilities.media?.transport === "socket") this.#ground.expect(this.#call.callId, effect.token);
        return;
      case "utter":
        return this.#speaking.say(effect.id, effect.text, effect);
      case "pressInStream":
        return this.#speaking.press(effect.id, effect.digits);
      case "keys":
        return this.#press(effect.digits);
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
    this.#heardAt = this.#ground.clock.now();
    this.#hearing.connect(link.formatIn);
    link.listen((event) => this.#onLink(link, event));
    void link.closed.then(({ by, reason }) => this.#onClosed(link, by, reason));
    this.#mailbox.post({ type: "mediaUp" });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDoubt?.();
    this.#keys?.close();
    this.#speaking.close();
    this.#hearing.close();
    this.#link?.close("call-over");
    this.#ground.forget(this.#call.callId);
  }

  utteranceStarted(id: string, at: number, firstAudioAt: number): void {
    this.#hearing.playbackStarted();
    this.#mailbox.post({ type: "utteranceStarted", id, at, firstAudioAt });
  }

  utteranceHeard(id: string, at: number): void {
    this.#mailbox.post({ type: "utteranceHeard", id, at });
  }

  utteranceEnded(id: string, { outcome, heardMs, totalMs }: PlaybackOutcome): void {
    this.#mailbox.post({ type: "utteranceEnded", id, outcome, heardMs, totalMs });
  }

  fellSilent(): void {
    this.#hearing.playbackEnded();
  }

  spokenBy(provider: string, voice: string | undefined): void {
    this.#mailbox.post({ type: "spokenBy", voice: voice === undefined ? provider : `${provider}/${voice}` });
  }

  /** The voice pauses at once; what the call makes of it comes after. */
  heard(event: EarEvent): void {
    switch (event.type) {
      case "speechStarted":
        return this.#mailbox.post({ type: "callerSpeaks" });
      case "interrupted":
        this.#speaking.pause();
        return this.#mailbox.post({ type: "interrupted" });
      case "resumed":
        this.#speaking.resume();
        return this.#mailbox.post({ type: "resumed" });
      case "eager":
        return this.#mailbox.post({ type: "eagerTurn", text: event.text });
      case "eagerRevoked":
        return this.#mailbox.post({ type: "eagerRevoked" });
      case "turn":
        return this.#mailbox.post({ type: "callerTurn", text: event.text, speechEndedAt: event.speechEndedAt, finalAt: event.finalAt });
      case "lost":
        return this.#mailbox.post({ type: "wordsLost" });
    }
  }

  hearingFailed(error: TelephonyError): void {
    this.#mailbox.post({ type: "hearingFailed", error });
  }

  #onLink(link: MediaLink, event: MediaLinkEvent): void {
    if (link !== this.#link || this.#closed) return;
    switch (event.type) {
      case "audio":
        this.#heardAt = this.#ground.clock.now();
        return this.#hearing.audio(event.payload);
      case "dtmf":
        if (this.#call.capabilities.dtmfIn?.media === "stream") this.#press(event.digit);
        return;
      case "mark":
        return this.#speaking.onMark(event.name);
      case "cleared":
        return this.#speaking.onCleared();
      case "error":
        return this.#ground.log.warn("the carrier reports an error on the audio of a call", { code: event.code });
    }
  }

  #onClosed(link: MediaLink, by: "us" | "carrier" | "network", reason: string): void {
    // A successor is there already, or the call is over.
    if (link !== this.#link || this.#closed) return;
    this.#link = undefined;
    this.#speaking.disconnect();
    this.#mailbox.post({ type: "mediaDown", by, reason });
  }

  #press(digits: string): void {
    const { clock } = this.#ground;
    this.#keys ??= new KeyCollector(clock, (keys) => {
      const now = clock.now();
      this.#mailbox.post({ type: "callerTurn", text: keys, speechEndedAt: now, finalAt: now, digits: true });
    });
    this.#keys.press(digits);
  }

  #check(doubted = false): void {
    if (!doubted) return this.#endIfSilentFor(DEAD_MS);
    this.#cancelDoubt?.();
    this.#cancelDoubt = this.#ground.clock.schedule(DOUBTED_MS, () => this.#endIfSilentFor(DOUBTED_MS));
  }

  #endIfSilentFor(ms: number): void {
    if (this.#link && this.#ground.clock.now() - this.#heardAt >= ms) this.#link.close("silent");
  }

  #playbackCapabilities(): PlaybackCapabilities {
    const { media } = this.#call.capabilities;
    const limits = this.#ground.limits(this.#call.callId) ?? LINK_LIMITS;
    return { ...limits, marks: media?.marks === true, clear: media?.clear === true };
  }
}
