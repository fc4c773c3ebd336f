import { systemClock } from "@openclaw/call-engine";
import { MULAW_8K, type MediaLink } from "@openclaw/telephony-contract";
// eslint-disable-next-line @nx/enforce-module-boundaries -- the engine keeps its playback to itself, and this measures it alone
import { Playback, Ticker } from "../../../../libs/call-engine/src/playback/index.ts";
import { FRAME_MS, type Ear } from "./ear.ts";

/** Frames that the telephone's playback hands over at a time. */
const FRAMES_AT_A_TIME = 5;

/** A way to speak into many calls at once. */
export interface Pacer {
  readonly name: string;
  /** Makes one for as many calls as there will be. */
  create(): Speakers;
}

/** Speaks into calls. What a frame becomes on the wire is nobody's work here. */
export interface Speakers {
  /** Begins to speak into one ear, for as long as there is audio in µ-law. */
  begin(ear: Ear, audio: Uint8Array): void;
  stop(): void;
}

/** The telephone's playback: one tick for all calls, 200 ms of lead, marks out and back. */
export const OURS: Pacer = {
  name: "one tick for all calls, 200 ms ahead",
  create() {
    const ticker = new Ticker(systemClock);
    const events = { firstFrameSent: () => {}, firstFrameHeard: () => {}, idle: () => {} };
    const playbacks: Playback[] = [];
    return {
      begin(ear, audio) {
        const playback = new Playback({ clock: systemClock, ticker, formatOut: MULAW_8K, events });
        const link = linkTo(ear, (mark) => playback.onMark(mark));
        playback.attach(link, { marks: true, clear: true, minChunkMs: FRAME_MS, maxChunkMs: 1000, maxBufferedMs: 10_000 });
        playback.queue({ id: "speech", interruptible: true }).write(audio);
        playbacks.push(playback);
      },
      stop() {
        for (const playback of playbacks) playback.close();
        ticker.stop();
      },
    };
  },
};

/**
 * What the measuring takes by itself: a process that wakes up as often, and ears that hear as many frames, five at a time. It
 * is part of what all others are seen to take.
 */
export const NOTHING: Pacer = {
  name: "a tick and ears, no audio",
  create() {
    const ears: Ear[] = [];
    let beats = 0;
    const tick = setInterval(() => {
      const now = performance.now();
      for (let call = beats++ % FRAMES_AT_A_TIME; call < ears.length; call += FRAMES_AT_A_TIME) {
        for (let frame = 0; frame < FRAMES_AT_A_TIME; frame++) ears[call]?.hear(now);
      }
    }, FRAME_MS);
    return { begin: (ear) => void ears.push(ear), stop: () => clearInterval(tick) };
  },
};

/** What is usual: each call has a timer of its own, and sends at each what is due by the clock. */
export const TIMER_PER_CALL: Pacer = {
  name: "a timer for each call, nothing ahead",
  create() {
    let running = true;
    return {
      begin(ear, audio) {
        const startedAt = performance.now();
        const frames = audio.length / (8 * FRAME_MS);
        const beat = () => {
          if (!running) return;
          const now = performance.now();
          const due = Math.min(Math.floor((now - startedAt) / FRAME_MS) + 1, frames);
          while (ear.frames < due) ear.hear(now);
          setTimeout(beat, startedAt + due * FRAME_MS - now);
        };
        beat();
      },
      stop: () => void (running = false),
    };
  },
};

/** A link to one ear. Each mark comes back when the next one goes out. */
function linkTo(ear: Ear, onMark: (name: string) => void): MediaLink {
  let underway: string | undefined;
  return {
    formatIn: MULAW_8K,
    formatOut: MULAW_8K,
    send(audio) {
      const now = performance.now();
      for (let at = 0; at < audio.length; at += 8 * FRAME_MS) ear.hear(now);
      return true;
    },
    writable: () => Promise.resolve(),
    mark(name) {
      const before = underway;
      underway = name;
      if (before !== undefined) onMark(before);
    },
    clear() {},
    listen() {},
    closed: new Promise(() => {}),
    close() {},
  };
}
