export { startLoopbackTranscription } from "./loopback.ts";
export { subjects } from "./subjects.ts";
export { API_KEY, createXAiVendor, xAiVendor } from "./fake.ts";
