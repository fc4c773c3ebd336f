import { TelephonyError } from "@openclaw/telephony-contract";
import type { Input } from "../call/input.ts";
import type { CallSupervisor } from "../call/supervisor.ts";
import type { ContinueResult } from "../commands.ts";
import { transferRefusal } from "../policy/outbound.ts";
import type { CallStore } from "../ports.ts";
import { isEnded } from "../record.ts";
import type { LiveCalls } from "./live-calls.ts";
import { requireNumber } from "./numbers.ts";
import { checkDigits, checkMessage } from "./outbound.ts";

/** What can be asked of a call that exists. Rejects with `call-unknown` or `call-gone` where it cannot be asked. */
export class CallCommands {
  readonly #live: LiveCalls;
  readonly #store: CallStore;

  constructor(live: LiveCalls, store: CallStore) {
    this.#live = live;
    this.#store = store;
  }

  async continue(callId: string, message: string, signal?: AbortSignal): Promise<ContinueResult> {
    const text = checkMessage(message);
    const call = this.#call(callId);
    const { id, result } = call.waiters.add();
    const error = new TelephonyError("aborted", "nobody waits for the answer any more");
    const cancel = () => call.post({ type: "cancelWaiter", waiter: id, error });
    signal?.addEventListener("abort", cancel, { once: true });
    call.post({ type: "continue", text, waiter: id });
    if (signal?.aborted) cancel();
    return result.finally(() => signal?.removeEventListener("abort", cancel));
  }

  async speak(callId: string, message: string): Promise<void> {
    const text = checkMessage(message);
    await this.#settled(callId, (waiter) => ({ type: "speak", text, waiter }));
  }

  async sendDigits(callId: string, digits: string): Promise<void> {
    checkDigits(digits);
    await this.#settled(callId, (waiter) => ({ type: "press", digits, waiter }));
  }

  async transfer(callId: string, to: string): Promise<void> {
    const number = requireNumber(to, '"to"');
    const refusal = await transferRefusal(number, this.#call(callId).state.settings);
    if (refusal) throw refusal;
    await this.#settled(callId, (waiter) => ({ type: "transfer", to: number, waiter }));
  }

  async end(callId: string): Promise<void> {
    const call = this.#live.get(callId);
    if (call) return call.over({ type: "end" });
    if (!this.#store.get(callId)) throw unknownCall(callId);
  }

  async #settled(callId: string, input: (waiter: number) => Input): Promise<void> {
    const call = this.#call(callId);
    const { id, result } = call.waiters.add();
    call.post(input(id));
    await result;
  }

  #call(callId: string): CallSupervisor {
    const call = this.#live.get(callId);
    if (call && !isEnded(call.record)) return call;
    if (!this.#store.get(callId)) throw unknownCall(callId);
    throw new TelephonyError("call-gone", `the call ${callId} is over`);
  }
}

function unknownCall(callId: string): TelephonyError {
  return new TelephonyError("call-unknown", `there is no call ${callId.slice(0, 64)}`);
}
