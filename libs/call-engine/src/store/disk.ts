import { open, type FileHandle } from "node:fs/promises";
import type { Logger } from "@openclaw/telephony-contract";

/** Brings what was written to a file to the disk, in the background. */
export interface Disk {
  /** Begins to, unless that is happening: then it is done once more afterwards. Never throws. */
  flush(): void;
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
  /** Lets the file go. Nothing is flushed from then on. */
  close(): void;
}

/**
 * The disk behind a file that exists by the time of the first flush. A disk that takes long must not make the event loop
 * wait, on which the audio of every call depends; one that fails is logged, once.
 */
export function createDisk(file: string, log: Logger): Disk {
  let handle: FileHandle | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let failed = false;

  async function run(): Promise<void> {
    try {
      handle ??= await open(file, "r+");
      do {
        again = false;
        await handle.datasync();
      } while (again && !closed);
    } catch (error) {
      if (!failed) log.warn("The disk does not confirm what the call store writes: a power cut may cost more than the last moment", { error: (error as NodeJS.ErrnoException).code });
      failed = true;
    }
    running = undefined;
    if (closed) await release();
  }

  async function release(): Promise<void> {
    await handle?.close().catch(() => {});
    handle = undefined;
  }

  return {
    flush() {
      if (closed) return;
      again = true;
      running ??= run();
    },
    idle: async () => void (await running),
    close() {
      closed = true;
      running ??= release();
    },
  };
}
