import * as z from "zod";
import { field } from "../field.ts";
import { httpPath, httpUrl, text } from "../values.ts";

const port = () => z.int().min(0).max(65_535);

/** The door through which a carrier reaches us, and how the world finds it. */
export const webhook = {
  serve: field(
    z.strictObject({
      port: field(port().default(3334), {
        label: "Port",
        help: "Port of the webhook and media server; `0` takes any free one.",
        common: true,
      }),
      bind: field(text().default("127.0.0.1"), { label: "Address", help: "Address that the server listens on." }),
      path: field(httpPath().default("/voice/webhook"), { label: "Path", help: "Path of the webhook.", common: true }),
    }).prefault({}),
    { label: "Server", help: "Webhook and media server." },
  ),
  publicUrl: field(httpUrl().exactOptional(), {
    label: "Public URL",
    help: "The exact URL of the webhook as the carrier calls it. Signatures are checked against it.",
    common: true,
    placeholder: "https://voice.example.com/voice/webhook",
  }),
  tunnel: field(
    z.strictObject({
      provider: field(z.enum(["ngrok", "tailscale-serve", "tailscale-funnel"]).exactOptional(), {
        label: "Tunnel",
        help: "Opens a tunnel to the webhook at start.",
      }),
      allowNgrokFreeTierLoopbackBypass: field(z.boolean().default(false), {
        label: "Accept invalid signatures from a local ngrok agent",
        help: "Local development only. Has an effect only with `tunnel.provider` `ngrok` and a server bound to loopback.",
        dangerous: true,
      }),
    }).prefault({}),
    { label: "Tunnel", help: "A tunnel that makes the webhook public." },
  ),
  tailscale: field(
    z.strictObject({
      mode: field(z.enum(["off", "serve", "funnel"]).default("off"), {
        label: "Mode",
        help: "`serve` shows the webhook to the tailnet, `funnel` to the internet.",
      }),
      path: field(httpPath().exactOptional(), { label: "Path", help: "Path on the tailnet's host.", absent: "`serve.path`" }),
      port: field(z.int().min(1).max(65_535).default(443), {
        label: "HTTPS port",
        help: "External port; a funnel takes 443, 8443 or 10000.",
      }),
    }).prefault({}),
    { label: "Tailscale", help: "Exposure of the webhook by Tailscale." },
  ),
  webhookSecurity: field(
    z.strictObject({
      allowedHosts: field(z.array(text()).exactOptional(), {
        label: "Allowed hosts",
        help: "Host names that forwarded headers may name. Not asked where `publicUrl` is set.",
      }),
      trustForwardingHeaders: field(z.boolean().default(false), {
        label: "Trust forwarded headers",
        help: "Believes forwarded headers without a list of hosts. Only behind a proxy of your own.",
      }),
      trustedProxyIPs: field(z.array(text()).exactOptional(), {
        label: "Trusted proxies",
        help: "Forwarded headers are believed only from these addresses, or blocks such as `10.0.0.0/8`.",
        absent: "proxies on this machine",
      }),
    }).prefault({}),
    { label: "Webhook security", help: "Which forwarded headers to believe." },
  ),
  skipSignatureVerification: field(z.boolean().default(false), {
    label: "Skip signature verification",
    help: "Local tests only. Refused unless the server is bound to loopback.",
    dangerous: true,
  }),
};
