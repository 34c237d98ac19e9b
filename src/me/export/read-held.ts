/** Reads and shapes what an export holds beside the activity. */
import type { Caller } from "../../caller.ts";
import { isObject } from "../../json.ts";
import type { PersonData } from "../../logto/person-data.ts";
import type { Services } from "../../services.ts";
import { composeDocument, type StoredProfile } from "../profile/document.ts";
import { withheld } from "./coverage.ts";
import { readHere } from "./read-here.ts";
import type { Held } from "./schema.ts";

type HeldServices = Pick<Services, "config" | "platform" | "db" | "vault" | "logto">;

const latestInstant = 8.64e15;

/** Where the schema of an export is. */
export const schemaPath = "/schemas/account-export";

/** What Logto stores may be no time at all. */
const at = (time: number | null) =>
  time !== null && Math.abs(time) <= latestInstant ? new Date(time).toISOString() : null;

/**
 * @param stores what Logto and the vault hold, read a moment ago.
 * @throws {Refusal} `storage_unavailable`, `data_integrity`, and what `ReadPersonData` throws.
 */
export async function readHeld(
  services: HeldServices,
  { userId }: Pick<Caller, "userId">,
  stores: StoredProfile,
): Promise<Held> {
  const { config, platform, logto } = services;
  const now = platform.now();
  const [tenant, here] = await Promise.all([logto.personData(userId, now), readHere(services, userId, now)]);
  const { profile, business, ...document } = composeDocument(stores, (_field, value) => value);
  return {
    schema: `${config.publicUrl}${schemaPath}`,
    exportedAt: new Date(now).toISOString(),
    // Fields that a former catalogue had lie in the vault, too.
    profile: {
      ...document,
      profile: profile ?? {},
      business: { ...(isObject(business) ? business : {}), ...stores.business },
    },
    registeredWith: stores.user.applicationId,
    isSuspended: stores.user.isSuspended,
    ...atSignIn(tenant),
    ...here,
    withheld,
  };
}

const methodsOf = (records: { type: string | null }[] | null) => (records ?? []).map(({ type }) => type);

const atSignIn = (tenant: PersonData) => ({
  identities: {
    social: tenant.social.map(({ target, identity: { userId, details } }) => ({
      provider: target,
      id: userId,
      email: details?.email ?? null,
      name: details?.name ?? null,
      avatar: details?.avatar ?? null,
    })),
    enterprise: tenant.enterprise.map(({ issuer, identityId, createdAt }) => ({
      issuer,
      id: identityId,
      linkedAt: at(createdAt),
    })),
  },
  secondFactors: tenant.factors.map(({ type, name, agent, createdAt, lastUsedAt, remainCodes }) => ({
    type,
    name,
    browser: agent,
    addedAt: at(createdAt),
    usedAt: at(lastUsedAt),
    codesLeft: remainCodes,
  })),
  personalAccessTokens:
    tenant.personalAccessTokens?.map(({ name, createdAt, expiresAt }) => ({
      name,
      createdAt: at(createdAt),
      expiresAt: at(expiresAt),
    })) ?? null,
  organizations: tenant.organizations.map(({ id, name, description, organizationRoles }) => ({
    id,
    name,
    description,
    roles: organizationRoles.map((role) => role.name),
  })),
  roles: tenant.roles,
  signInSettings: tenant.settings && {
    secondFactorOn: tenant.settings.mfa?.enabled ?? null,
    secondFactorSkipped: tenant.settings.mfa?.skipped ?? null,
    skipsSecondFactor: tenant.settings.mfa?.skipMfaOnSignIn ?? null,
    passkeySkipped: tenant.settings.passkeySignIn?.skipped ?? null,
  },
  ...sessionsAndSignIns(tenant),
});

const sessionsAndSignIns = (tenant: PersonData) => ({
  sessionsAtSignIn: tenant.sessions.map(({ payload, lastSubmission, expiresAt }) => ({
    startedAt: at(payload.loginTs),
    expiresAt: at(expiresAt),
    applications: payload.authorizations ?? [],
    methods: methodsOf(lastSubmission?.verificationRecords ?? null),
    address: lastSubmission?.signInContext?.ip ?? null,
    browser: lastSubmission?.signInContext?.userAgent ?? null,
    country: lastSubmission?.signInContext?.country ?? null,
    city: lastSubmission?.signInContext?.city ?? null,
  })),
  applications:
    tenant.grants?.map(({ payload, expiresAt, application }) => ({
      application: payload.clientId,
      applicationName: application?.name ?? null,
      scopes: payload.openid?.scope?.split(" ") ?? [],
      resources: payload.resources ?? {},
      grantedAt: at(payload.iat),
      expiresAt: at(expiresAt),
    })) ?? null,
  signIns: {
    items: tenant.signIns.map(({ payload, createdAt }) => ({
      at: at(createdAt),
      result: payload.result,
      error: payload.error?.code ?? null,
      application: payload.applicationId,
      methods: methodsOf(payload.interaction?.verificationRecords ?? null),
      address: payload.ip,
      browser: payload.userAgent,
      country: payload.signInContext?.country ?? null,
      city: payload.signInContext?.city ?? null,
    })),
    hasOlder: tenant.hasOlderSignIns,
  },
});
