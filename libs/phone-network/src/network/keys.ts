/** From one key to the next: 100 ms of tone and as much silence. */
const KEY_MS = 200;
const PAUSES_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 };
const KEYS = /^[0-9A-D*#wW]*$/;

/** Whether a text consists of keys and pauses. */
export function areKeys(digits: string): boolean {
  return KEYS.test(digits);
}

/** Presses keys one after another; `later` schedules, `press` is one key, `done` follows the last. */
export function pressKeys(digits: string, later: (ms: number, callback: () => void) => void, press: (key: string) => void, done: () => void): void {
  const [key, ...rest] = digits;
  if (key === undefined) return done();
  const pauseMs = PAUSES_MS[key];
  if (pauseMs === undefined) press(key);
  later(pauseMs ?? KEY_MS, () => pressKeys(rest.join(""), later, press, done));
}
