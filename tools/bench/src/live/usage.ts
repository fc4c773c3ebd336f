/** Processor time and memory of a process. */
export interface Usage {
  /** Microseconds of processor time: of its own code, and with the kernel's for it. */
  readonly userMicros: number;
  readonly cpuMicros: number;
  /** Resident memory, and live objects with the buffers outside the heap, in kilobytes, after garbage was collected. */
  readonly residentKb: number;
  readonly liveKb: number;
}

/** Looks at this process. */
export function processorTime(): Pick<Usage, "userMicros" | "cpuMicros"> {
  const { user, system } = process.cpuUsage();
  return { userMicros: user, cpuMicros: user + system };
}

/** Looks at this process after collecting its garbage, for which Node has to be started with `--expose-gc`. */
export async function memoryInUse(): Promise<Pick<Usage, "residentKb" | "liveKb">> {
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { residentKb: rss / 1024, liveKb: (heapUsed + external) / 1024 };
}
