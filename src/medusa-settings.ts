/** The forms of the settings for Medusa's own clients. */
import * as z from "zod";
import { parseUrl } from "./addresses.ts";
import { isPublic, isReceiver, type NoticesEnvironment, receiverUrl } from "./notices-settings.ts";
import { ConfigError } from "./operator-error.ts";
import type { Secret } from "./secret.ts";

/** The kinds of people whom Medusa's clients sign in. */
export const medusaActors = ["customer", "user"] as const;
export type MedusaActor = (typeof medusaActors)[number];

/** Who may act as what: each actor that is served, with the role at Logto that it takes; undefined where it takes none. */
type MedusaActors = Partial<Record<MedusaActor, { role: string | undefined }>>;

const actorForm = /^(customer|user)(?::([^\s,:]{1,128}))?$/;
const items = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

/** `customer,user:shop-staff`. */
const actorList = z
  .string()
  .refine((text) => {
    const actors = items(text).map((item) => actorForm.exec(item)?.[1]);
    return !actors.includes(undefined) && new Set(actors).size === actors.length && actors.length > 0;
  }, "must name customer, user or both, each with the role that it takes after a colon")
  .transform((text): MedusaActors => {
    const named = items(text).map((item) => {
      const [, actor, role] = actorForm.exec(item) ?? [];
      return [actor, { role }];
    });
    return Object.fromEntries(named);
  });

/** A page that gets a token. The host stays the same whatever the token is. */
const resetLink = z.string().refine((text) => {
  const parts = text.split("{token}");
  const url = parseUrl(parts.join("a"));
  return parts.length === 2 && isPublic(url) && parseUrl(parts.join("b"))?.origin === url.origin;
}, "must be an https URL (plain http on loopback) that holds {token} once, after the host");

/** Pages that a sign-in may come back to. */
const pageList = z
  .string()
  .transform(items)
  .refine(
    (pages) => pages.every(isReceiver),
    "must be https URLs (plain http on loopback), with commas between them",
  )
  .prefault("");

/** The variables and their forms. */
export const medusaVariables = {
  MEDUSA_ACTORS: actorList.optional(),
  MEDUSA_REGISTRATION: z.enum(["off", "open"], "must be off or open").prefault("off"),
  MEDUSA_EXISTS: z.enum(["off", "on"], "must be off or on").prefault("off"),
  MEDUSA_CALLBACK_URLS: pageList,
  MEDUSA_RESET_URL: receiverUrl.optional(),
  MEDUSA_RESET_LINK: resetLink.optional(),
  MEDUSA_ID_KEY: z.string().min(1, "is empty").optional(),
};

type MedusaEnvironment = z.output<z.ZodObject<typeof medusaVariables>> &
  NoticesEnvironment & {
    LOGTO_APP_ID?: string | undefined;
  };

/** An event for the shop's own mailer; or a mail with a link, in which `{token}` stands for the token. */
export type ResetConfig =
  | { by: "event"; url: string; secret: Secret }
  | { by: "mail"; link: string; smtp: Secret; from: string | undefined };

/** What Medusa's own clients find here. */
export type MedusaConfig = {
  actors: MedusaActors;
  /** Whether anybody may register an address, which nobody proves. */
  isOpen: boolean;
  /** Whether it is told if an address has an account. */
  tellsWhoExists: boolean;
  /** The pages that a sign-in on Logto's page may come back to; the first is the default. */
  callbackUrls: readonly string[];
  /** How the tokens go out with which passwords are reset. Undefined: Logto mails codes. */
  reset: ResetConfig | undefined;
  /** The key of `customData` with the id that the shop has given a person. */
  idKey: string | undefined;
};

/** @throws {ConfigError} if what it needs beside its own variables is missing. */
export function medusaConfig(env: MedusaEnvironment): MedusaConfig | undefined {
  if (!env.MEDUSA_ACTORS) return undefined;
  if (env.LOGTO_APP_ID === undefined)
    throw new ConfigError([
      "LOGTO_APP_ID is missing: MEDUSA_ACTORS needs the web application of cookie sessions",
    ]);
  return {
    actors: env.MEDUSA_ACTORS,
    isOpen: env.MEDUSA_REGISTRATION === "open",
    tellsWhoExists: env.MEDUSA_EXISTS === "on",
    callbackUrls: env.MEDUSA_CALLBACK_URLS,
    reset: resetConfig(env),
    idKey: env.MEDUSA_ID_KEY,
  };
}

function resetConfig(env: MedusaEnvironment): ResetConfig | undefined {
  const { MEDUSA_RESET_URL: url, NOTICES_SECRET: secret } = env;
  const { MEDUSA_RESET_LINK: link, SMTP_URL: smtp, SMTP_FROM: from } = env;
  if (url === undefined) {
    if (link === undefined) return undefined;
    if (smtp === undefined)
      throw new ConfigError(["SMTP_URL is missing: MEDUSA_RESET_LINK is for mails that it sends"]);
    return { by: "mail", link, smtp, from };
  }
  if (link !== undefined)
    throw new ConfigError([
      "MEDUSA_RESET_URL is set beside MEDUSA_RESET_LINK: reset tokens go one way, so remove the other",
    ]);
  if (secret === undefined)
    throw new ConfigError(["NOTICES_SECRET is missing: MEDUSA_RESET_URL gets signed events"]);
  return { by: "event", url, secret };
}
