import type { ActionStartStreamingParams } from "telnyx/resources/calls/actions";
import { isTelephonyError } from "@openclaw/telephony-contract";
import type { Request } from "./client.ts";
import { NO_STREAM, STREAM_RUNS } from "./faults.ts";
import type { tagged } from "./leg-state.ts";

type Tags = ReturnType<typeof tagged>;
type Send = (request: Request) => Promise<void>;

/** What the caller says comes to us, and what we send is heard on the whole call: with the default of `opposite` by nobody. */
const BOTH_WAYS: ActionStartStreamingParams = {
  stream_track: "inbound_track",
  stream_codec: "PCMU",
  stream_bidirectional_mode: "rtp",
  stream_bidirectional_codec: "PCMU",
  stream_bidirectional_sampling_rate: 8000,
  stream_bidirectional_target_legs: "both",
};

/** Connects a leg's audio with `url`. A stream that is left over from before a restart is ended for it. `tags` are asked for each attempt. */
export async function startStreaming(send: Send, leg: string, url: string, tags: (...id: readonly string[]) => Tags): Promise<void> {
  const start = (...id: readonly string[]) => send(({ actions }, options) => actions.startStreaming(leg, { stream_url: url, ...BOTH_WAYS, ...tags(...id) }, options));
  try {
    await start();
  } catch (error) {
    if (!isTelephonyError(error) || error.providerCode !== STREAM_RUNS) throw error;
    await stopStreaming(send, leg, { command_id: tags("end").command_id });
    await start("again");
  }
}

/** Ends the stream of a leg. That there is none is as good. */
export async function stopStreaming(send: Send, leg: string, tags: Partial<Tags>): Promise<void> {
  try {
    await send(({ actions }, options) => actions.stopStreaming(leg, tags, options));
  } catch (error) {
    if (!isTelephonyError(error) || error.providerCode !== NO_STREAM) throw error;
  }
}
