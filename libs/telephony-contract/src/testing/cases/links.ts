import { sameFormat } from "../../audio.ts";
import type { CarrierCapabilities } from "../../capabilities.ts";
import type { MediaClose, MediaLink, MediaLinkEvent } from "../../media.ts";
import { HarnessError, ensure, ensureSame } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import type { RemoteParty } from "../harness.ts";
import type { Session } from "../session.ts";
import { can, step } from "../steps.ts";

const attached = (capabilities: CarrierCapabilities) => capabilities.media?.transport === "attached" && can(capabilities, "connectMedia");

/** Rules B16 and B19 of carriers that hand over links of their own. */
export const LINK_CASES: readonly ConformanceCase[] = [
  {
    rule: "B16.attach",
    applies: attached,
    async run(session) {
      const { link, callId } = await connect(session);
      ensureSame(session.links.map((one) => one.callId), [callId], "calls for which a link was handed over");
      const formats = session.capabilities.media?.formats ?? [];
      for (const format of [link.formatIn, link.formatOut]) {
        ensure(formats.some((declared) => sameFormat(declared, format)), `format ${format.encoding} at ${format.sampleRate} was not declared`);
      }
    },
  },
  {
    rule: "B16.link-audio",
    applies: attached,
    async run(session) {
      const { link, far } = await connect(session);
      const events = listen(link);
      const [up, down] = [new Uint8Array(160).fill(7), new Uint8Array(160).fill(8)];
      ensure(typeof link.send(down) === "boolean", "send does not say whether more may follow");
      far.playAudio();
      await session.patience.settle();
      ensureSame(far.heardAudio(), down, "bytes that the far end heard");
      far.sendAudio(up);
      await session.patience.settle();
      ensureSame(audioOf(events), up, "bytes that the far end sent");
    },
  },
  {
    rule: "B16.early-audio",
    applies: attached,
    async run(session) {
      const { link, far } = await connect(session);
      const early = Uint8Array.of(1, 2, 3, 4);
      far.sendAudio(early);
      await session.patience.settle();
      const events = listen(link);
      await session.patience.settle();
      ensureSame(audioOf(events), early, "bytes from before the first listener");
    },
  },
  {
    rule: "B16.link-close",
    applies: attached,
    async run(session) {
      const { link } = await connect(session);
      const ends: MediaClose[] = [];
      void link.closed.then((end) => ends.push(end));
      link.close("conformance");
      link.close("again");
      await session.patience.until(() => ends.length > 0, "closed does not resolve after close");
      ensureSame(ends, [{ by: "us", reason: "conformance" }], "how a link that we closed ended");
      link.send(Uint8Array.of(1));
    },
  },
  {
    rule: "B16.link-close",
    applies: attached,
    async run(session) {
      const { link, remote } = await connect(session);
      let by: string | undefined;
      void link.closed.then((end) => (by = end.by));
      await session.act("hang-up", () => remote.hangUp());
      await session.patience.until(() => by !== undefined, "closed does not resolve when the far end hangs up");
      ensure(by !== "us", "a link that the far end closed is said to be closed by us");
    },
  },
  {
    rule: "B19.link-marks",
    applies: (capabilities) => attached(capabilities) && capabilities.media?.marks === true,
    async run(session) {
      const { link, far } = await connect(session);
      const events = listen(link);
      link.send(new Uint8Array(160).fill(1));
      link.mark("g1-m1");
      await session.patience.settle();
      ensureSame(marksOf(events), [], "marks before anything was played");
      far.playAudio();
      await session.patience.until(() => marksOf(events).length > 0, "a mark does not come back");
      await session.patience.settle();
      ensureSame(marksOf(events), ["g1-m1"], "marks that came back");
    },
  },
  {
    rule: "B19.link-clear",
    applies: (capabilities) => attached(capabilities) && capabilities.media?.clear === true,
    async run(session) {
      const { link, far } = await connect(session);
      listen(link);
      link.send(new Uint8Array(160).fill(1));
      link.clear();
      link.send(new Uint8Array(4).fill(2));
      far.playAudio();
      await session.patience.settle();
      ensureSame(far.heardAudio(), new Uint8Array(4).fill(2), "bytes that the far end heard after a clear");
    },
  },
];

interface AudioParty {
  sendAudio(payload: Uint8Array): void;
  playAudio(): void;
  heardAudio(): Uint8Array;
}

async function connect(session: Session): Promise<{ link: MediaLink; callId: string; remote: RemoteParty; far: AudioParty }> {
  const { call, remote } = await session.openCall({ steps: [step.connectMedia(session.minting.mintMedia())] });
  await session.patience.until(() => session.links.length > 0, "no link was handed over");
  const [handed] = session.links;
  ensure(handed !== undefined, "no link was handed over");
  const { sendAudio, playAudio, heardAudio } = remote;
  if (!sendAudio || !playAudio || !heardAudio) throw new HarnessError("the far end has no sendAudio(), playAudio() and heardAudio()");
  const far = { sendAudio: sendAudio.bind(remote), playAudio: playAudio.bind(remote), heardAudio: heardAudio.bind(remote) };
  return { link: handed.link, callId: call.callId, remote, far };
}

function listen(link: MediaLink): MediaLinkEvent[] {
  const events: MediaLinkEvent[] = [];
  // A payload is a view that is valid during the call only.
  link.listen((event) => void events.push(event.type === "audio" ? { ...event, payload: Uint8Array.from(event.payload) } : event));
  return events;
}

function audioOf(events: readonly MediaLinkEvent[]): Uint8Array {
  return Uint8Array.from(events.flatMap((event) => (event.type === "audio" ? [...event.payload] : [])));
}

function marksOf(events: readonly MediaLinkEvent[]): string[] {
  return events.flatMap((event) => (event.type === "mark" ? [event.name] : []));
}
