import { toEvent, type Conductor, type Leg } from "@openclaw/phone-network";
import type { CallUrls, CarrierContext } from "@openclaw/telephony-contract";
import { CommandConductor } from "../command/conductor.ts";
import { DocumentConductor, type Beginning } from "../document/conductor.ts";
import type { MockFlow } from "../settings.ts";
import type { Postman } from "../webhook/postman.ts";
import type { NetworkServices } from "./services.ts";

/** How a call that we place begins. */
export interface Departure {
  readonly urls: CallUrls;
  /** Pull only. */
  readonly beginning?: Beginning;
}

/** Chooses how calls are conducted in the configured flow, and remembers who conducts which. */
export class Flows {
  readonly #conductors = new WeakMap<Leg, DocumentConductor | CommandConductor>();

  constructor(
    private readonly flow: MockFlow,
    private readonly context: CarrierContext,
    private readonly postman: Postman,
    private readonly services: NetworkServices,
  ) {}

  /** A conductor for a new call; without `departure` it is one that reached us. */
  conduct(leg: Leg, departure?: Departure): Conductor {
    const conductor = this.flow === "pull" ? this.#byDocuments(leg, departure) : this.#byCommands(leg, departure);
    this.#conductors.set(leg, conductor);
    return conductor;
  }

  /** Who conducts a call by documents, if anybody does. */
  documents(leg: Leg): DocumentConductor | undefined {
    const conductor = this.#conductors.get(leg);
    return conductor instanceof DocumentConductor ? conductor : undefined;
  }

  /** Who conducts a call by commands, if anybody does. */
  commands(leg: Leg): CommandConductor | undefined {
    const conductor = this.#conductors.get(leg);
    return conductor instanceof CommandConductor ? conductor : undefined;
  }

  #byDocuments(leg: Leg, departure?: Departure): DocumentConductor {
    const { clock, log } = this.context;
    return new DocumentConductor({
      leg,
      log,
      now: () => clock.now(),
      postman: this.postman,
      callbacks: departure?.urls ?? this.#entryOnly(),
      services: this.services,
      ...(departure?.beginning && { beginning: departure.beginning }),
    });
  }

  #byCommands(leg: Leg, departure?: Departure): CommandConductor {
    const byWebhook = this.flow === "push";
    return new CommandConductor({
      leg,
      urls: departure?.urls ?? this.#entryOnly(),
      services: this.services,
      tell: (url, happening) => {
        if (byWebhook) this.postman.send(url, { ...happening, wants: "acknowledgement" });
        else this.context.emit(toEvent(happening));
      },
    });
  }

  #entryOnly() {
    const { entryUrl } = this.context.webhooks;
    return { status: entryUrl, machine: entryUrl, recording: entryUrl, transfer: entryUrl };
  }
}
