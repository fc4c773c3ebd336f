import type { PartyLine } from "../party/party.ts";
import type { Call, CallSurroundings } from "./call.ts";
import { areKeys, pressKeys } from "./keys.ts";
import { countWords } from "./speech.ts";

/** The remote party's end of a call. */
export function createLine(call: Call, { timers, report, speakingMsPerWord }: CallSurroundings): PartyLine {
  const { about } = call;
  const inbound = about.direction === "inbound";
  const connected = () => call.state === "answered" && !call.outOfHands;
  let lastUtterance: Promise<void> = Promise.resolve();

  const speak = (text: string) => {
    const stream = connected() ? call.audio : undefined;
    return stream ? stream.say(text) : speakOnTheLine(text);
  };
  const speakOnTheLine = (text: string) =>
    new Promise<void>((resolve) => {
      if (call.state !== "answered") return;
      const heard = connected() ? call.listening?.hearSpeech() : undefined;
      timers.after(countWords(text) * speakingMsPerWord, () => {
        heard?.(text);
        resolve();
      });
    });

  const pressKey = (key: string) => {
    if (!connected() || call.listening?.hearKey(key)) return;
    report({ type: "digits", digits: key });
  };

  return {
    call: about,
    get state() {
      return call.state;
    },
    get myTurn() {
      return (connected() && call.audio ? call.audio.theirTurn : call.listening?.waiting) ?? false;
    },
    answer() {
      if (!inbound) call.answer();
    },
    refuse(how) {
      if (call.state === "ringing" && !inbound) call.end(how, "callee");
    },
    say: (text) => (lastUtterance = lastUtterance.then(() => speak(text))),
    press: (digits) =>
      new Promise((resolve) => {
        if (areKeys(digits) && connected()) pressKeys(digits, (ms, next) => void timers.after(ms, next), pressKey, resolve);
      }),
    soundLike(verdict, greetingEnded) {
      if (connected()) report({ type: "machine", verdict, ...(greetingEnded !== undefined && { greetingEnded }) });
    },
    hangUp() {
      const by = inbound ? "caller" : "callee";
      if (call.state === "answered") call.end("completed", by);
      else call.end(inbound ? "canceled" : "rejected", by);
    },
    wait: (ms) =>
      new Promise((resolve) => {
        if (call.state !== "ended") timers.after(ms, resolve);
      }),
  };
}
