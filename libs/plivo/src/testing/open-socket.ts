import type { NetworkFrame, NetworkSocket } from "@openclaw/telephony-contract/testing";
import { ACCOUNT } from "./account.ts";
import { MediaWords, readOurs } from "./media-words.ts";
import { WebhookMaker } from "./webhook.ts";

/** Plivo's end of a media socket without a call behind it, for the conformance kit. */
export function openSocket(): NetworkSocket {
  const words = new MediaWords(1_767_323_045_000);
  const maker = new WebhookMaker(ACCOUNT.authToken);
  return {
    write: (frame) => written(words, frame),
    read: (messages) => messages.map((message) => readOurs(message, words.streamId)).filter((read) => "type" in read),
    upgrade: (url) => ({ url, headers: maker.upgradeHeaders(url) }),
  };
}

function written(words: MediaWords, frame: NetworkFrame): readonly string[] {
  switch (frame.type) {
    case "started":
      return [words.start(frame.carrierIds[0] ?? "")];
    case "audio":
      return frame.track === "inbound" ? [words.media(frame.payload, frame.timeMs ?? 0)] : [];
    case "dtmf":
      return [words.dtmf(frame.digit, frame.timeMs ?? 0)];
    case "mark":
      return [words.playedStream(frame.name)];
    case "cleared":
      return [words.clearedAudio()];
    case "stopped":
      return [words.stop()];
  }
}
