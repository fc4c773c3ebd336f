import * as z from "zod";

/** What is wrong with a request: code, field and message, as OpenAI tells it. */
export interface RequestFault {
  readonly code: string;
  readonly param: string;
  readonly message: string;
}

const format = z.union([
  z.strictObject({ type: z.enum(["audio/pcmu", "audio/pcma"]) }),
  z.strictObject({ type: z.literal("audio/pcm"), rate: z.literal(24_000) }),
]);

const language = z.string().regex(/^[a-z]{2,3}$/);

const transcription = z.strictObject({
  model: z.string(),
  language: language.optional(),
  languages: z.array(language).min(1).optional(),
  prompt: z.string().optional(),
  keywords: z.array(z.string().min(1)).optional(),
});

const turnDetection = z
  .strictObject({
    type: z.literal("server_vad"),
    threshold: z.number().min(0).max(1).optional(),
    prefix_padding_ms: z.int().min(0).optional(),
    silence_duration_ms: z.int().min(0).optional(),
  })
  .nullable();

const update = z.strictObject({
  type: z.literal("session.update"),
  event_id: z.string().max(512).optional(),
  session: z.strictObject({
    type: z.literal("transcription"),
    audio: z.strictObject({ input: z.strictObject({ format, transcription, turn_detection: turnDetection }) }),
  }),
});

/** A transcription session as the client set it up. */
export type SessionFields = z.infer<typeof update>["session"]["audio"]["input"];

const MODELS: readonly RegExp[] = [/^whisper-1$/, /^gpt-4o(-mini)?-transcribe(-\d{4}-\d{2}-\d{2})?$/, /^gpt-4o-transcribe-diarize$/, /^gpt-transcribe$/, /^gpt-live-transcribe$/, /^gpt-realtime-whisper$/];

/** Models that write while somebody speaks, and for which no turns are detected. */
const LIVE = ["gpt-live-transcribe", "gpt-realtime-whisper"];
const WITH_LISTS = ["gpt-live-transcribe", "gpt-transcribe"];
const WITHOUT_PROMPT = ["gpt-realtime-whisper", "gpt-4o-transcribe-diarize"];

/** Whether a model writes while somebody speaks. */
function isLive(model: string): boolean {
  return LIVE.includes(model);
}

/** Reads a `session.update`: the session, or what OpenAI finds wrong with it. */
export function readSessionUpdate(message: unknown): SessionFields | RequestFault {
  const read = update.safeParse(message);
  if (!read.success) {
    const [issue] = read.error.issues;
    const unknown = issue?.code === "unrecognized_keys" ? issue.keys : [];
    const param = [...(issue?.path ?? []), ...unknown.slice(0, 1)].join(".");
    return { code: unknown.length > 0 ? "unknown_parameter" : "invalid_value", param, message: `${param}: ${issue?.message}` };
  }
  const { input } = read.data.session.audio;
  return modelFault(input) ?? input;
}

function modelFault({ transcription: { model, prompt, languages, language, keywords }, turn_detection }: SessionFields): RequestFault | undefined {
  const at = "session.audio.input";
  if (!MODELS.some((name) => name.test(model))) return { code: "model_not_found", param: `${at}.transcription.model`, message: "The model does not exist or you do not have access to it." };
  if (isLive(model) && turn_detection !== null) {
    return { code: "invalid_value", param: `${at}.turn_detection`, message: "Turn detection is not supported for this transcription model." };
  }
  const lists = WITH_LISTS.includes(model);
  const wrong = [
    ["prompt", prompt !== undefined && WITHOUT_PROMPT.includes(model)],
    ["languages", languages !== undefined && !lists],
    ["keywords", keywords !== undefined && !lists],
    ["language", language !== undefined && lists],
  ] as const;
  const found = wrong.find(([, isWrong]) => isWrong);
  return found && { code: "unsupported_parameter", param: `${at}.transcription.${found[0]}`, message: `${found[0]} is not supported for this transcription model.` };
}
