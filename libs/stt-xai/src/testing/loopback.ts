import { openTranscription, type StartLoopbackTranscription } from "@openclaw/phone-network/transcription";
import { API_KEY, xAiVendor } from "./fake.ts";

/** The section by which the fake is found. */
export const section = (origin: string) => ({ apiKey: API_KEY, baseUrl: `${origin}/v1` });

/** Starts the fake as a server on this machine. It hears texts that are spoken in tones. */
export const startLoopbackTranscription: StartLoopbackTranscription = (options = {}) => openTranscription({ ...options, vendor: xAiVendor, section });
