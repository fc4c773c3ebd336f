import type { CallNews, Conductor, Happening, Leg, ListenResult, TransferResult } from "@openclaw/phone-network";
import type { CallUrls, Step, StepOutcome } from "@openclaw/telephony-contract";
import { answerNews, type NetworkServices } from "../carrier/services.ts";

/** A step as the network was asked for it. */
export interface Command {
  readonly step: Step;
  /** Client state of the step, sent back with the answer to it. */
  readonly nonce: string;
  readonly urls: CallUrls;
}

/** What a command conductor needs. */
export interface CommandOptions {
  readonly leg: Leg;
  /** URLs that the call begins with. Those of its steps replace them. */
  readonly urls: Pick<CallUrls, "status" | "machine" | "recording" | "transfer">;
  /** Carries news to us: as a webhook to the URL, or as an event. */
  readonly tell: (url: string, happening: Happening) => void;
  readonly services: NetworkServices;
}

/** Conducts a call by commands: does each step as it comes, and reports its end. */
export class CommandConductor implements Conductor {
  #urls: CommandOptions["urls"];

  constructor(private readonly options: CommandOptions) {
    this.#urls = options.urls;
  }

  report(happening: Happening): void {
    this.options.tell(this.#urlFor(happening.news), happening);
  }

  /** Begins a step. Its end is reported, whatever becomes of it. */
  begin({ step, nonce, urls }: Command): void {
    this.#urls = urls;
    const { leg } = this.options;
    void this.#perform(step, nonce).then((outcome) => leg.report({ type: "stepEnded", stepId: step.id, outcome }));
  }

  #urlFor({ type }: CallNews): string {
    if (type === "machine" || type === "recording" || type === "transfer") return this.#urls[type];
    return this.#urls.status;
  }

  async #perform(step: Step, nonce: string): Promise<StepOutcome> {
    const { leg } = this.options;
    const { call } = leg;
    await call.ready;
    switch (step.kind) {
      case "answer":
        call.answer();
        return "completed";
      case "reject":
        call.end(step.reason, "us");
        return "completed";
      case "say":
        return await call.say(step.text);
      case "play":
        return await call.play(step.url);
      case "pause":
        return await call.pause(step.durationMs);
      case "sendDigits":
        return await call.press(step.digits);
      case "stopSpeech":
        call.stopSpeech();
        return "completed";
      case "record":
        leg.recorder[step.action]();
        return "completed";
      case "listen":
        return this.#reportListening(await call.listen(step), nonce);
      case "transfer":
        return this.#reportTransfer(await this.options.services.transfer(leg, step), step.id);
      case "connectMedia":
        // Connecting is over when it is done; the connection stays.
        void this.options.services.connectAudio(leg);
        return "completed";
      case "disconnectMedia":
        call.cancelActivity();
        return "completed";
      default:
        return "failed";
    }
  }

  #reportListening(result: ListenResult, nonce: string): StepOutcome {
    if (result.kind === "cancelled") return "cancelled";
    this.options.leg.report(answerNews(result, nonce));
    return "completed";
  }

  #reportTransfer(result: TransferResult, stepId: string): StepOutcome {
    if (result.state === "cancelled") return "cancelled";
    this.options.leg.report({ type: "transfer", stepId, ...result });
    return result.state === "transferred" ? "completed" : "failed";
  }
}
