/** What a caller sends in one frame. */
export type Sound = "room" | "speech" | "turn" | "words";

/** How callers of a benchmark behave. Lengths are frames of 20 ms, or milliseconds where the name says so. */
export interface CallerManners {
  /** Waits so long at most before it speaks: a different time for each caller and turn. */
  readonly pauseFrames: number;
  /** Then it speaks for so long, and is quiet for so long before its turn counts as over, as transcribers find it. */
  readonly speechFrames: number;
  readonly silenceFrames: number;
  /** Audio of a whole answer. */
  readonly answerMs: number;
  /** Where it interrupts: after so much of the answer, and at most that much more. */
  readonly interruptsAfter?: readonly [frames: number, more: number];
}

/** What became of a turn. Times in milliseconds. */
export interface TurnNews {
  /** The first audio of the answer came so long after the turn's end was sent. */
  firstAudio?(ms: number): void;
  /** The whole answer was heard, in which the longest silence was this long. */
  answered?(longestGapMs: number): void;
  /** The far end was told to drop our voice so long after the caller's words were sent. */
  cleared?(ms: number): void;
}

/** Frames of an answer that may be missing at its end: what is padded at sentences' ends is rounded. */
const SLACK_FRAMES = 5;
/** Frames after the words of an interruption until its turn is over. */
const REST_OF_WORDS = 10;
/** Frames that a caller waits for an answer and listens to it, and waits for our voice to stop: forty and two seconds. */
const PATIENCE = 2000;
const PATIENCE_WITH_VOICE = 100;

type State = "pausing" | "speaking" | "ending" | "waiting" | "listening" | "interrupting" | "finishing";

/** One caller who takes turns with an agent. Asked for a sound every 20 ms, and told what is heard. */
export class Caller {
  readonly #manners: CallerManners;
  readonly #news: TurnNews;
  readonly #random: () => number;
  #state: State = "pausing";
  /** Frames left in this state; where it waits, frames that it still waits. */
  #left: number;
  #cueAt = NaN;
  #lost = 0;

  constructor(manners: CallerManners, news: TurnNews, random: () => number = Math.random) {
    this.#manners = manners;
    this.#news = news;
    this.#random = random;
    this.#left = this.#upTo(manners.pauseFrames);
  }

  /** Times that nothing came of what it said, though it waited. */
  get lost(): number {
    return this.#lost;
  }

  /** What it sends now. */
  sound(now: number): Sound {
    this.#left -= 1;
    const { speechFrames, silenceFrames } = this.#manners;
    switch (this.#state) {
      case "pausing":
        return this.#left > 0 ? "room" : this.#enter("speaking", speechFrames);
      case "speaking":
        return this.#left > 0 ? "speech" : this.#enter("ending", silenceFrames);
      case "ending":
      case "finishing":
        return this.#left > 0 ? "room" : this.#say("turn", "waiting", PATIENCE, now);
      case "waiting":
        if (this.#left <= 0) this.#giveUp();
        return "room";
      case "listening":
        if (this.#left > 0) return "room";
        return this.#manners.interruptsAfter ? this.#say("words", "interrupting", PATIENCE_WITH_VOICE, now) : this.#giveUp();
      case "interrupting":
        return this.#left > 0 ? "room" : this.#giveUp();
    }
  }

  /** A frame of the answer came: so many of it so far, and with this longest silence. */
  heard(now: number, frames: number, longestGapMs: number): void {
    const { interruptsAfter: interrupts, answerMs } = this.#manners;
    if (this.#state === "waiting") {
      this.#news.firstAudio?.(now - this.#cueAt);
      this.#enter("listening", interrupts ? interrupts[0] + this.#upTo(interrupts[1]) : PATIENCE);
    }
    if (this.#state !== "listening" || interrupts || frames < answerMs / 20 - SLACK_FRAMES) return;
    this.#news.answered?.(longestGapMs);
    this.#enter("pausing", SLACK_FRAMES + this.#upTo(this.#manners.pauseFrames));
  }

  /** The carrier was told to drop our voice. */
  cleared(now: number): void {
    if (this.#state !== "interrupting") return;
    this.#news.cleared?.(now - this.#cueAt);
    this.#enter("finishing", REST_OF_WORDS);
  }

  /** Whether the next frame that is heard is the first of an answer. */
  get waits(): boolean {
    return this.#state === "waiting";
  }

  #say(sound: Sound, state: State, frames: number, now: number): Sound {
    this.#enter(state, frames);
    this.#cueAt = now;
    return sound;
  }

  #giveUp(): Sound {
    this.#lost += 1;
    return this.#enter("pausing", this.#upTo(this.#manners.pauseFrames));
  }

  #enter(state: State, frames: number): Sound {
    this.#state = state;
    this.#left = frames;
    return "room";
  }

  #upTo(frames: number): number {
    return 1 + Math.floor(this.#random() * frames);
  }
}
