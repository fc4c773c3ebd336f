import { MULAW_8K, type CarrierContext, type MediaClose, type MediaLinkEvent } from "@openclaw/telephony-contract";
import { AudioEnd, type AudioEndOptions, type Leg } from "@openclaw/phone-network";

/** The far end of a call's audio: what it sounds like, and what becomes of our sound. */
export type Sound = Pick<AudioEnd, "start" | "stop" | "receive" | "mark" | "clear">;

/** Makes the far end of one call's audio. It has no say before `start`. */
export type MakeSound = (options: AudioEndOptions, leg: Leg) => Sound;

/** What audio is connected by. */
export interface AudioAround extends Pick<CarrierContext, "clock" | "media"> {
  readonly makeSound?: MakeSound | undefined;
}

/** Events that are kept until somebody listens: a second of frames. */
const MAX_EARLY = 50;

/**
 * Connects a call's audio with ours by a link inside the process. Resolves when that is over, however it came: whatever the
 * call does next, instead of it, ends it.
 */
export function connectAudio(leg: Leg, { clock, media, makeSound = (options) => new AudioEnd(options) }: AudioAround): Promise<void> {
  return leg.call.during(undefined, (done) => {
    const early: MediaLinkEvent[] = [];
    let tell = (event: MediaLinkEvent): void => {
      early.push(event.type === "audio" ? { ...event, payload: event.payload.slice() } : event);
      if (early.length > MAX_EARLY) early.shift();
    };
    // As over any wire: nobody is told of something while still asking for it.
    const later = (event: MediaLinkEvent) => queueMicrotask(() => tell(event));
    const sound = makeSound(
      {
        clock,
        formatIn: MULAW_8K,
        formatOut: MULAW_8K,
        call: leg.call,
        outlet: { audio: (payload, timeMs) => tell({ type: "audio", payload, timeMs }), mark: (name) => later({ type: "mark", name }) },
      },
      leg,
    );
    let close: (end: MediaClose) => void = () => undefined;
    const closed = new Promise<MediaClose>((resolve) => (close = resolve));
    const end = (by: MediaClose["by"], reason: string) => {
      sound.stop();
      close({ by, reason });
      done(undefined);
    };
    sound.start();
    media.attach(leg.callId ?? "", {
      formatIn: MULAW_8K,
      formatOut: MULAW_8K,
      closed,
      send: (audio) => sound.receive(audio),
      writable: () => Promise.resolve(),
      mark: (name) => sound.mark(name),
      clear() {
        sound.clear();
        later({ type: "cleared" });
      },
      sendDigits: (digits) => void leg.call.press(digits),
      listen(listener) {
        tell = listener;
        for (const event of early.splice(0)) listener(event);
      },
      close: (reason) => end("us", reason),
    });
    return () => end("carrier", "call-over");
  });
}
