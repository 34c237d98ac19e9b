/** Mail from Node, through the server that `SMTP_URL` names. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Mail, SendMail } from "../../platform.ts";

/** Of one try, in ms: the name of the server, the connection, its first words, and each silence after that. */
const timeouts = {
  dnsTimeout: 5_000,
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  socketTimeout: 10_000,
};
/** Before each further try, in ms. A stop of the process waits for them. */
const productionPauses = [500, 2_500, 7_500];

/**
 * Creates the sender. It connects for each message.
 * @param url `smtps:` is TLS from the start. `smtp:` changes to TLS where the server offers it, which it must before it
 * gets a password. On this machine nobody listens in, and its server has no certificate that others vouch for.
 */
export function createMailer(url: string, pauses: readonly number[] = productionPauses): SendMail {
  const options = optionsOf(new URL(url));
  // Loaded at start, and only where mail is sent: loading it would hold up whatever is answered at that moment.
  const transport = import("nodemailer").then(({ createTransport }) => createTransport(options));
  return async (mail) => {
    const server = await transport;
    const message = messageOf(mail);
    for (let tries = 1; ; tries += 1) {
      const failure = await server.sendMail(message).then(() => undefined, describe);
      if (!failure) return { sent: true };
      const pause = pauses[tries - 1];
      if (pause === undefined || isFinal(failure)) return { sent: false, tries, ...failure };
      await sleep(pause);
    }
  };
}

function optionsOf({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === "smtps:";
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  const hasUser = username !== "";
  return {
    ...timeouts,
    secure,
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    ...(port === "" ? {} : { port: Number(port) }),
    ignoreTLS: isLocal,
    requireTLS: hasUser && !secure && !isLocal,
    ...(hasUser ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The id is the same for every try, so that a message that comes twice can be told from two. */
const messageOf = ({ from, to, subject, text, language }: Mail) => ({
  from: { name: "", address: from },
  to: { name: "", address: to },
  subject,
  text,
  messageId: `<${randomUUID()}@${from.split("@").at(-1)}>`,
  headers: { "Content-Language": language, "Auto-Submitted": "auto-generated" },
});

type Failure = { fault: string; status?: number };

/** The text of an error quotes the server, which may quote the address. */
function describe(error: unknown): Failure {
  if (!(error instanceof Error)) return { fault: "unknown" };
  const fault = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const status = "responseCode" in error ? Number(error.responseCode) : Number.NaN;
  return Number.isInteger(status) ? { fault, status } : { fault };
}

/** From 500 on, the server wants no further try. */
const isFinal = ({ status = 0 }: Failure) => status >= 500;
