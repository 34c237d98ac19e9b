/** The only paths of the Management API that this service can reach, and how many calls each may have open. */
import { UpstreamFailure } from "./upstream-failure.ts";

type Method = "get" | "post" | "patch" | "delete";

/** `bulkhead` names the bulkhead's size: "few" where each call costs Logto CPU time or a call of its own. */
type Endpoint = { method: Method; path: `api/${string}`; query?: string; bulkhead: "many" | "few" };

export const endpoints = {
  getUser: { method: "get", path: "api/users/{userId}", bulkhead: "many" },
  updateUser: { method: "patch", path: "api/users/{userId}", bulkhead: "many" },
  verifyPassword: { method: "post", path: "api/users/{userId}/password/verify", bulkhead: "few" },
  setPassword: { method: "patch", path: "api/users/{userId}/password", bulkhead: "few" },
  checkPassword: { method: "post", path: "api/sign-in-exp/default/check-password", bulkhead: "few" },
  getSignInExperience: { method: "get", path: "api/sign-in-exp", bulkhead: "few" },
  sendCode: { method: "post", path: "api/verification-codes", bulkhead: "few" },
  verifyCode: { method: "post", path: "api/verification-codes/verify", bulkhead: "few" },
  listSessions: { method: "get", path: "api/users/{userId}/sessions", bulkhead: "many" },
  endSession: {
    method: "delete",
    path: "api/users/{userId}/sessions/{sessionId}",
    query: "revokeGrantsTarget=all",
    bulkhead: "many",
  },
  listGrants: { method: "get", path: "api/users/{userId}/grants", bulkhead: "many" },
  revokeGrant: { method: "delete", path: "api/users/{userId}/grants/{grantId}", bulkhead: "many" },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

/** The ids a path may hold; each is checked before it becomes part of a URL. */
export type PathIds = { userId?: string; sessionId?: string; grantId?: string };

const idForms: Record<keyof PathIds, RegExp> = {
  userId: /^[A-Za-z0-9_-]{1,64}$/,
  sessionId: /^[A-Za-z0-9_-]{1,128}$/,
  grantId: /^[A-Za-z0-9_-]{1,128}$/,
};

const isIdName = (name: string): name is keyof PathIds => Object.hasOwn(idForms, name);

/**
 * Fills an endpoint's path.
 * @returns the path and our own fixed query; nothing a caller says can add to it.
 * @throws {UpstreamFailure} `upstream_invalid` for an id that could mean another path: ids come from tokens
 * and from Logto, so a malformed one is never the person's input.
 */
export function pathOf(name: EndpointName, ids: PathIds): string {
  const { path, query }: Endpoint = endpoints[name];
  const filled = path.replace(/\{(\w+)\}/g, (_match, slot: string) => {
    const id = isIdName(slot) ? ids[slot] : undefined;
    if (id === undefined || !isIdName(slot) || !idForms[slot].test(id)) {
      throw new UpstreamFailure("upstream_invalid", { sent: "no" });
    }
    return encodeURIComponent(id);
  });
  return query ? `${filled}?${query}` : filled;
}
