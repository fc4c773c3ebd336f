import type { NetworkFrame, NetworkSocket } from "@openclaw/telephony-contract/testing";
import { MediaWords, readOurs } from "./media-words.ts";
import { upgradeHeaders } from "./messages.ts";

/** Twilio's end of a media socket without a call behind it, for the conformance kit. */
export function openSocket(): NetworkSocket {
  let words = new MediaWords("");
  return {
    write(frame) {
      if (frame.type === "started") words = new MediaWords(frame.carrierIds[0] ?? "");
      return written(words, frame);
    },
    read: (messages) => messages.map((message) => readOurs(message, words.streamSid)).filter((read) => "type" in read),
    upgrade: (url) => ({ url, headers: upgradeHeaders(url) }),
  };
}

function written(words: MediaWords, frame: NetworkFrame): readonly string[] {
  switch (frame.type) {
    case "started":
      return [words.connected(), words.start()];
    case "audio":
      // A stream both ways brings the caller's sound only.
      return frame.track === "inbound" ? [words.media(frame.payload, frame.timeMs ?? 0)] : [];
    case "dtmf":
      return [words.dtmf(frame.digit)];
    case "mark":
      return [words.mark(frame.name)];
    case "stopped":
      return [words.stop()];
    case "cleared":
      return [];
  }
}
