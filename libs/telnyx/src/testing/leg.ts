import { randomBytes, randomUUID } from "node:crypto";
import type { CallNews, Conductor, ConnectMedia, Happening, Heard, Leg, MediaStream, TransferRequest, TransferResult } from "@openclaw/phone-network";
import { ACCOUNT } from "./account.ts";
import type { Messages } from "./messages.ts";
import type { Body } from "./parameters.ts";
import { FakeStream, type StreamAround } from "./stream.ts";
import { Voice } from "./voice.ts";

/** What belongs to a leg and its webhooks. */
export interface Side {
  readonly call_control_id: string;
  readonly call_leg_id: string;
  readonly call_session_id: string;
  readonly from: string;
  readonly to: string;
  client_state: string | null;
  url: string;
}

/** What a leg begins with. */
export interface Beginning {
  readonly url: string;
  readonly clientState?: string;
  /** Value of `answering_machine_detection`. */
  readonly detection?: string;
}

/** What a leg needs. */
export interface LegAround extends Pick<StreamAround, "clock" | "manners"> {
  readonly messages: Messages;
  readonly transfer: (leg: Leg, request: TransferRequest) => Promise<TransferResult>;
  /** Absent where no media can be connected. */
  readonly connectMedia?: ConnectMedia | undefined;
  /** Told of every stream that begins. */
  readonly streams: (stream: MediaStream) => void;
}

/** Commands for which a stream makes no difference. What else Telnyx takes beside a stream it does not say, so nothing else is taken. */
const BESIDE_A_STREAM = ["hangup", "send_dtmf", "streaming_stop", "client_state_update", "record_start", "record_stop"];

/** A new `call_control_id`. */
export function newControlId(): string {
  return `v3:${randomBytes(24).toString("base64url")}`;
}

const CAUSES: Readonly<Record<string, { readonly cause: string; readonly sip: string }>> = {
  completed: { cause: "normal_clearing", sip: "200" },
  busy: { cause: "user_busy", sip: "486" },
  rejected: { cause: "call_rejected", sip: "603" },
  "no-answer": { cause: "timeout", sip: "487" },
  canceled: { cause: "originator_cancel", sip: "487" },
};
const UNSPECIFIED = { cause: "unspecified", sip: "500" };

/** How a transfer failed, in the network's words, as the end of the other party's leg. */
const FAILED_TRANSFERS: Readonly<Record<string, string>> = { reject: "rejected" };

/** Conducts a leg as Telnyx does: takes commands, and tells by webhooks what happens. */
export class FakeLeg implements Conductor {
  readonly side: Side;
  readonly voice: Voice;
  readonly startedAt: number;
  endedAt: number | undefined;
  readonly #detection: string | undefined;
  /** The party that the call is being transferred to, or was. */
  #target: Side | undefined;
  #stream: FakeStream | undefined;

  constructor(
    private readonly leg: Leg,
    private readonly around: LegAround,
    { url, clientState, detection }: Beginning,
  ) {
    const { from, to } = leg.about;
    const shown = leg.caller.hidesNumber ? "anonymous" : from;
    this.side = { call_control_id: leg.id, call_leg_id: randomUUID(), call_session_id: randomUUID(), from: shown, to, client_state: clientState ?? null, url };
    this.#detection = detection;
    this.startedAt = around.clock.now();
    this.voice = new Voice(leg, {
      started: ({ kind, content }) => this.#tell(`call.${kind}.started`, kind === "playback" ? { media_url: content, overlay: false } : {}),
      ended: ({ kind, content }, status) => this.#tell(`call.${kind}.ended`, { status, ...(kind === "playback" && { media_url: content, overlay: false, status_detail: status }) }),
      transcribed: (transcript, interim) => this.#tell("call.transcription", { transcription_data: { transcript, is_final: !interim, confidence: interim ? null : 0.97 } }),
      gathered: (digits, status) => this.#tell("call.gather.ended", { digits, status }),
    });
    // The network tells of calls that reach us by itself.
    if (leg.about.direction === "outbound") this.#tell("call.initiated", { direction: "outgoing", state: "bridging", start_time: this.#iso(this.startedAt) });
  }

  /** The party heard something. */
  overhear(heard: Heard): void {
    this.voice.overhear(heard);
  }

  report({ news }: Happening): void {
    switch (news.type) {
      case "incoming":
        return this.#tell("call.initiated", { direction: "incoming", state: "parked", start_time: this.#iso(this.startedAt), ...callerOf(news) });
      case "answered":
        return this.#tell("call.answered", { state: "answered", start_time: this.#iso(this.startedAt) });
      case "digits":
        this.#tell("call.dtmf.received", { digit: news.digits });
        this.#stream?.key(news.digits);
        return this.voice.key(news.digits);
      case "machine":
        return this.#detected(news.verdict, news.greetingEnded ?? false);
      case "recording":
        if (news.state === "saved") this.#tell("call.recording.saved", this.#recording(news));
        return;
      case "ended":
        return this.#over(news);
      default:
        // Telnyx tells of no ringing.
        return;
    }
  }

