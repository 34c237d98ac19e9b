/**
 * What the tenant holds about one person beside their user. Members are picked one by one: Logto's own answers also hold
 * cookie values, tokens, codes and secrets.
 */
import * as z from "zod";
import type { EndpointName } from "./endpoints.ts";
import type { Answer, Management } from "./management.ts";
import { successOf } from "./refusals.ts";
import { requireSubject } from "./subject.ts";

const optional = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);
const text = optional(z.string());
const flag = optional(z.boolean());
const instant = optional(z.number());
const seconds = optional(z.number()).transform((value) => (value === null ? null : value * 1000));
const date = optional(z.iso.datetime()).transform((value) => (value === null ? null : Date.parse(value)));
const named = z.object({ id: text, name: text });

const whoAndWhere = optional(z.object({ ip: text, userAgent: text, country: text, city: text }));
/** How somebody proved who they are, such as `Password`. */
const proofs = optional(z.array(z.object({ type: text })));

const socialIdentity = z.object({
  target: text,
  identity: z.object({
    userId: text,
    details: optional(z.object({ email: text, name: text, avatar: text })),
  }),
});
const enterpriseIdentity = z.object({ issuer: text, identityId: text, createdAt: instant });
const identities = z.object({
  socialIdentities: z.array(socialIdentity),
  ssoIdentities: z
    .array(z.object({ ssoIdentity: enterpriseIdentity }).transform(({ ssoIdentity }) => ssoIdentity))
    .default([]),
});
const factor = z.object({
  type: text,
  name: text,
  agent: text,
  createdAt: date,
  lastUsedAt: date,
  remainCodes: optional(z.number()),
});
/** `value` is the token itself, which Logto shows in every list. */
const personalAccessToken = z.object({ name: text, createdAt: instant, expiresAt: instant });
const role = z.object({ name: text, description: text });
const organization = z.object({
  id: text,
  name: text,
  description: text,
  organizationRoles: z.array(role).default([]),
});
const settings = z.object({
  mfa: optional(z.object({ enabled: flag, skipped: flag, skipMfaOnSignIn: flag })),
  passkeySignIn: optional(z.object({ skipped: flag })),
});
/** The ids of the applications; what belongs to each in the session is not for passing on. */
const applicationIds = z.record(z.string(), z.unknown()).transform(Object.keys);
/** `payload.jti` is the value of the session's cookie, and `uid` its name. */
const session = z.object({
  payload: z.object({
    accountId: z.unknown().optional(),
    loginTs: seconds,
    authorizations: optional(applicationIds),
  }),
  lastSubmission: optional(z.object({ verificationRecords: proofs, signInContext: whoAndWhere })),
  accountId: z.unknown().optional(),
  expiresAt: instant,
});
const grant = z.object({
  payload: z.object({
    accountId: z.unknown().optional(),
    iat: seconds,
    clientId: text,
    openid: optional(z.object({ scope: text })),
    resources: optional(z.record(z.string(), z.string())),
  }),
  expiresAt: instant,
  application: optional(named),
});
const signIn = z.object({
  payload: z.object({
    userId: z.unknown().optional(),
    result: text,
    error: optional(z.object({ code: text })),
    ip: text,
    userAgent: text,
    applicationId: text,
    signInContext: optional(z.object({ country: text, city: text })),
    interaction: optional(z.object({ verificationRecords: proofs })),
  }),
  createdAt: instant,
});

/** Times are epoch ms; what Logto does not say is null. */
export type PersonData = {
  social: z.output<typeof socialIdentity>[];
  enterprise: z.output<typeof enterpriseIdentity>[];
  factors: z.output<typeof factor>[];
  /** Null where this release of Logto knows none; so of the next two. */
  personalAccessTokens: z.output<typeof personalAccessToken>[] | null;
  settings: z.output<typeof settings> | null;
  grants: z.output<typeof grant>[] | null;
  roles: z.output<typeof role>[];
  organizations: z.output<typeof organization>[];
  sessions: z.output<typeof session>[];
  signIns: z.output<typeof signIn>[];
  /** Whether the tenant's log holds sign-ins that are older than these. */
  hasOlderSignIns: boolean;
};

/** Reads all of it. @throws what `Management.call` throws, `invalid_token` for an unknown user, `SubjectMismatch`. */
export type ReadPersonData = (userId: string, now: number) => Promise<PersonData>;

const signInsPerCall = 50;
const mostSignInCalls = 20;

/** A path that a release of Logto does not know is answered without a code. */
const unlessUnknown = <T>(answer: Answer<T>): T | null =>
  !answer.ok && answer.status === 404 && answer.code === undefined ? null : successOf(answer);

export function personDataApi(management: Management): ReadPersonData {
  const ask = <T>(name: EndpointName, userId: string, schema: z.ZodType<T>) =>
    management.call(name, { ids: { userId } }, schema);

  /** In pages, which end at one moment: what happens meanwhile would move them. */
  const readSignIns = async (userId: string, now: number) => {
    const items: PersonData["signIns"] = [];
    for (let page = 1; page <= mostSignInCalls; page++) {
      const ids = { userId, page: String(page), until: String(now) };
      const entries = successOf(await management.call("listSignIns", { ids }, z.array(signIn)));
      items.push(...entries);
      if (entries.length < signInsPerCall) return { items, hasOlder: false };
    }
    return { items, hasOlder: true };
  };

  return async (userId, now) => {
    const [linked, factors, tokens, configured, listed, granted, roles, organizations, signIns] =
      await Promise.all([
        ask("listIdentities", userId, identities),
        ask("listFactors", userId, z.array(factor)),
        ask("listPersonalAccessTokens", userId, z.array(personalAccessToken)),
        ask("getUserSettings", userId, settings),
        ask("listSessions", userId, z.object({ sessions: z.array(session) })),
        ask("listGrants", userId, z.object({ grants: z.array(grant) })),
        ask("listUserRoles", userId, z.array(role)),
        ask("listUserOrganizations", userId, z.array(organization)),
        readSignIns(userId, now),
      ]);
    const { socialIdentities, ssoIdentities } = successOf(linked);
    const { sessions } = successOf(listed);
    const grants = unlessUnknown(granted)?.grants ?? null;
    const named = [
      ...sessions.flatMap(({ accountId, payload }) => [accountId, payload.accountId]),
      ...(grants ?? []).map(({ payload }) => payload.accountId),
      ...signIns.items.map(({ payload }) => payload.userId),
    ];
    for (const person of named) requireSubject(userId, person);
    return {
      social: socialIdentities,
      enterprise: ssoIdentities,
      factors: successOf(factors),
      personalAccessTokens: unlessUnknown(tokens),
      settings: unlessUnknown(configured),
      grants,
      roles: successOf(roles),
      organizations: successOf(organizations),
      sessions,
      signIns: signIns.items,
      hasOlderSignIns: signIns.hasOlder,
    };
  };
}
