import { Applications } from "./applications.ts";
import { Codes } from "./codes.ts";
import { Hooks } from "./hooks.ts";
import { IssuedTokens } from "./issued-tokens.ts";
import { OidcStore } from "./oidc-store.ts";
import { Organizations } from "./organizations.ts";
import { Roles } from "./roles.ts";
import { SubjectTokens } from "./subject-tokens.ts";
import { Users } from "./users.ts";

/** All data of the tenant. It exists in memory only. */
export type TenantState = {
  users: Users;
  applications: Applications;
  roles: Roles;
  codes: Codes;
  subjectTokens: SubjectTokens;
  hooks: Hooks;
  organizations: Organizations;
  oidc: OidcStore;
  tokens: IssuedTokens;
};

/** Empty stores. */
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
    tokens: new IssuedTokens(),
  };
}
