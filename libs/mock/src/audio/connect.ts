import { MULAW_8K, type CarrierContext, type Clock, type MediaClose, type MediaLinkEvent } from "@openclaw/telephony-contract";
import { AudioEnd, type AudioOutlet, type Leg, type PartyCall } from "@openclaw/phone-network";

/** The far end of a call's audio: what it sounds like, and what becomes of our sound. Both are µ-law at 8 kHz. */
export interface Sound {
  /** The audio is connected: frames may flow. */
  start(): void;
  /** It is over. */
  stop(): void;
  /** Our audio, which is heard after what came before. `false`: no more is kept. */
  receive(audio: Uint8Array): boolean;
  /** Comes back over the outlet when everything received so far was heard. */
  mark(name: string): void;
  /** Drops what was not heard yet. */
  clear(): void;
}

/** Makes the far end of one call's audio. The outlet takes 20 ms at a time. */
export type MakeSound = (options: { readonly clock: Clock; readonly outlet: AudioOutlet }, call: PartyCall) => Sound;

/** What audio is connected by. */
export interface AudioAround extends Pick<CarrierContext, "clock" | "media"> {
  readonly makeSound?: MakeSound | undefined;
}

/** Time that a frame takes, and with it the time until there is room for another. Milliseconds. */
const FRAME_MS = 20;
/** Events that are kept until somebody listens: a second of frames. */
const MAX_EARLY = 50;

/**
 * Connects a call's audio with ours by a link inside the process. Resolves when that is over, however it came: whatever the
 * call does next, instead of it, ends it.
 */
export function connectAudio(leg: Leg, { clock, media, makeSound }: AudioAround): Promise<void> {
  const { call } = leg;
  const formats = { formatIn: MULAW_8K, formatOut: MULAW_8K };
  return call.during(undefined, (done) => {
    const early: MediaLinkEvent[] = [];
    let tell = (event: MediaLinkEvent): void => {
      early.push(event.type === "audio" ? { ...event, payload: new Uint8Array(event.payload) } : event);
      if (early.length > MAX_EARLY) early.shift();
    };
    // As over any wire: nobody is told of something while still asking for it.
    const later = (event: MediaLinkEvent) => queueMicrotask(() => tell(event));
    const outlet: AudioOutlet = { audio: (payload, timeMs) => tell({ type: "audio", payload, timeMs }), mark: (name) => later({ type: "mark", name }) };
    const sound = makeSound?.({ clock, outlet }, leg.about) ?? new AudioEnd({ clock, outlet, call, ...formats });
    let close: (end: MediaClose) => void = () => undefined;
    const closed = new Promise<MediaClose>((resolve) => (close = resolve));
    const end = (by: MediaClose["by"], reason: string) => {
      sound.stop();
      close({ by, reason });
      done(undefined);
    };
    sound.start();
    media.attach(leg.callId ?? "", {
      ...formats,
      closed,
      send: (audio) => sound.receive(audio),
      writable: () => new Promise((resolve) => void clock.schedule(FRAME_MS, resolve)),
      mark: (name) => sound.mark(name),
      clear() {
        sound.clear();
        later({ type: "cleared" });
      },
      sendDigits: (digits) => void call.press(digits),
      listen(listener) {
        tell = listener;
        for (const event of early.splice(0)) listener(event);
      },
      close: (reason) => end("us", reason),
    });
    return () => end("carrier", "call-over");
  });
}
