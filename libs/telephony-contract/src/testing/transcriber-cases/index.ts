import type { TranscriberCase } from "../transcriber-case.ts";
import { AUDIO_CASES } from "./audio.ts";
import { DEFINITION_CASES } from "./definition.ts";
import { END_CASES } from "./ends.ts";
import { FAILURE_CASES } from "./failures.ts";
import { ITEM_CASES } from "./items.ts";
import { LOSS_CASES } from "./losses.ts";

/** Every case of every rule for transcribers. */
export const TRANSCRIBER_CASES: readonly TranscriberCase[] = [...DEFINITION_CASES, ...AUDIO_CASES, ...ITEM_CASES, ...END_CASES, ...LOSS_CASES, ...FAILURE_CASES];
