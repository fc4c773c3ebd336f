import type { Leg } from "@openclaw/phone-network";
import { ACCOUNT } from "./account.ts";
import type { FakeLeg } from "./leg.ts";
import { COMMANDS, DIAL, parameterFault, type Body } from "./parameters.ts";
import { REFUSALS, refuse, type Refusal } from "./refusals.ts";

/** Milliseconds in which a `command_id` that came already is ignored. */
const REPETITION_MS = 60_000;
/** Milliseconds after the end of a call in which its status can still be asked. */
const STATUS_MS = 10 * 60_000;
/** Command ids that are remembered, the latest. */
const MAX_REMEMBERED = 5_000;

/** A call as REST sees it. */
export interface RestLeg {
  readonly leg: Leg;
  readonly fake: FakeLeg;
}

/** What REST does to the telephone. */
export interface RestActions {
  find(controlId: string): RestLeg | undefined;
  place(body: Body): RestLeg | Refusal;
  now(): number;
}

/** Telnyx' REST interface for calls: who asks is checked, what is asked, and whether the call is in a state for it. */
export class Rest {
  readonly #repetitions = new Map<string, { readonly at: number; readonly data: unknown }>();

  constructor(private readonly actions: RestActions) {}

  async answer(request: Request): Promise<Response> {
    if (request.headers.get("authorization") !== `Bearer ${ACCOUNT.apiKey}`) return refuse(REFUSALS.unauthenticated);
    const [version, collection, id, actions, command, ...rest] = new URL(request.url).pathname.split("/").slice(1).map(decodeURIComponent);
    if (version !== "v2" || collection !== "calls" || rest.length > 0) return refuse(REFUSALS.notFound);
    if (id === undefined) return request.method === "POST" ? this.#dial(await readJson(request)) : refuse(REFUSALS.notFound);
    if (actions === undefined) return request.method === "GET" ? this.#status(id) : refuse(REFUSALS.notFound);
    const method = command === "client_state_update" ? "PUT" : "POST";
    if (actions !== "actions" || command === undefined || request.method !== method) return refuse(REFUSALS.notFound);
    return this.#command(id, command, await readJson(request));
  }

  #dial(body: Body | undefined): Response {
    if (!body) return refuse(REFUSALS.noJson);
    const fault = parameterFault(body, DIAL);
    if (fault) return refuse(fault);
    if (body.connection_id !== ACCOUNT.connectionId) return refuse({ status: 422, code: "10015", title: "Invalid value for connection_id" });
    return this.#once("dial", body.command_id, () => {
      const placed = this.actions.place(body);
      if ("code" in placed) return refuse(placed);
      return this.#data({ ...this.#call(placed), is_alive: false });
    });
  }

  #status(id: string): Response {
    const found = this.actions.find(id);
    if (!found) return refuse(id.startsWith("v3:") ? REFUSALS.notFound : REFUSALS.invalidId);
    const { startedAt, endedAt } = found.fake;
    if (endedAt !== undefined && this.actions.now() - endedAt > STATUS_MS) return refuse(REFUSALS.notFound);
    const times = { start_time: new Date(startedAt).toISOString(), ...(endedAt !== undefined && { end_time: new Date(endedAt).toISOString() }) };
    return this.#data({ ...this.#call(found), is_alive: endedAt === undefined, call_duration: Math.round(((endedAt ?? this.actions.now()) - startedAt) / 1000), ...times });
  }

  #command(id: string, name: string, body: Body | undefined): Response {
    const rules = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!rules) return refuse(REFUSALS.notFound);
    if (!body) return refuse(REFUSALS.noJson);
    const found = this.actions.find(id);
    if (!found) return refuse(id.startsWith("v3:") ? REFUSALS.notFound : REFUSALS.invalidId);
    const fault = parameterFault(body, rules);
    if (fault) return refuse(fault);
    return this.#once(id, body.command_id, () => {
      const refusal = stateFault(found, name);
      if (refusal) return refuse(refusal);
      const { side } = found.fake;
      if (typeof body.client_state === "string") side.client_state = body.client_state;
      if (typeof body.webhook_url === "string" && name !== "transfer") side.url = body.webhook_url;
      carryOut(found, name, body);
      return this.#data({ result: "ok" });
    });
  }

  /** Carries something out, unless a command of the same id was a short time ago: then nothing happens, and all is well. */
  #once(scope: string, commandId: unknown, work: () => Response): Response {
    const key = `${scope} ${String(commandId)}`;
    const before = this.#repetitions.get(key);
    if (commandId !== undefined && before && this.actions.now() - before.at < REPETITION_MS) return Response.json({ data: before.data });
    const response = work();
    if (commandId === undefined || !response.ok) return response;
    this.#repetitions.delete(key);
    this.#repetitions.set(key, { at: this.actions.now(), data: this.#lastData });
    const [oldest] = this.#repetitions.keys();
    if (oldest !== undefined && this.#repetitions.size > MAX_REMEMBERED) this.#repetitions.delete(oldest);
    return response;
  }

  #lastData: unknown;
  #data(data: unknown): Response {
    this.#lastData = data;
    return Response.json({ data });
  }

  #call({ fake: { side } }: RestLeg): Body {
    const { call_control_id, call_leg_id, call_session_id, client_state } = side;
    return { record_type: "call", call_control_id, call_leg_id, call_session_id, ...(client_state !== null && { client_state }) };
  }
}

