import { nameAt, onlyKnown, stringAt, type Fields } from "../model-server/fields.ts";
import { ModelRequestError, invalid } from "../model-server/request-error.ts";

/** A text that is to be spoken, as a valid request says it. */
export interface SpeechOrder {
  readonly text: string;
  readonly model: string;
  readonly voice: string;
  readonly speed: number;
  readonly instructions?: string;
}

/** Parameters of `POST /v1/audio/speech`, from the OpenAI API reference. */
const PARAMETERS = new Set(["input", "instructions", "model", "response_format", "speed", "stream_format", "voice"]);

const FORMATS = ["mp3", "opus", "aac", "flac", "wav", "pcm"];
/** What the real interface makes where nothing is said. */
const DEFAULT_FORMAT = "mp3";
const MAX_INPUT = 4096;
const [SLOWEST, FASTEST] = [0.25, 4];

/** What a body asks for; throws a `ModelRequestError` on any fault, and for what the lab does not speak. */
export function parseSpeech(body: Fields): SpeechOrder {
  onlyKnown(body, PARAMETERS);
  const text = nameAt(body["input"], "input");
  if (text.length > MAX_INPUT) {
    const message = `Invalid 'input': string too long. Expected a string with maximum length ${MAX_INPUT}, but got a string with length ${text.length} instead.`;
    throw new ModelRequestError(400, message, { param: "input", code: "string_above_max_length" });
  }
  checkFormat(body);
  const { speed = 1, instructions } = body;
  if (typeof speed !== "number" || !(speed >= SLOWEST && speed <= FASTEST)) throw invalid("speed", `expected a number from ${SLOWEST} to ${FASTEST}`);
  const order = { text, model: nameAt(body["model"], "model"), voice: nameAt(body["voice"], "voice"), speed };
  return instructions === undefined ? order : { ...order, instructions: stringAt(instructions, "instructions") };
}

function checkFormat({ response_format: format = DEFAULT_FORMAT, stream_format: stream = "audio" }: Fields): void {
  if (!FORMATS.includes(format as string)) throw invalid("response_format", `expected one of ${FORMATS.join(", ")}`);
  if (stream !== "audio" && stream !== "sse") throw invalid("stream_format", "expected 'audio' or 'sse'");
  // The real interface can do both; whoever asks the lab for them is told rather than served something else.
  if (format !== "pcm") throw invalid("response_format", `the lab speaks 'pcm' only, not '${String(format)}'`);
  if (stream === "sse") throw invalid("stream_format", "the lab does not speak in server-sent events");
}
