import { fork } from "node:child_process";
import { once } from "node:events";

/** What a process does for the one that started it. Arguments and results are such as JSON has. */
export type Service = object;

/** A service in a process of its own; disposing of it ends the process. */
export type Remote<Of extends Service> = {
  readonly [Name in keyof Of]: Of[Name] extends (...args: infer Args) => infer Result ? (...args: Args) => Promise<Awaited<Result>> : never;
} & AsyncDisposable;

/** The parts that this program can play, by name. */
export type Roles = Readonly<Record<string, (options: never) => Service | Promise<Service>>>;

type Offered<Role> = Role extends (options: never) => infer Made ? Awaited<Made> & Service : never;

interface Ask {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** The argument that makes this program play a part. */
const ROLE = "--as";
const START_MS = 30_000;
const ANSWER_MS = 120_000;
/** The answer with which a process begins. */
const READY = 0;

/** Plays a part until the parent is gone, where this process was started for that. Returns whether it was. */
export async function playsRole(roles: Roles): Promise<boolean> {
  if (process.argv[2] !== ROLE) return false;
  const role = roles[process.argv[3] ?? ""];
  if (!role) throw new Error("there is no such part to play");
  const service = (await role(JSON.parse(process.argv[4] ?? "{}") as never)) as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
  process.on("message", ({ id, name, args }: Ask) => {
    void Promise.resolve().then(() => service[name]?.(...args)).then(
      (result) => process.send?.({ id, result } satisfies Answer),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Answer),
    );
  });
  process.once("disconnect", () => process.exit());
  process.send?.({ id: READY } satisfies Answer);
  return true;
}

/** Starts this same program once more to play a part, with a garbage collector that can be called, and with more options of Node's. */
export async function startProcess<Of extends Roles, Name extends keyof Of & string>(
  name: Name,
  options: Parameters<Of[Name]>[0] | Record<string, never>,
  nodeOptions: readonly string[] = [],
): Promise<Remote<Offered<Of[Name]>>> {
  const child = fork(process.argv[1] ?? "", [ROLE, name, JSON.stringify(options)], { execArgv: [...process.execArgv, "--expose-gc", ...nodeOptions] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = READY;
  child.on("message", ({ id, result, error }: Answer) => {
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(`${name}: ${error}`));
    waiting.delete(id);
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the process "${name}" ended (${code})`));
  });

  // Whoever waits is told by its end.
  child.on("error", () => {});

  const answer = (id: number, ms: number): Promise<unknown> => {
    const asked = Promise.withResolvers<unknown>();
    if (!child.connected) asked.reject(new Error(`the process "${name}" is gone`));
    waiting.set(id, asked);
    const timer = setTimeout(() => asked.reject(new Error(`the process "${name}" does not answer`)), ms);
    return asked.promise.finally(() => clearTimeout(timer));
  };
  await answer(READY, START_MS);

  const end = async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, "exit");
    if (child.connected) child.disconnect();
    await gone;
  };
  return new Proxy({} as Remote<Offered<Of[Name]>>, {
    get(_target, method) {
      if (method === Symbol.asyncDispose) return end;
      // Whoever waits for this very object must not take it for a promise.
      if (typeof method !== "string" || method === "then") return undefined;
      return (...args: readonly unknown[]) => {
        const id = ++last;
        if (child.connected) child.send({ id, name: method, args } satisfies Ask);
        return answer(id, ANSWER_MS);
      };
    },
  });
}
