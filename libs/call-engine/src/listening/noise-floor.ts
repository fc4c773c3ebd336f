import type { Level } from "@openclaw/telephony-audio";

/** What a line is taken for before it was heard, in dBFS: a noisy room, since it takes no time to learn that it is quieter. */
const FIRST_GUESS_DBFS = -35;
/** Quieter noise does not matter: a click in perfect silence is no speech. */
const LOWEST_DBFS = -60;
/** Louder noise is not learnt. Sounds that are as loud and as even are meant for us: tones, a held vowel, a machine. */
const HIGHEST_DBFS = -20;
/** What digital silence counts as, so that the arithmetic stays finite, and what is taken for it: A-law's has -72. */
const SILENCE_DBFS = -90;
const NO_SIGNAL_DBFS = -70;

/** Share of the way down that one frame takes: in 100 ms the floor is nearly there. */
const FALL = 0.3;
/** Decibels that a frame of digital silence takes it down: 10 a second. Lost frames say little about the room. */
const SILENT_FALL_DB = 0.2;
/** Decibels that one frame takes it up: 3 a second. */
const RISE_DB = 0.06;

/** Frames that are looked at for evenness: 400 ms, in which every speaker closes the mouth, and less than an interruption takes. */
const EVEN_FRAMES = 20;
/** Deviation of the levels up to which a sound is even, in decibels. White noise has 0.5, a hum up to 2, speech 5 and more. */
const EVEN_DB = 2;

/**
 * How loud a line is while nobody speaks, learnt from all that is heard. It falls fast and rises slowly, so that the pauses
 * of speech tell; to a sound that is even it rises at once, because that is the room and no speaker. Fed with frames of
 * 20 ms.
 */
export class NoiseFloor {
  /**
   * No `Float64Array`: one of so few numbers takes twice the memory, in each call. Its zeros are negative, since V8 takes
   * others for integers, and would make another array for the first level that is none.
   */
  readonly #recent = new Array<number>(EVEN_FRAMES).fill(-0);
  #frames = 0;
  /** Of the recent levels and their squares. */
  #sum = 0;
  #squares = 0;
  #dbfs = FIRST_GUESS_DBFS;

  /** The floor, from -60 to -20 dBFS. */
  get dbfs(): number {
    return this.#dbfs;
  }

  /** Takes the level of one frame. */
  follow({ rmsDbfs }: Level): void {
    const heard = rmsDbfs > SILENCE_DBFS ? rmsDbfs : SILENCE_DBFS;
    this.#remember(heard);
    const moved = this.#dbfs + stepTowards(heard, this.#dbfs);
    const even = this.#evenLevel();
    const floor = even > moved && even <= HIGHEST_DBFS ? even : moved;
    this.#dbfs = Math.min(HIGHEST_DBFS, Math.max(LOWEST_DBFS, floor));
  }

  /** Level of an even sound; silence where what is heard is not even. */
  #evenLevel(): number {
    if (this.#frames < EVEN_FRAMES) return SILENCE_DBFS;
    const mean = this.#sum / EVEN_FRAMES;
    return this.#squares / EVEN_FRAMES - mean * mean <= EVEN_DB * EVEN_DB ? mean : SILENCE_DBFS;
  }

  #remember(level: number): void {
    const place = this.#frames++ % EVEN_FRAMES;
    const forgotten = this.#recent[place] as number;
    this.#recent[place] = level;
    this.#sum += level - forgotten;
    this.#squares += level * level - forgotten * forgotten;
  }
}

/** How far one frame moves the floor, in decibels. */
function stepTowards(heard: number, floor: number): number {
  if (heard >= floor) return Math.min(RISE_DB, heard - floor);
  return heard > NO_SIGNAL_DBFS ? (heard - floor) * FALL : -SILENT_FALL_DB;
}
