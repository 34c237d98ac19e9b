/** A user's sessions at Logto, and the grants of their applications. */
import * as z from "zod";
import type { Answer, Management } from "./management.ts";
import { successOf, throwRefusal } from "./refusals.ts";
import { requireSubject } from "./subject.ts";

export type LogtoSession = {
  /** Logto's `payload.uid`. */
  id: string;
  /** The application that started the session. */
  clientId: string | null;
  /** Epoch ms. */
  expiresAt: number | null;
  /** The last sign-in. */
  begunAt: number | null;
  /** `sid` per application id, as its ID tokens carry it. */
  sids: Record<string, string>;
  /** The grants that were given in it. */
  grantIds: string[];
  /** The applications that take part in it. */
  applicationIds: string[];
  origin: SignInOrigin;
};

/** What the last sign-in said of itself. Country and city come from headers that anybody can send to Logto. */
type SignInOrigin = { userAgent: string | null; country: string | null; city: string | null };

type LogtoGrant = { id: string; clientId: string | null; expiresAt: number | null; begunAt: number | null };

/** What a person lets an application of somebody else do. */
export type ThirdPartyGrant = LogtoGrant & {
  applicationName: string | null;
  /** Of OpenID Connect: what it may see of the person. */
  scopes: string[];
  /** What it may do at each API, by resource indicator. */
  resources: Record<string, string[]>;
};

/** What a list holds. `unreadable` counts the items of a form that we do not know: they are there, too. */
export type Listed<T> = { items: T[]; unreadable: number };

/** Each list throws `SubjectMismatch` if it holds an item of another user. */
export type Sessions = {
  list(userId: string): Promise<Listed<LogtoSession>>;
  /** Ends a session and every grant given in it. A session that has ended already is no error. */
  end(userId: string, sessionId: string): Promise<void>;
  /** A release of Logto that knows no grants has none. */
  listGrants(userId: string): Promise<Listed<LogtoGrant>>;
  /** As `listGrants`, of applications of others. */
  listThirdPartyGrants(userId: string): Promise<Listed<ThirdPartyGrant>>;
  /** Revokes a grant. A grant that is gone already is no error. */
  revokeGrant(userId: string, grantId: string): Promise<void>;
};

const seconds = z.number().transform((value) => value * 1000);
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

const orNull = (schema: z.ZodString) => optional(schema).transform((value) => value ?? null);

const text = z.string().optional().catch(undefined);
/** Of any kind. What is too long to be a name, or could change the text around it, is left out. */
const place = orNull(z.string().regex(/^[^\p{C}]{1,64}$/u));
const origin = z
  .object({
    signInContext: z.object({ userAgent: orNull(z.string()), country: place, city: place }),
  })
  .transform(({ signInContext }) => signInContext);
const noOrigin: SignInOrigin = { userAgent: null, country: null, city: null };

/** The schema leaves out `jti`, because it is the value of the session's cookie and must not be passed on. */
const session = z.object({
  payload: z.object({
    uid: z.string(),
    accountId: z.unknown().optional(),
    loginTs: optional(seconds),
    authorizations: optional(z.record(z.string(), z.object({ sid: text, grantId: text }))),
  }),
  accountId: z.unknown().optional(),
  clientId: optional(z.string()),
  expiresAt: optional(z.number()),
  lastSubmission: optional(origin),
});

const scopeList = z.string().transform((value) => value.split(" ").filter(Boolean));
const grant = z.object({
  id: z.string(),
  payload: optional(
    z.object({
      accountId: z.unknown().optional(),
      clientId: optional(z.string()),
      iat: optional(seconds),
      openid: optional(z.object({ scope: scopeList })),
      resources: optional(z.record(z.string(), scopeList)),
    }),
  ),
  expiresAt: optional(z.number()),
  application: optional(z.object({ name: optional(z.string()) })),
});

/** @throws {SubjectMismatch} for a session of another user. */
function sessionOf(userId: string, { payload, ...listed }: z.output<typeof session>): LogtoSession {
  requireSubject(userId, listed.accountId);
  requireSubject(userId, payload.accountId);
  const authorizations = Object.entries(payload.authorizations ?? {});
  return {
    id: payload.uid,
    clientId: listed.clientId ?? null,
    expiresAt: listed.expiresAt ?? null,
    begunAt: payload.loginTs ?? null,
    sids: Object.fromEntries(authorizations.flatMap(([app, { sid }]) => (sid ? [[app, sid]] : []))),
    grantIds: authorizations.flatMap(([, { grantId }]) => grantId ?? []),
    applicationIds: authorizations.map(([app]) => app),
    origin: listed.lastSubmission ?? noOrigin,
  };
}

/** @throws {SubjectMismatch} for a grant of another user. */
function grantOf(userId: string, { id, payload, expiresAt }: z.output<typeof grant>): LogtoGrant {
  requireSubject(userId, payload?.accountId);
  return {
    id,
    clientId: payload?.clientId ?? null,
    expiresAt: expiresAt ?? null,
    begunAt: payload?.iat ?? null,
  };
}

/** @throws {SubjectMismatch} for a grant of another user. */
const thirdPartyGrantOf = (userId: string, given: z.output<typeof grant>): ThirdPartyGrant => ({
  ...grantOf(userId, given),
  applicationName: given.application?.name ?? null,
  scopes: given.payload?.openid?.scope ?? [],
  resources: given.payload?.resources ?? {},
});

const sessionList = z.object({ sessions: z.array(z.unknown()) });
const grantList = z.object({ grants: z.array(z.unknown()) });

/** One item of an unknown form must not hide the others. */
function readable<T>(schema: z.ZodType<T>, list: readonly unknown[]): Listed<T> {
  const items = list.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
  return { items, unreadable: list.length - items.length };
}

const goneAlready = new Set(["oidc.session_not_found", "oidc.invalid_grant", "entity.not_found"]);

const expectGone = (answer: Answer<unknown>) => {
  if (!answer.ok && !goneAlready.has(answer.code ?? "")) throwRefusal(answer);
};

/** Logto answers an empty list for an unknown user. */
export function sessionsApi(management: Management): Sessions {
  /** A release of Logto that knows no grants has none. */
  const readGrants = async (name: "listGrants" | "listThirdPartyGrants", userId: string) => {
    const answer = await management.call(name, { ids: { userId } }, grantList);
    if (!answer.ok && answer.status === 404 && answer.code === undefined) return { items: [], unreadable: 0 };
    return readable(grant, successOf(answer).grants);
  };
  return {
    async list(userId) {
      const { sessions } = successOf(await management.call("listSessions", { ids: { userId } }, sessionList));
      const { items, unreadable } = readable(session, sessions);
      return { items: items.map((listed) => sessionOf(userId, listed)), unreadable };
    },
    async end(userId, sessionId) {
      expectGone(await management.call("endSession", { ids: { userId, sessionId } }, z.unknown()));
    },
    async listGrants(userId) {
      const { items, unreadable } = await readGrants("listGrants", userId);
      return { items: items.map((listed) => grantOf(userId, listed)), unreadable };
    },
    async listThirdPartyGrants(userId) {
      const { items, unreadable } = await readGrants("listThirdPartyGrants", userId);
      return { items: items.map((listed) => thirdPartyGrantOf(userId, listed)), unreadable };
    },
    async revokeGrant(userId, grantId) {
      expectGone(await management.call("revokeGrant", { ids: { userId, grantId } }, z.unknown()));
    },
  };
}
