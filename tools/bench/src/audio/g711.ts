import alawmulaw from "alawmulaw";
import type { Scenario, Target } from "../harness/scenario.ts";
import { bytesOf, speechFrame, type Host, type Ours } from "./subjects.ts";

/** G.711 may cost this much of a loop that does nothing but look up a table. */
const LIMIT = 1.6;

const BARE = "bare table loop";
const OURS = "@openclaw/telephony-audio";
const target: Target = { subject: OURS, base: BARE, atMost: LIMIT };

/** Both laws, both ways, 160 samples. */
export function g711Scenarios(ours: Ours, host: Host): Scenario[] {
  const samples = speechFrame(8000);
  const decoded = new Int16Array(samples.length);
  const encoded = new Uint8Array(samples.length);
  const bytes = { mulaw: new Uint8Array(samples.length), alaw: new Uint8Array(samples.length) };
  ours.encodeMulaw(samples, bytes.mulaw);
  ours.encodeAlaw(samples, bytes.alaw);
  const pcmBytes = bytesOf(samples);
  const mulawBytes = Buffer.from(bytes.mulaw);

  const tables = {
    mulaw: { decode: decodeTable(ours.decodeMulaw), encode: encodeTable(ours.encodeMulaw) },
    alaw: { decode: decodeTable(ours.decodeAlaw), encode: encodeTable(ours.encodeAlaw) },
  };

  return [
    {
      title: "G.711 µ-law decode, 160 samples",
      subjects: [
        { name: BARE, call: () => bareDecode(bytes.mulaw, decoded, tables.mulaw.decode) },
        { name: OURS, call: () => ours.decodeMulaw(bytes.mulaw, decoded) },
        { name: "alawmulaw", call: () => alawmulaw.mulaw.decode(bytes.mulaw) },
        { name: "openclaw mulawToPcm", call: () => host.mulawToPcm(mulawBytes) },
      ],
      targets: [target],
    },
    {
      title: "G.711 µ-law encode, 160 samples",
      subjects: [
        { name: BARE, call: () => bareEncode(samples, encoded, tables.mulaw.encode) },
        { name: OURS, call: () => ours.encodeMulaw(samples, encoded) },
        { name: "alawmulaw", call: () => alawmulaw.mulaw.encode(samples) },
        { name: "openclaw pcmToMulaw", call: () => host.pcmToMulaw(pcmBytes) },
      ],
      targets: [target],
    },
    {
      title: "G.711 A-law decode, 160 samples",
      subjects: [
        { name: BARE, call: () => bareDecode(bytes.alaw, decoded, tables.alaw.decode) },
        { name: OURS, call: () => ours.decodeAlaw(bytes.alaw, decoded) },
        { name: "alawmulaw", call: () => alawmulaw.alaw.decode(bytes.alaw) },
      ],
      targets: [target],
    },
    {
      title: "G.711 A-law encode, 160 samples",
      subjects: [
        { name: BARE, call: () => bareEncode(samples, encoded, tables.alaw.encode) },
        { name: OURS, call: () => ours.encodeAlaw(samples, encoded) },
        { name: "alawmulaw", call: () => alawmulaw.alaw.encode(samples) },
      ],
      targets: [target],
    },
  ];
}

/** The least that decoding can be in JavaScript: a loop and a table, no checks, no allocation, nothing captured. */
function bareDecode(input: Uint8Array, output: Int16Array, table: Int16Array): void {
  const count = input.length;
  for (let i = 0; i < count; i++) output[i] = table[input[i] as number] as number;
}

/** The same for encoding, with a table of all 65,536 samples. */
function bareEncode(input: Int16Array, output: Uint8Array, table: Uint8Array): void {
  const count = input.length;
  for (let i = 0; i < count; i++) output[i] = table[(input[i] as number) & 0xffff] as number;
}

function decodeTable(decode: Ours["decodeMulaw"]): Int16Array {
  const table = new Int16Array(256);
  decode(Uint8Array.from(table, (_, code) => code), table);
  return table;
}

function encodeTable(encode: Ours["encodeMulaw"]): Uint8Array {
  const table = new Uint8Array(65_536);
  encode(Int16Array.from(table, (_, index) => index), table);
  return table;
}
