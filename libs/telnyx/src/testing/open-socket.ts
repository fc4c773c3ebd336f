import { randomUUID } from "node:crypto";
import type { NetworkFrame, NetworkSocket } from "@openclaw/telephony-contract/testing";
import { MediaWords, readOurs } from "./media-words.ts";

/** Telnyx' end of a media socket without a call behind it, for the conformance kit. */
export function openSocket(): NetworkSocket {
  const words = new MediaWords();
  return {
    write: (frame) => written(words, frame),
    read: (messages) => messages.map(readOurs).filter((read) => "type" in read),
  };
}

function written(words: MediaWords, frame: NetworkFrame): readonly string[] {
  switch (frame.type) {
    case "started": {
      const [call_control_id = ""] = frame.carrierIds;
      const leg = { call_control_id, call_session_id: randomUUID(), from: "+15550100001", to: "+15550100002", client_state: null };
      return [words.connected(), words.start(leg, frame.formatIn.encoding === "alaw" ? "PCMA" : "PCMU")];
    }
    case "audio":
      return [words.media(frame.payload, frame.timeMs ?? 0, frame.track)];
    case "dtmf":
      return [words.dtmf(frame.digit, frame.timeMs ?? 0)];
    case "mark":
      return [words.mark(frame.name)];
    case "stopped":
      return [words.stop({ call_control_id: "v3:ended" })];
    case "cleared":
      return [];
  }
}
