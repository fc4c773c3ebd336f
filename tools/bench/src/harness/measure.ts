/** Something to measure. */
export interface Subject {
  /** Unique within one measurement. */
  readonly name: string;
  /** One operation. It keeps its own state and writes its result where the runtime cannot prove it unused. */
  readonly call: () => unknown;
}

/** How to measure. */
export interface MeasureOptions {
  /** Rounds; each measures every subject once. An odd number gives a true median. Default 15. */
  readonly rounds?: number;
  /** Time that a subject gets in a round, in milliseconds. Default 20. */
  readonly batchMs?: number;
  /** Monotonic clock in milliseconds. Default `performance.now`. */
  readonly now?: () => number;
}

/** Times of all subjects from the same rounds, which is what makes them comparable. */
export interface Measurement {
  /** Nanoseconds a call, one number a round, by subject. */
  readonly rounds: ReadonlyMap<string, readonly number[]>;
}

/**
 * Measures subjects in turns: every round runs a batch of each, beginning with another one each time, so that whatever
 * slows the machine down for a while slows all of them. Before that each is warmed up and gets a batch size that fills
 * its time.
 *
 * @throws Error when two subjects share a name, or there are none
 */
export function measure(subjects: readonly Subject[], options: MeasureOptions = {}): Measurement {
  const { rounds = 15, batchMs = 20, now = () => performance.now() } = options;
  if (new Set(subjects.map(({ name }) => name)).size !== subjects.length || subjects.length === 0) {
    throw new Error("a measurement needs subjects with different names");
  }
  const batches = subjects.map((subject) => batchSize(subject, batchMs, now));
  const times = subjects.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const which = (round + turn) % subjects.length;
      const calls = batches[which] as number;
      const elapsed = time(subjects[which] as Subject, calls, now);
      (times[which] as number[]).push((elapsed * 1e6) / calls);
    }
  }
  return { rounds: new Map(subjects.map(({ name }, which) => [name, times[which] as number[]])) };
}

/** Warms up and finds how many calls fill a batch: doubles until a batch is long enough. */
function batchSize(subject: Subject, batchMs: number, now: () => number): number {
  for (let calls = 64; ; calls *= 2) {
    const elapsed = time(subject, calls, now);
    if (elapsed >= batchMs) return Math.max(1, Math.round((calls * batchMs) / elapsed));
  }
}

function time({ call }: Subject, calls: number, now: () => number): number {
  const start = now();
  for (let i = 0; i < calls; i++) call();
  return now() - start;
}

/** Nanoseconds a call: the median of the rounds. */
export function nanoseconds(measurement: Measurement, name: string): number {
  return median(roundsOf(measurement, name));
}

/** How many times as long `name` takes as `base`: the median of each round's own ratio. */
export function ratio(measurement: Measurement, name: string, base: string): number {
  const [ours, theirs] = [roundsOf(measurement, name), roundsOf(measurement, base)];
  return median(ours.map((one, round) => one / (theirs[round] as number)));
}

function roundsOf(measurement: Measurement, name: string): readonly number[] {
  const rounds = measurement.rounds.get(name);
  if (rounds === undefined) throw new Error(`"${name}" was not measured`);
  return rounds;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
