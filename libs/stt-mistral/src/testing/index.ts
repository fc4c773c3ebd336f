export { startLoopbackTranscription } from "./loopback.ts";
export { subjects } from "./subjects.ts";
export { API_KEY, createMistralVendor, mistralVendor } from "./fake.ts";
