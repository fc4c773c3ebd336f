/** What a trial at some load showed: it was carried, it was not, or the load itself was late, so that nothing is known. */
export type Verdict = "carried" | "missed" | "void";

/** Between what loads to look, and how closely. */
export interface CapacityOptions {
  /** The first load that is tried. */
  readonly from: number;
  readonly most: number;
  /** The answer is at most this part too small, for example 0.08. */
  readonly precision: number;
  /** Trials of one load before it counts as not carried: noise only ever makes a trial worse. */
  readonly tries: number;
  /** Whether there is time for another trial. Default: always. */
  readonly goesOn?: () => boolean;
}

/** The largest load that was carried. */
export interface Capacity {
  readonly carried: number;
  /** Whether the next larger one was missed by what is measured; else the load, its limit or the time ended the search. */
  readonly found: boolean;
}

/**
 * Finds the largest load that is carried: doubles until one is not, then halves the distance. A load of which all trials
 * were void is taken for the end of what can be told.
 */
export async function capacity(attempt: (load: number) => Promise<Verdict>, { from, most, precision, tries, goesOn = () => true }: CapacityOptions): Promise<Capacity> {
  const judged = async (load: number): Promise<Verdict> => {
    let verdict: Verdict = "void";
    for (let turn = 0; turn < tries; turn++) {
      const one = await attempt(load);
      if (one === "carried") return one;
      if (one === "missed") verdict = one;
    }
    return verdict;
  };

  let carried = 0;
  let ended = most + 1;
  let found = false;
  for (let load = Math.min(from, most); load > carried && load < ended && goesOn(); load = next(carried, ended, from, most, precision)) {
    const verdict = await judged(load);
    if (verdict === "carried") carried = load;
    else {
      ended = load;
      found = verdict === "missed";
    }
  }
  return { carried, found };
}

/** The load to try next; one that is tried already where it is known closely enough. */
function next(carried: number, ended: number, from: number, most: number, precision: number): number {
  if (ended > most) return Math.min(Math.max(from, carried * 2), most);
  if (ended - carried <= Math.max(1, ended * precision)) return carried;
  return Math.floor((carried + ended) / 2);
}