  /** Whether there is a way to connect media. */
  get streamable(): boolean {
    return this.around.connectMedia !== undefined;
  }
  get streaming(): boolean {
    return this.#stream?.runs ?? false;
  }
  refusesWhileStreaming(command: string): boolean {
    return !BESIDE_A_STREAM.includes(command) || (command === "send_dtmf" && this.around.manners.refusesKeys);
  }
  startStream(parameters: Body): void {
    const { leg, side } = this;
    const { clock, manners, connectMedia, streams } = this.around;
    if (!connectMedia) return;
    this.#stream = new FakeStream({ clock, manners, connectMedia, leg, side, tell: (event, payload) => this.#tell(event, payload) }, parameters);
    streams(this.#stream);
  }
  stopStream(): void {
    this.#stream?.end();
  }

  /** Rings another party. Its leg has webhooks of its own. */
  async transfer(body: Body): Promise<void> {
    const { side, leg } = this;
    const { from, to, webhook_url: url, target_leg_client_state: state } = body;
    const target: Side = {
      call_control_id: newControlId(),
      call_leg_id: randomUUID(),
      call_session_id: side.call_session_id,
      from: typeof from === "string" ? from : side.to,
      to: String(to),
      client_state: typeof state === "string" ? state : null,
      url: typeof url === "string" ? url : side.url,
    };
    this.#target = target;
    this.voice.silence();
    this.#tell("call.initiated", { direction: "outgoing", state: "bridging", start_time: this.#iso(this.around.clock.now()) }, target);
    const result = await this.around.transfer(leg, { to: target.to, ringTimeoutMs: Number(body.timeout_secs ?? 30) * 1000 });
    if (result.state === "transferred") {
      this.#tell("call.answered", { state: "answered" }, target);
      for (const bridged of [side, target]) this.#tell("call.bridged", {}, bridged);
      return;
    }
    this.#target = undefined;
    this.voice.resume();
    const reason = result.state === "back" ? (FAILED_TRANSFERS[result.detail] ?? result.detail) : "canceled";
    const { cause, sip } = CAUSES[reason] ?? UNSPECIFIED;
    this.#tell("call.hangup", { hangup_cause: cause, hangup_source: "callee", sip_hangup_cause: sip }, target);
  }

  #detected(verdict: string, greetingEnded: boolean): void {
    const mode = this.#detection ?? "disabled";
    if (mode === "disabled") return;
    const kind = mode === "premium" ? "call.machine.premium" : "call.machine";
    if (greetingEnded) {
      if (mode !== "detect") this.#tell(`${kind}.greeting.ended`, { result: mode === "greeting_end" ? "ended" : "beep_detected" });
      return;
    }
    if (verdict === "machine") this.voice.silence("all", "cancelled_amd");
    const premium: Readonly<Record<string, string>> = { human: "human_residence", machine: "machine", fax: "fax_detected" };
    const standard: Readonly<Record<string, string>> = { human: "human", machine: "machine", fax: "machine" };
    this.#tell(`${kind}.detection.ended`, { result: (mode === "premium" ? premium : standard)[verdict] ?? "not_sure" });
  }

  #over({ reason, by, cause: why }: Extract<CallNews, { type: "ended" }>): void {
    this.endedAt = this.around.clock.now();
    this.voice.over();
    this.#stream?.end();
    const known = CAUSES[reason] ?? UNSPECIFIED;
    const cause = why === "max-duration" ? "time_limit" : known.cause;
    const ours = this.leg.about.direction === "outbound" ? "caller" : "callee";
    const source = by === "us" ? ours : by === "caller" || by === "callee" ? by : "unknown";
    const times = { start_time: this.#iso(this.startedAt), end_time: this.#iso(this.endedAt) };
    if (this.#target) this.#tell("call.hangup", { hangup_cause: cause, hangup_source: source, sip_hangup_cause: known.sip, ...times }, this.#target);
    this.#tell("call.hangup", { hangup_cause: cause, hangup_source: source, sip_hangup_cause: known.sip, ...times });
  }

  #recording({ recordingId, durationMs = 0 }: Extract<CallNews, { type: "recording" }>): Body {
    const ended = this.around.clock.now();
    return {
      recording_id: recordingId,
      channels: "single",
      recording_started_at: this.#iso(ended - durationMs),
      recording_ended_at: this.#iso(ended),
      recording_urls: { mp3: `https://recordings.example.com/${recordingId}.mp3` },
    };
  }

  #tell(event: string, payload: Body, about: Side = this.side): void {
    const { url, ...ids } = about;
    this.around.messages.send(this.leg.id, { url, event, payload: { ...ids, connection_id: ACCOUNT.connectionId, ...payload } });
  }

  #iso(ms: number): string {
    return new Date(ms).toISOString();
  }
}

function callerOf({ callerName, attestation }: Extract<CallNews, { type: "incoming" }>): Body {
  const signed = attestation !== undefined && attestation !== "none";
  return {
    ...(callerName !== undefined && { caller_id_name: callerName }),
    ...(signed && { shaken_stir_attestation: attestation === "failed" ? "A" : attestation, shaken_stir_validated: attestation !== "failed" }),
  };
}
