/**
 * What an export holds of each table and of Logto's user, and what not, and why. A table that names people, and a member
 * of the user, is here or does not compile.
 */
import type { tables } from "../../../db/tables.ts";
import type { LogtoUser } from "../../logto/users.ts";
import type { AccountExportDocument } from "./schema.ts";

/** Why something is not in an export. */
const reasons = {
  secret:
    "It opens the account to whoever holds it: the password, tokens, cookie values, the secrets of second factors.",
  under_way:
    "It lives for minutes, or until something that is under way has ended: codes that were sent, messages and forms that wait, locks, copies of answers.",
  of_others: "Other applications keep it in the account at the sign-in service, under names of their own.",
  technical: "It counts or checks something for this service and says nothing about the person.",
} as const satisfies Record<string, string>;

type Reason = keyof typeof reasons;
type Coverage = { in: keyof AccountExportDocument } | { withheld: Reason };

type PersonTable = {
  [Table in keyof typeof tables]: (typeof tables)[Table]["person"] extends null ? never : Table;
}[keyof typeof tables];

/** Every table whose rows name people. */
export const tableCoverage: Readonly<Record<PersonTable, Coverage>> = {
  vault: { in: "profile" },
  sessions: { in: "sessionsHere" },
  medusa_sign_ins: { in: "shopSignIns" },
  verification_records: { in: "proofs" },
  limits: { in: "limits" },
  avatars: { in: "picture" },
  muted_notices: { in: "mutedNotices" },
  lockouts: { in: "lockouts" },
  deletions: { in: "deletion" },
  former_values: { in: "formerValues" },
  activity: { in: "activity" },
  activity_heads: { in: "activity" },
  leases: { withheld: "under_way" },
  journal: { withheld: "under_way" },
  revocations: { withheld: "under_way" },
  endings: { withheld: "under_way" },
  identifier_proofs: { withheld: "under_way" },
  verification_codes: { withheld: "under_way" },
  idempotency: { withheld: "under_way" },
  page_states: { withheld: "under_way" },
  notices: { withheld: "under_way" },
  medusa_sessions: { withheld: "technical" },
  known_browsers: { withheld: "technical" },
  credential_epochs: { withheld: "technical" },
};

/** Every member that Logto's user can have. */
export const userCoverage: Readonly<
  Record<keyof LogtoUser | "ssoIdentities" | "passwordDigest" | "passwordAlgorithm", Coverage>
> = {
  id: { in: "profile" },
  username: { in: "profile" },
  primaryEmail: { in: "profile" },
  primaryPhone: { in: "profile" },
  name: { in: "profile" },
  avatar: { in: "profile" },
  profile: { in: "profile" },
  customData: { in: "profile" },
  hasPassword: { in: "profile" },
  createdAt: { in: "profile" },
  updatedAt: { in: "profile" },
  lastSignInAt: { in: "profile" },
  identities: { in: "identities" },
  ssoIdentities: { in: "identities" },
  applicationId: { in: "registeredWith" },
  isSuspended: { in: "isSuspended" },
  passwordDigest: { withheld: "secret" },
  passwordAlgorithm: { withheld: "secret" },
};

/** What is left out of parts that are in an export. */
const leftOutOfParts: readonly { what: string; reason: Reason }[] = [
  { what: "customData: keys of other applications", reason: "of_others" },
  { what: "identities: the whole answer of the other service", reason: "secret" },
  { what: "second factors: secrets and codes", reason: "secret" },
  { what: "personal access tokens: the tokens", reason: "secret" },
  { what: "sessions: ids, cookies and tokens", reason: "secret" },
];

/** What an export says of what it leaves out. */
export const withheld = [
  ...leftOutOfParts,
  ...Object.entries({ ...tableCoverage, ...userCoverage }).flatMap(([what, coverage]) =>
    "withheld" in coverage ? [{ what, reason: coverage.withheld }] : [],
  ),
].map(({ what, reason }) => ({ what, reason, because: reasons[reason] }));
