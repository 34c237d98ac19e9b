/** The only endpoints of the Management API that this service can call, and the size of each one's bulkhead. */
import { UpstreamFailure } from "./upstream-failure.ts";

type Method = "get" | "post" | "patch" | "delete";

/** `bulkhead` is the size in `tuning.ts`: "small" if a call costs Logto CPU time or a request to another server. */
type Endpoint = { method: Method; path: `api/${string}`; query?: string; bulkhead: "large" | "small" };

export const endpoints = {
  getUser: { method: "get", path: "api/users/{userId}", bulkhead: "large" },
  findUsers: {
    method: "get",
    path: "api/users",
    query: "search.primaryEmail={email}&mode.primaryEmail=exact",
    bulkhead: "large",
  },
  findUsersByName: {
    method: "get",
    path: "api/users",
    query: "search.name={name}&mode.name=exact",
    bulkhead: "large",
  },
  findUsersByUsername: {
    method: "get",
    path: "api/users",
    query: "search.username={username}&mode.username=exact",
    bulkhead: "large",
  },
  findUsersByPhone: {
    method: "get",
    path: "api/users",
    query: "search.primaryPhone={phone}&mode.primaryPhone=exact",
    bulkhead: "large",
  },
  createUser: { method: "post", path: "api/users", bulkhead: "small" },
  deleteUser: { method: "delete", path: "api/users/{userId}", bulkhead: "large" },
  listUserRoles: {
    method: "get",
    path: "api/users/{userId}/roles",
    query: "page=1&page_size=100",
    bulkhead: "large",
  },
  updateUser: { method: "patch", path: "api/users/{userId}", bulkhead: "large" },
  verifyPassword: { method: "post", path: "api/users/{userId}/password/verify", bulkhead: "small" },
  setPassword: { method: "patch", path: "api/users/{userId}/password", bulkhead: "small" },
  checkPassword: { method: "post", path: "api/sign-in-exp/default/check-password", bulkhead: "small" },
  getSignInExperience: { method: "get", path: "api/sign-in-exp", bulkhead: "small" },
  listConnectors: { method: "get", path: "api/connectors", bulkhead: "small" },
  listEmailTemplates: { method: "get", path: "api/email-templates", bulkhead: "small" },
  sendCode: { method: "post", path: "api/verification-codes", bulkhead: "small" },
  verifyCode: { method: "post", path: "api/verification-codes/verify", bulkhead: "small" },
  listFactors: { method: "get", path: "api/users/{userId}/mfa-verifications", bulkhead: "large" },
  removeFactor: {
    method: "delete",
    path: "api/users/{userId}/mfa-verifications/{factorId}",
    bulkhead: "large",
  },
  listIdentities: { method: "get", path: "api/users/{userId}/all-identities", bulkhead: "large" },
  removeIdentity: { method: "delete", path: "api/users/{userId}/identities/{target}", bulkhead: "large" },
  getAccountCenter: { method: "get", path: "api/account-center", bulkhead: "small" },
  listSessions: { method: "get", path: "api/users/{userId}/sessions", bulkhead: "large" },
  endSession: {
    method: "delete",
    path: "api/users/{userId}/sessions/{sessionId}",
    query: "revokeGrantsTarget=all",
    bulkhead: "large",
  },
  listGrants: { method: "get", path: "api/users/{userId}/grants", bulkhead: "large" },
  listLogs: {
    method: "get",
    path: "api/logs",
    query: "userId={userId}&logKey={logKey}&start_time={since}&end_time={until}&page=1&page_size=25",
    bulkhead: "large",
  },
  listThirdPartyGrants: {
    method: "get",
    path: "api/users/{userId}/grants",
    query: "appType=thirdParty",
    bulkhead: "large",
  },
  revokeGrant: { method: "delete", path: "api/users/{userId}/grants/{grantId}", bulkhead: "large" },
  listPersonalAccessTokens: {
    method: "get",
    path: "api/users/{userId}/personal-access-tokens",
    bulkhead: "large",
  },
  getUserSettings: { method: "get", path: "api/users/{userId}/logto-configs", bulkhead: "large" },
  listUserOrganizations: { method: "get", path: "api/users/{userId}/organizations", bulkhead: "large" },
  listSignIns: {
    method: "get",
    path: "api/logs",
    query: "userId={userId}&logKey=Interaction.SignIn.Submit&end_time={until}&page={page}&page_size=50",
    bulkhead: "small",
  },
  getApplication: { method: "get", path: "api/applications/{applicationId}", bulkhead: "large" },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

/** What a path or its query may contain. Each is checked before it becomes part of a URL. */
export type PathIds = {
  userId?: string;
  sessionId?: string;
  grantId?: string;
  applicationId?: string;
  factorId?: string;
  target?: string;
  email?: string;
  name?: string;
  username?: string;
  phone?: string;
  logKey?: string;
  since?: string;
  /** The number of a page, from 1. */
  page?: string;
  /** Epoch ms. */
  until?: string;
};

/** Logto chose these ids, so any is taken that one segment of a path can hold once it is escaped. */
const anyId = /^(?!\.{1,2}$)[^\p{C}]{1,256}$/u;

const idForms: Record<keyof PathIds, RegExp> = {
  userId: /^[A-Za-z0-9_-]{1,64}$/,
  sessionId: anyId,
  grantId: anyId,
  applicationId: anyId,
  factorId: anyId,
  target: anyId,
  email: anyId,
  name: anyId,
  username: anyId,
  phone: /^\d{1,32}$/,
  logKey: /^[A-Za-z.]{1,64}$/,
  since: /^\d{1,15}$/,
  page: /^\d{1,9}$/,
  until: /^\d{1,15}$/,
};

const isIdName = (name: string): name is keyof PathIds => Object.hasOwn(idForms, name);

/**
 * Fills an endpoint's path and query.
 * @returns both; a caller cannot add to them.
 * @throws {UpstreamFailure} `upstream_invalid` for an id that a URL could read as another path. Ids come from tokens
 * and from Logto, and addresses are checked before, so a malformed one is never a fault of the person's input.
 */
export function pathOf(name: EndpointName, ids: PathIds): string {
  const { path, query }: Endpoint = endpoints[name];
  const template = query ? `${path}?${query}` : path;
  return template.replace(/\{(\w+)\}/g, (_match, slot: string) => {
    const id = isIdName(slot) ? ids[slot] : undefined;
    if (id === undefined || !isIdName(slot) || !idForms[slot].test(id)) {
      throw new UpstreamFailure("upstream_invalid", { sent: "no" });
    }
    return encodeURIComponent(id);
  });
}
