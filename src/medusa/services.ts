/** What this room works with: the services, and the parts that exist only where Medusa's clients are served. */
import { ConfigError, type SessionConfig } from "../config.ts";
import { catalogue } from "../fields/catalogue.ts";
import type { AccessTokenVerifier } from "../http/access-token.ts";
import type { Experience } from "../logto/experience.ts";
import type { WebApplication } from "../logto/web-application.ts";
import type { MedusaConfig } from "../medusa-settings.ts";
import type { Services } from "../services.ts";
import { type CookieKeys, createCookieKeys } from "../session/keys.ts";
import { createDelivery, type DeliverToken } from "./deliver-token.ts";
import { createTokenKeys, type TokenKeys } from "./token-keys.ts";
import { createMedusaVerifier } from "./verifier.ts";

export type MedusaServices = Services & {
  medusa: MedusaConfig;
  session: SessionConfig;
  web: WebApplication;
  experience: Experience;
  keys: CookieKeys;
  tokenKeys: TokenKeys;
  /** Of the tokens that are issued here. */
  verifier: AccessTokenVerifier;
  /** Sends tokens of forgotten passwords. Undefined: Logto mails codes. */
  deliverToken: DeliverToken | undefined;
};

/**
 * @returns undefined where `MEDUSA_ACTORS` is not set.
 * @throws {ConfigError} for a `MEDUSA_ID_KEY` that people can write, and an `SMTP_URL` where no mail can be sent.
 */
export function medusaServices(services: Services): MedusaServices | undefined {
  const { config, logto } = services;
  const { medusa, session } = config;
  const { web, experience } = logto;
  if (!medusa || !session || !web || !experience) return undefined;
  if (catalogue.some(({ storage, name }) => storage === "logto.customData" && name === medusa.idKey))
    throw new ConfigError([
      "MEDUSA_ID_KEY names a key that people can change: take one outside the catalogue",
    ]);
  const keys = createCookieKeys(session.cookieKeys);
  const tokenKeys = createTokenKeys(services);
  const verifier = createMedusaVerifier(services, tokenKeys);
  const deliverToken = medusa.reset && createDelivery(services, medusa.reset);
  return { ...services, medusa, session, web, experience, keys, tokenKeys, verifier, deliverToken };
}
