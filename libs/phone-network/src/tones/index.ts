export { speakTones } from "./speak-tones.ts";
export { ToneListener, type ToneEvent } from "./tone-listener.ts";
