import { attachWebSockets, type MediaServer, type WebSocketDoor } from "../media/index.ts";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { isLoopback } from "./addresses.ts";
import { openListener, type Listener, type ListenerTarget } from "./listener.ts";
import { urlReader, type UrlReader } from "./public-url.ts";

/** Where the webhook is. */
export interface WebhookAddress {
  /** As carriers see it. */
  readonly url: string;
  /** On this machine, while the telephone runs. */
  readonly localUrl: string | undefined;
}

/** How requests look from outside, under some settings. */
interface Readers {
  readonly settings: TelephoneSettings;
  readonly webhooks: UrlReader;
  readonly sockets: UrlReader;
}

/** Where the telephone stands in the world: its listener, and the URL by which carriers reach it. */
export class Entrance implements WebhookAddress {
  #listener: Listener | undefined;
  #sockets: WebSocketDoor | undefined;
  #made: Readers | undefined;
  /** The entry URL under which a verified request came, where proxies are believed. */
  #reachedAt: string | undefined;

  #last: TelephoneSettings | undefined;

  constructor(
    private readonly newest: () => TelephoneSettings,
    private readonly ports: Pick<EnginePorts, "clock" | "log">,
  ) {}

  /** The entry as carriers see it: the configured URL, else the one by which a carrier has reached us, else our own. */
  get url(): string {
    const { publicUrl, serve } = this.settings;
    return trimSlash(publicUrl ?? this.#reachedAt ?? this.#listener?.localUrl ?? `http://${serve.bind}:${serve.port}${serve.path}`);
  }

  get localUrl(): string | undefined {
    return this.#listener?.localUrl;
  }

  /** Whether webhooks are taken at their word: it was asked for, and only this machine reaches the listener. */
  get skipsVerification(): boolean {
    const { skipSignatureVerification, serve } = this.settings;
    return skipSignatureVerification === true && isLoopback(serve.bind);
  }

  /** A request whose signature holds came in under this entry URL. */
  reached(base: string): void {
    this.#reachedAt = base;
  }

  /** Begins to listen, for webhooks and for the audio of calls. Rejects with `listener-failed`. */
  async open(target: ListenerTarget, mediaServer: Pick<MediaServer, "admit">): Promise<void> {
    const { serve } = this.settings;
    const { clock, log } = this.ports;
    if (this.skipsVerification)
      log.warn('"skipSignatureVerification" is on: whoever reaches the webhook steers calls. For tests on this machine only');
    this.#listener = await openListener({ ...serve, path: trimSlash(serve.path), clock, target, reader: () => this.#readers.webhooks });
    const { path } = this.settings.streaming;
    this.#sockets = await attachWebSockets(this.#listener.server, { path: trimSlash(path), reader: () => this.#readers.sockets, mediaServer, log });
  }

  async close(): Promise<void> {
    this.#sockets?.close();
    await this.#listener?.close();
    this.#listener = undefined;
  }

  /** The newest settings. While a wrong configuration is being edited the last good ones hold, so that live calls go on. */
  get settings(): TelephoneSettings {
    try {
      return (this.#last = this.newest());
    } catch (error) {
      if (this.#last) return this.#last;
      throw error;
    }
  }

  /** One pair of readers for as long as the settings stay. */
  get #readers(): Readers {
    const { settings } = this;
    if (this.#made?.settings === settings) return this.#made;
    const { serve, streaming, publicUrl, webhookSecurity: forwarding = { trustForwardingHeaders: false } } = settings;
    const webhooks = urlReader({ path: trimSlash(serve.path), forwarding, ...(publicUrl !== undefined && { publicUrl }) });
    const path = trimSlash(streaming.path);
    const sockets = urlReader({ path, forwarding, ...(publicUrl !== undefined && { publicUrl: new URL(path, publicUrl).href }) });
    return (this.#made = { settings, webhooks, sockets });
  }
}

function trimSlash(url: string): string {
  return url.endsWith("/") ? url.replace(/\/+$/, "") : url;
}
