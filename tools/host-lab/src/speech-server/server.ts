import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RefusedRequest } from "../model-server/log.ts";
import { readJsonBody } from "../model-server/read-body.ts";
import { ModelRequestError } from "../model-server/request-error.ts";
import { refuse } from "../model-server/respond.ts";
import { parseSpeech, type SpeechOrder } from "./parse-speech.ts";
import { SAMPLE_RATE, speak, type SpeechOutcome } from "./speak.ts";

/** What is done to a request that is valid. */
export type SpeechServerFault =
  /** 401: the key is refused. */
  | "unauthorized"
  /** 429: the quota is used up. */
  | "rate-limited"
  /** 500. */
  | "server-error"
  /** It is never answered. */
  | "hang"
  /** 200, without a byte of audio. */
  | "empty"
  /** The audio comes in half of the time that it takes to hear: 100 ms of it every 200 ms. */
  | "slow"
  /** The connection breaks after half of the audio. */
  | "drop";

/** A valid request and how it ended. */
export interface SpeechServerRequest extends SpeechOrder {
  /** `open` until the audio is sent or the client gone. */
  outcome: SpeechOutcome | "open";
  /** Settles when the request has ended. Never rejects. */
  readonly ended: Promise<SpeechOutcome>;
}

/** How a speech server is made. */
export interface SpeechServerOptions {
  /** Bearer key that every request must carry. Default `sk-lab-speech-0123456789`. */
  readonly apiKey?: string;
  /** Models that it knows. Default: the real ones. */
  readonly models?: readonly string[];
  /** How a text sounds, as samples at the given rate. Default: tones that a `ToneListener` reads as text again. */
  readonly sound?: (text: string, sampleRate: number) => Int16Array;
}

/** A running speech server. */
export interface SpeechServer {
  /** `http://127.0.0.1:<port>/v1` */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Valid requests, oldest first; the newest 1000 are kept. */
  readonly requests: readonly SpeechServerRequest[];
  /** Requests that broke a rule of the interface; a healthy test run has none. */
  readonly refusals: readonly RefusedRequest[];
  /** Does something to the next valid requests, `times` of them (default 1). */
  failNext(fault: SpeechServerFault, times?: number): void;
  /** Breaks open answers and closes the port. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const MODELS = ["gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15", "tts-1", "tts-1-hd"];
const KEPT = 1000;
/** Between pieces of 100 ms, when it is slow. */
const SLOW_PAUSE_MS = 200;

/** Errors of faults, as the real interface words them. */
const ERRORS: Partial<Record<SpeechServerFault, () => ModelRequestError>> = {
  unauthorized: () => new ModelRequestError(401, "Incorrect API key provided.", { code: "invalid_api_key" }),
  "rate-limited": () => new ModelRequestError(429, "You exceeded your current quota, please check your plan and billing details.", { type: "insufficient_quota", code: "insufficient_quota" }),
  "server-error": () => new ModelRequestError(500, "The server had an error while processing your request.", { type: "server_error" }),
};

/** Starts a speech service on a loopback port that speaks OpenAI's `POST /v1/audio/speech`, strictly, in PCM at 24 kHz. */
export async function startSpeechServer(options: SpeechServerOptions = {}): Promise<SpeechServer> {
  const apiKey = options.apiKey ?? "sk-lab-speech-0123456789";
  const models = options.models ?? MODELS;
  // Imported when it is needed: the lab is used from its sources, and the tones are a library's.
  const sound = options.sound ?? (await import("@openclaw/phone-network/tones")).speakTones;
  const requests: SpeechServerRequest[] = [];
  const refusals: RefusedRequest[] = [];
  const faults: SpeechServerFault[] = [];
  const closing = new AbortController();

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (incoming.headers.authorization !== `Bearer ${apiKey}`) throw ERRORS.unauthorized?.() ?? new Error("unreachable");
    const { method = "", url = "" } = incoming;
    if (url !== "/v1/audio/speech") throw new ModelRequestError(404, `Invalid URL (${method} ${url})`);
    if (method !== "POST") throw new ModelRequestError(405, `Not allowed to ${method} on ${url}.`);
    const order = parseSpeech(await readJsonBody(incoming));
    if (!models.includes(order.model)) {
      throw new ModelRequestError(404, `The model '${order.model}' does not exist or you do not have access to it.`, { code: "model_not_found", param: "model" });
    }
    await answer(order, response);
  }

  async function answer(order: SpeechOrder, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    const { promise: ended, resolve } = Promise.withResolvers<SpeechOutcome>();
    const request: SpeechServerRequest = { ...order, outcome: "open", ended };
    requests.push(request);
    if (requests.length > KEPT) requests.shift();
    const outcome = await carryOut(faults.shift(), order, response, signal).catch((): SpeechOutcome => "aborted");
    request.outcome = outcome;
    resolve(outcome);
  }

  async function carryOut(fault: SpeechServerFault | undefined, order: SpeechOrder, response: ServerResponse, signal: AbortSignal): Promise<SpeechOutcome> {
    const error = fault && ERRORS[fault]?.();
    if (error) {
      refuse(response, error);
      return "refused";
    }
    if (fault === "hang") {
      if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      return "aborted";
    }
    const samples = fault === "empty" ? new Int16Array() : sound(order.text, SAMPLE_RATE);
    return speak({ response, samples, signal, pauseMs: fault === "slow" ? SLOW_PAUSE_MS : 0, breakOff: fault === "drop" });
  }

  const server = createServer((incoming, response) => {
    response.on("error", () => undefined);
    handle(incoming, response).catch((cause: unknown) => {
      const error = cause instanceof ModelRequestError ? cause : new ModelRequestError(500, String(cause));
      const { method = "", url: path = "" } = incoming;
      refusals.push({ method, path, status: error.status, message: error.message });
      if (refusals.length > KEPT) refusals.shift();
      if (response.headersSent) response.destroy();
      else refuse(response, error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });

  async function close(): Promise<void> {
    closing.abort();
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    apiKey,
    requests,
    refusals,
    failNext(fault, times = 1) {
      faults.push(...Array<SpeechServerFault>(times).fill(fault));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
