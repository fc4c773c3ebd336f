import { openTranscription, type StartLoopbackTranscription } from "@openclaw/phone-network/transcription";
import { API_KEY, mistralVendor } from "./fake.ts";

/** The section by which the fake is found. */
export const section = (origin: string) => ({ apiKey: API_KEY, baseUrl: origin });

/** Starts the fake as a server on this machine. It hears texts that are spoken in tones, and writes them while they are spoken. */
export const startLoopbackTranscription: StartLoopbackTranscription = (options = {}) => openTranscription({ ...options, vendor: mistralVendor, section });
