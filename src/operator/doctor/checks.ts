/** All checks of `npm run doctor`, in the order in which they are printed. */
import { type Check, examine, type Finding } from "./check.ts";
import { configuration, diskSpace, nodeVersion } from "./configuration.ts";
import { credential, m2mSecret, tokenExchange } from "./credential.ts";
import { databaseClock, databaseReachable, encryptionKeys, migrated, writable } from "./database.ts";
import { emailCodes, textMessageCodes } from "./messages.ts";
import { notices } from "./notices.ts";
import { apiResource, personRole, scopes, tokenLifetime } from "./permissions.ts";
import { accountCenterOff, signInPolicies } from "./policies.ts";
import { certificate, proxy, serviceReady } from "./service.ts";
import { issuer, tenantClock, tenantReachable } from "./tenant.ts";
import { openVisit, type Place } from "./visit.ts";
import { webApplication } from "./web.ts";
import { webhook, webhookDelivery } from "./webhook.ts";

/** A check comes after those that it needs. */
const checks: readonly Check[] = [
  nodeVersion,
  configuration,
  diskSpace,
  tenantReachable,
  issuer,
  tenantClock,
  credential,
  m2mSecret,
  tokenExchange,
  apiResource,
  scopes,
  personRole,
  tokenLifetime,
  emailCodes,
  textMessageCodes,
  webApplication,
  webhook,
  signInPolicies,
  accountCenterOff,
  databaseReachable,
  migrated,
  writable,
  databaseClock,
  encryptionKeys,
  notices,
  serviceReady,
  webhookDelivery,
  proxy,
  certificate,
];

/**
 * Looks over an installation, and changes nothing.
 * @param limitMs how long each check may take.
 */
export async function visitPlace(place: Place, limitMs: number): Promise<readonly Finding[]> {
  const visit = openVisit(place);
  try {
    return await examine(checks, visit, limitMs);
  } finally {
    await visit.close();
  }
}
