import { Applications } from "./applications.ts";
import { Codes } from "./codes.ts";
import { Hooks } from "./hooks.ts";
import { OidcStore } from "./oidc-store.ts";
import { Organizations } from "./organizations.ts";
import { Roles } from "./roles.ts";
import { SubjectTokens } from "./subject-tokens.ts";
import { TokenLedger } from "./token-ledger.ts";
import { Users } from "./users.ts";

/** Everything the tenant remembers; it ends with the process. */
export type TenantState = {
  users: Users;
  applications: Applications;
  roles: Roles;
  codes: Codes;
  subjectTokens: SubjectTokens;
  hooks: Hooks;
  organizations: Organizations;
  oidc: OidcStore;
  tokens: TokenLedger;
};

/** A tenant that knows nobody. */
export function emptyState(): TenantState {
  return {
    users: new Users(),
    applications: new Applications(),
    roles: new Roles(),
    codes: new Codes(),
    subjectTokens: new SubjectTokens(),
    hooks: new Hooks(),
    organizations: new Organizations(),
    oidc: new OidcStore(),
    tokens: new TokenLedger(),
  };
}
