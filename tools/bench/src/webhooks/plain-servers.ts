import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import twilio from "twilio";
import { ACCOUNT } from "@openclaw/voice-call-twilio/testing";
import { PUBLIC_URL } from "./messages.ts";

const { origin, host } = new URL(PUBLIC_URL);

/** The least that a server can do: reads the body and checks the signature. Gives its port. */
export function serveBare(): Promise<number> {
  return listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const fields = [...new URLSearchParams(Buffer.concat(chunks).toString())].sort(([a], [b]) => (a < b ? -1 : 1));
        const signed = fields.reduce((text, [name, value]) => text + name + value, origin + (request.url ?? ""));
        const expected = createHmac("sha1", ACCOUNT.authToken).update(signed).digest();
        const given = Buffer.from(String(request.headers["x-twilio-signature"]), "base64");
        response.statusCode = given.length === expected.length && timingSafeEqual(given, expected) ? 200 : 403;
        response.end();
      });
    }),
  );
}

/** What Twilio's documentation builds: Express with its body parser, and the middleware of Twilio's own library. */
export function serveExpress(): Promise<number> {
  const app = express();
  app.use(express.urlencoded({ extended: false }), twilio.webhook(ACCOUNT.authToken, { protocol: "https", host }));
  app.post("/{*path}", (_request, response) => void response.status(200).end());
  return listen(createServer(app));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
