/** Parameters of a new call that this fake carries out, once they were checked. */
export interface CreateParameters {
  readonly from: string;
  readonly to: string;
  readonly answer_url: string;
  readonly answer_method?: Method;
  readonly fallback_url?: string;
  readonly fallback_method?: Method;
  readonly ring_url?: string;
  readonly ring_method?: Method;
  readonly hangup_url?: string;
  readonly hangup_method?: Method;
  readonly ring_timeout?: number;
  readonly hangup_on_ring?: number;
  readonly time_limit?: number;
  readonly send_digits?: string;
  readonly machine_detection?: "true";
  readonly machine_detection_url?: string;
  readonly machine_detection_method?: Method;
}

/** Parameters of a change of a live call, once they were checked. */
export interface TransferParameters {
  readonly aleg_url: string;
  readonly aleg_method?: Method;
}

type Method = "GET" | "POST";
type Check = (value: unknown) => boolean;

const text = (pattern: RegExp): Check => (value) => typeof value === "string" && pattern.test(value);
const between = (least: number, most: number): Check => (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
const url: Check = (value) => typeof value === "string" && /^https?:\/\/[^\s_/]+\/\S*$/.test(value) && value.length <= 2048;
const method = text(/^(GET|POST)$/);
const number = text(/^\+?[1-9]\d{6,14}$/);

/** plivo.com/docs/voice/api/call/make-a-call, without what this fake does not do. */
const CREATE: Readonly<Record<string, Check>> = {
  from: number,
  to: number,
  answer_url: url,
  answer_method: method,
  fallback_url: url,
  fallback_method: method,
  ring_url: url,
  ring_method: method,
  hangup_url: url,
  hangup_method: method,
  caller_name: text(/^.{1,50}$/),
  ring_timeout: between(1, 600),
  hangup_on_ring: between(0, 600),
  time_limit: between(1, 86_400),
  send_digits: text(/^[0-9*#wW]+(@\d{1,5})?$/),
  machine_detection: text(/^true$/),
  machine_detection_url: url,
  machine_detection_method: method,
  machine_detection_time: between(2_000, 10_000),
};

const TRANSFER: Readonly<Record<string, Check>> = { legs: text(/^aleg$/), aleg_url: url, aleg_method: method };

/** Parameters that were checked, or what is wrong with them. */
export type Read<Parameters> = { readonly parameters: Parameters } | { readonly fault: string };

/** Reads the parameters of a new call. */
export function readCreate(body: Record<string, unknown>): Read<CreateParameters> {
  const fault = faultIn(body, CREATE, ["from", "to", "answer_url"]);
  if (fault !== undefined) return { fault };
  if ("machine_detection" in body && !("machine_detection_url" in body))
    return { fault: "this fake detects machines asynchronously only: machine_detection_url is missing" };
  return { parameters: body as unknown as CreateParameters };
}

/** Reads the parameters of a change of a live call. */
export function readTransfer(body: Record<string, unknown>): Read<TransferParameters> {
  const fault = faultIn(body, TRANSFER, ["legs", "aleg_url"]);
  return fault === undefined ? { parameters: body as unknown as TransferParameters } : { fault };
}

function faultIn(body: Record<string, unknown>, known: Readonly<Record<string, Check>>, required: readonly string[]): string | undefined {
  for (const [name, value] of Object.entries(body)) {
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!check) return `${name} is not a parameter`;
    if (!check(value)) return `${name} parameter is not valid`;
  }
  const missing = required.find((name) => !(name in body));
  return missing && `${missing} parameter is missing`;
}
