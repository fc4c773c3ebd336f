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

/** Frames of a block, and blocks, whose lowest level is the floor: 1.5 s, in which every speaker pauses. */
const BLOCK_FRAMES = 15;
const BLOCKS = 5;

/**
 * How loud a line is while nobody speaks, learnt from all that is heard. It falls fast and rises slowly, so that pauses
 * tell; to a sound that is even, or that never pauses, it rises at once, because that is the room and no speaker. Fed
 * with frames of 20 ms.
 */
export class NoiseFloor {
  readonly #recent = new Float64Array(EVEN_FRAMES);
  readonly #lowest = new Float64Array(BLOCKS).fill(SILENCE_DBFS);
  #frames = 0;
  #blockLowest = 0;
  #dbfs = FIRST_GUESS_DBFS;

  /** The floor, from -60 to -20 dBFS. */
  get dbfs(): number {
    return this.#dbfs;
  }

  /** Takes the level of one frame. */
  follow({ rmsDbfs }: Level): void {
    const heard = rmsDbfs > SILENCE_DBFS ? rmsDbfs : SILENCE_DBFS;
    this.#keep(heard);
    const moved = this.#dbfs + stepTowards(heard, this.#dbfs);
    const floor = Math.max(moved, roomOnly(this.#evenLevel()), roomOnly(this.#pauseLevel()), LOWEST_DBFS);
    this.#dbfs = Math.min(floor, HIGHEST_DBFS);
  }

  #keep(heard: number): void {
    this.#recent[this.#frames % EVEN_FRAMES] = heard;
    const place = this.#frames % BLOCK_FRAMES;
    this.#blockLowest = place === 0 ? heard : Math.min(this.#blockLowest, heard);
    if (place === BLOCK_FRAMES - 1) this.#lowest[((this.#frames - place) / BLOCK_FRAMES) % BLOCKS] = this.#blockLowest;
    this.#frames += 1;
  }

  /** Level of an even sound; silence where what is heard is not even. */
  #evenLevel(): number {
    if (this.#frames < EVEN_FRAMES) return SILENCE_DBFS;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < EVEN_FRAMES; i++) {
      const level = this.#recent[i] as number;
      sum += level;
      squares += level * level;
    }
    const mean = sum / EVEN_FRAMES;
    return squares / EVEN_FRAMES - mean * mean <= EVEN_DB * EVEN_DB ? mean : SILENCE_DBFS;
  }

  /** The quietest moment of the last blocks; silence before they are full. */
  #pauseLevel(): number {
    let lowest = this.#lowest[0] as number;
    for (let i = 1; i < BLOCKS; i++) lowest = Math.min(lowest, this.#lowest[i] as number);
    return lowest;
  }
}

function stepTowards(heard: number, floor: number): number {
  if (heard >= floor) return Math.min(RISE_DB, heard - floor);
  return heard > NO_SIGNAL_DBFS ? (heard - floor) * FALL : -SILENT_FALL_DB;
}

function roomOnly(level: number): number {
  return level <= HIGHEST_DBFS ? level : SILENCE_DBFS;
}
