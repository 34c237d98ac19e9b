/** The forms of the settings for what goes out to people: notices, and the mails with which passwords are reset. */
import * as z from "zod";
import { parseUrl } from "./addresses.ts";
import { ConfigError } from "./operator-error.ts";
import { Secret } from "./secret.ts";

const isLoopback = ({ hostname }: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);

/** https, or plain http on this machine; no user and no password. */
export const isPublic = (url: URL | undefined): url is URL =>
  url?.username === "" && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url)));

/** The same for a text, without a fragment. */
export const isReceiver = (text: string): boolean => {
  const url = parseUrl(text);
  return isPublic(url) && url.hash === "";
};

/** An address that gets events. */
export const receiverUrl = z.string().refine(isReceiver, "must be an https URL (plain http on loopback)");

/** A secret of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
export const webhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "must be whsec_ and 24 to 64 bytes in base64")
  .transform((value) => new Secret(value));

const isEncoded = (text: string) => !/%(?![0-9A-Fa-f]{2})/.test(text);

/** A mail server. A query could change how it is spoken to. */
const smtpUrl = z
  .string()
  .refine((text) => {
    const url = parseUrl(text);
    if (!url || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") return false;
    const { username, password, pathname, search, hash } = url;
    return ["", "/"].includes(pathname) && search + hash === "" && isEncoded(username + password);
  }, "must be smtp:// or smtps://, a user and a password before an @ if it takes them, a host, a port")
  .transform((value) => new Secret(value));

const mailAddress = z.string().regex(/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/, "must be an e-mail address");

/** The variables and their forms. */
export const noticesVariables = {
  NOTICES_URL: receiverUrl.optional(),
  NOTICES_SECRET: webhookSecret.optional(),
  SMTP_URL: smtpUrl.optional(),
  SMTP_FROM: mailAddress.optional(),
};

export type NoticesEnvironment = z.output<z.ZodObject<typeof noticesVariables>>;

/** How notices go out: as signed events to a receiver of the team, or as mails. */
export type NoticesConfig =
  | { by: "event"; url: string; secret: Secret }
  | { by: "mail"; smtp: Secret; from: string | undefined };

/**
 * @returns undefined where there are no notices. A receiver comes before a mail server, which then only resets passwords.
 * @throws {ConfigError} for a receiver without a secret.
 */
export function noticesConfig(env: NoticesEnvironment): NoticesConfig | undefined {
  const { NOTICES_URL: url, NOTICES_SECRET: secret, SMTP_URL: smtp, SMTP_FROM: from } = env;
  if (url === undefined) return smtp && { by: "mail", smtp, from };
  if (secret === undefined)
    throw new ConfigError(["NOTICES_SECRET is missing: NOTICES_URL gets signed events"]);
  return { by: "event", url, secret };
}
