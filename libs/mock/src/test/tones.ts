import { AudioEnd } from "@openclaw/phone-network";
import type { AudioFormat } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";

/** A text as sound in a format. */
export async function spoken(text: string, format: AudioFormat): Promise<Uint8Array> {
  const clock = createVirtualClock();
  const frames: Uint8Array[] = [];
  const end = new AudioEnd({ clock, formatIn: format, formatOut: format, outlet: { audio: (frame) => void frames.push(Uint8Array.from(frame)), mark: () => undefined } });
  end.start();
  let said = false;
  void end.say(text).then(() => (said = true));
  while (!said) await clock.advance(20);
  end.stop();
  return Buffer.concat(frames);
}

/** The texts in a sound. */
export async function understood(audio: Uint8Array, format: AudioFormat): Promise<string[]> {
  const clock = createVirtualClock();
  const end = new AudioEnd({ clock, formatIn: format, formatOut: format, outlet: { audio: () => undefined, mark: () => undefined } });
  end.receive(audio);
  end.start();
  while (end.report.bufferedMs > 0) await clock.advance(20);
  await clock.advance(1_000);
  end.stop();
  return end.report.texts.map(({ text }) => text);
}
