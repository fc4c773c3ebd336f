/** Ends this process, and those that it started, when it takes longer than a benchmark may: then the machine is far too busy. */
export function limitTime(ms: number): Disposable {
  const timer = setTimeout(() => {
    console.log(`void: not done after ${ms / 1000} seconds, the machine is far too busy`);
    process.exit(1);
  }, ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
