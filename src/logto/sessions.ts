/** A user's sessions at Logto, and the grants of their applications. */
import * as z from "zod";
import type { Answer, Management } from "./management.ts";
import { successOf, throwRefusal } from "./refusals.ts";
import { requireSubject } from "./subject.ts";

type LogtoSession = {
  /** Logto's `payload.uid`. */
  id: string;
  /** The application that started the session. */
  clientId: string | null;
  /** Epoch ms. */
  expiresAt: number | null;
  signedInAt: number | null;
  /** `sid` per application id, as its ID tokens carry it. */
  sids: Record<string, string>;
};

type LogtoGrant = { id: string; clientId: string | null; expiresAt: number | null };

/** Each list throws `SubjectMismatch` if it holds an item of another user. */
export type Sessions = {
  list(userId: string): Promise<LogtoSession[]>;
  /** Ends a session and every grant given in it. A session that has ended already is no error. */
  end(userId: string, sessionId: string): Promise<void>;
  listGrants(userId: string): Promise<LogtoGrant[]>;
  /** Revokes a grant. A grant that is gone already is no error. */
  revokeGrant(userId: string, grantId: string): Promise<void>;
};

const seconds = z.number().transform((value) => value * 1000);
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

/** The schema leaves out `jti`, because it is the value of the session's cookie and must not be passed on. */
const session = z.object({
  payload: z.object({
    uid: z.string(),
    accountId: z.unknown().optional(),
    loginTs: optional(seconds),
    authorizations: optional(z.record(z.string(), z.object({ sid: z.string().optional().catch(undefined) }))),
  }),
  accountId: z.unknown().optional(),
  clientId: optional(z.string()),
  expiresAt: optional(z.number()),
});

const grant = z.object({
  id: z.string(),
  payload: optional(z.object({ accountId: z.unknown().optional(), clientId: optional(z.string()) })),
  expiresAt: optional(z.number()),
});

/** @throws {SubjectMismatch} for a session of another user. */
function sessionOf(userId: string, { payload, ...listed }: z.output<typeof session>): LogtoSession {
  requireSubject(userId, listed.accountId);
  requireSubject(userId, payload.accountId);
  return {
    id: payload.uid,
    clientId: listed.clientId ?? null,
    expiresAt: listed.expiresAt ?? null,
    signedInAt: payload.loginTs ?? null,
    sids: Object.fromEntries(
      Object.entries(payload.authorizations ?? {}).flatMap(([app, { sid }]) => (sid ? [[app, sid]] : [])),
    ),
  };
}

/** @throws {SubjectMismatch} for a grant of another user. */
function grantOf(userId: string, { id, payload, expiresAt }: z.output<typeof grant>): LogtoGrant {
  requireSubject(userId, payload?.accountId);
  return { id, clientId: payload?.clientId ?? null, expiresAt: expiresAt ?? null };
}

const sessionList = z.object({ sessions: z.array(session) });
const grantList = z.object({ grants: z.array(grant) });

const goneAlready = new Set(["oidc.session_not_found", "oidc.invalid_grant", "entity.not_found"]);

const expectGone = (answer: Answer<unknown>) => {
  if (!answer.ok && !goneAlready.has(answer.code ?? "")) throwRefusal(answer);
};

/** Logto answers an empty list for an unknown user. */
export function sessionsApi(management: Management): Sessions {
  return {
    async list(userId) {
      const { sessions } = successOf(await management.call("listSessions", { ids: { userId } }, sessionList));
      return sessions.map((listed) => sessionOf(userId, listed));
    },
    async end(userId, sessionId) {
      expectGone(await management.call("endSession", { ids: { userId, sessionId } }, z.unknown()));
    },
    async listGrants(userId) {
      const { grants } = successOf(await management.call("listGrants", { ids: { userId } }, grantList));
      return grants.map((listed) => grantOf(userId, listed));
    },
    async revokeGrant(userId, grantId) {
      expectGone(await management.call("revokeGrant", { ids: { userId, grantId } }, z.unknown()));
    },
  };
}