/** Why a call is in no state for a command, or nothing. */
function stateFault({ leg, fake }: RestLeg, name: string): Refusal | undefined {
  const { state } = leg.call;
  if (state === "ended") return REFUSALS.ended;
  if (name === "answer" || name === "reject") {
    if (leg.about.direction === "outbound") return REFUSALS.outbound;
    return state === "answered" ? { status: 422, code: "90055", title: "Call already answered" } : undefined;
  }
  if (state === "ringing" && name !== "hangup" && name !== "client_state_update") return REFUSALS.unanswered;
  if (name === "streaming_start" && !fake.streamable) return REFUSALS.streamless;
  if (name === "streaming_stop" && !fake.streaming) return REFUSALS.notStreaming;
  if (fake.streaming && fake.refusesWhileStreaming(name)) return REFUSALS.streaming;
  return name === "transcription_start" && fake.voice.transcribes ? REFUSALS.transcribing : undefined;
}

function carryOut({ leg, fake }: RestLeg, name: string, body: Body): void {
  const { call, recorder } = leg;
  const { voice } = fake;
  switch (name) {
    case "answer":
      return call.answer();
    case "reject":
      return call.end(body.cause === "USER_BUSY" ? "busy" : "rejected", "us");
    case "hangup":
      return call.end(call.state === "ringing" ? "canceled" : "completed", "us");
    case "speak":
      // What is pressed on answering is pressed first.
      return void call.ready.then(() => voice.play({ kind: "speak", content: String(body.payload) }, body.stop));
    case "playback_start":
      return void call.ready.then(() => voice.play({ kind: "playback", content: String(body.audio_url) }, body.stop));
    case "playback_stop":
      return voice.silence(body.stop);
    case "gather":
      return voice.gather(body);
    case "gather_stop":
      return voice.stopGathering();
    case "transcription_start":
      return voice.transcribe(body);
    case "transcription_stop":
      return voice.transcribe(undefined);
    case "send_dtmf":
      return void call.ready.then(() => call.press(String(body.digits)));
    case "streaming_start":
      return fake.startStream(body);
    case "streaming_stop":
      return fake.stopStream();
    case "record_start":
      return recorder.start();
    case "record_stop":
      return recorder.stop();
    case "transfer":
      return void fake.transfer(body);
    default:
      return;
  }
}

async function readJson(request: Request): Promise<Body | undefined> {
  if (!request.headers.get("content-type")?.startsWith("application/json")) return undefined;
  try {
    const body: unknown = await request.json();
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Body) : undefined;
  } catch {
    return undefined;
  }
}
