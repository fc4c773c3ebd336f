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

/** Where the telephone stands in the world: its listener, and the URL by which carriers reach it. */
export class Entrance implements WebhookAddress {
  #listener: Listener | undefined;
  #reader: { readonly settings: TelephoneSettings; readonly read: UrlReader } | undefined;
  /** The entry URL under which a verified request came, where proxies are believed. */
  #reachedAt: string | undefined;

  #last: TelephoneSettings | undefined;

  constructor(
    private readonly newest: () => TelephoneSettings,
    private readonly ports: Pick<EnginePorts, "clock" | "log">,
  ) {}

  /** The entry as carriers see it: the configured URL, else the one by which a carrier has reached us, else our own. */
  get url(): string {
    const { publicUrl, serve } = this.#settings;
    return trimSlash(publicUrl ?? this.#reachedAt ?? this.#listener?.localUrl ?? `http://${serve.bind}:${serve.port}${serve.path}`);
  }

  get localUrl(): string | undefined {
    return this.#listener?.localUrl;
  }

  /** Whether webhooks are taken at their word: it was asked for, and only this machine reaches the listener. */
  get skipsVerification(): boolean {
    const { skipSignatureVerification, serve } = this.#settings;
    return skipSignatureVerification === true && isLoopback(serve.bind);
  }

  /** A request whose signature holds came in under this entry URL. */
  reached(base: string): void {
    this.#reachedAt = base;
  }

  /** Begins to listen. Rejects with `listener-failed`. */
  async open(target: ListenerTarget): Promise<void> {
    const { serve } = this.#settings;
    const { clock, log } = this.ports;
    if (this.skipsVerification)
      log.warn('"skipSignatureVerification" is on: whoever reaches the webhook steers calls. For tests on this machine only');
    this.#listener = await openListener({ ...serve, path: trimSlash(serve.path), clock, target, reader: () => this.#read() });
  }

  async close(): Promise<void> {
    await this.#listener?.close();
    this.#listener = undefined;
  }

  /** The newest settings. While a wrong configuration is being edited the last good ones hold, so that live calls go on. */
  get #settings(): TelephoneSettings {
    try {
      return (this.#last = this.newest());
    } catch (error) {
      if (this.#last) return this.#last;
      throw error;
    }
  }

  /** One reader for as long as the settings stay. */
  #read(): UrlReader {
    const settings = this.#settings;
    if (this.#reader?.settings === settings) return this.#reader.read;
    const { serve, publicUrl, webhookSecurity: forwarding = { trustForwardingHeaders: false } } = settings;
    const read = urlReader({ path: trimSlash(serve.path), forwarding, ...(publicUrl !== undefined && { publicUrl }) });
    this.#reader = { settings, read };
    return read;
  }
}

function trimSlash(url: string): string {
  return url.endsWith("/") ? url.replace(/\/+$/, "") : url;
}
