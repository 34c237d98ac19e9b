/** Logto's own pages for people, where a tenant has switched them on: what only a page of its own host can add. */
import * as z from "zod";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import type { Management } from "./management.ts";
import { successOf } from "./refusals.ts";

/** A third party by which people of the tenant sign in. */
type SocialConnector = { id: string; target: string; name: Readonly<Record<string, string>> };

type Offer = {
  connectors: readonly SocialConnector[];
  /** Whether people may change these there. */
  addsFactors: boolean;
  addsIdentities: boolean;
};

export type AccountCenter = {
  /** What the tenant offers; at most some minutes old. A tenant that does not say offers nothing. */
  offer(): Promise<Offer>;
  /** Where a factor of this type is added; undefined for one that has no page. */
  factorUrl(type: string): string | undefined;
  /** Where an account at a third party is linked. */
  identityUrl(connectorId: string): string;
};

const settings = z.object({
  enabled: z.boolean(),
  fields: z.object({ mfa: z.string(), social: z.string() }).partial().catch({}),
});
/** `config` holds secrets and is not read. */
const connectors = z.array(
  z.object({
    id: z.string(),
    target: z.string(),
    type: z.string(),
    name: z.record(z.string(), z.string()).catch({}),
  }),
);

/** Its pages below the endpoint of the tenant. */
const factorPages: ReadonlyMap<string, string> = new Map([
  ["WebAuthn", "/account/passkey/add"],
  ["Totp", "/account/authenticator-app"],
  ["BackupCode", "/account/backup-codes/generate"],
]);

/** They change by the hand of an operator. */
const lifeMs = 5 * 60_000;
/** After a failure the tenant is not asked again for so long. */
const pauseMs = 30_000;
const nothing: Offer = { connectors: [], addsFactors: false, addsIdentities: false };

/** @param endpoint where people reach the tenant. */
export function createAccountCenter(
  management: Management,
  endpoint: string,
  { now, coalesce }: Pick<Platform, "now" | "coalesce">,
): AccountCenter {
  let kept: { offer: Offer; until: number } | undefined;

  const read = async (): Promise<Offer> => {
    try {
      kept = { offer: await readOffer(management), until: now() + lifeMs };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      kept = { offer: nothing, until: now() + pauseMs };
    }
    return kept.offer;
  };

  return {
    offer: async () => (kept && kept.until > now() ? kept.offer : coalesce("logto-account-center", read)),
    factorUrl(type) {
      const path = factorPages.get(type);
      return path && `${endpoint}${path}`;
    },
    identityUrl: (connectorId) => `${endpoint}/account/social/${encodeURIComponent(connectorId)}`,
  };
}

/** @throws {UpstreamFailure} as `management` does. */
async function readOffer(management: Management): Promise<Offer> {
  const [answer, listed] = await Promise.all([
    management.call("getAccountCenter", {}, settings),
    management.call("listConnectors", {}, connectors),
  ]);
  const social = successOf(listed).filter(({ type }) => type === "Social");
  // A Logto that has no such pages answers 404.
  const { enabled, fields } = answer.ok ? answer.value : { enabled: false, fields: {} };
  return {
    connectors: social,
    addsFactors: enabled && fields.mfa === "Edit",
    addsIdentities: enabled && fields.social === "Edit",
  };
}
