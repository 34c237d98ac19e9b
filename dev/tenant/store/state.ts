import { type AccountCenter, defaultAccountCenter } from "./account-center.ts";
import { Applications } from "./applications.ts";
import { AuditLog } from "./audit-log.ts";
import { Codes } from "./codes.ts";
import { Connectors } from "./connectors.ts";
import { EmailTemplates } from "./email-templates.ts";
import { Hooks } from "./hooks.ts";
import { IssuedTokens } from "./issued-tokens.ts";
import { Mailbox } from "./mailbox.ts";
import { OidcStore } from "./oidc-store.ts";
import { Organizations } from "./organizations.ts";
import { PersonalAccessTokens } from "./personal-access-tokens.ts";
import { Roles } from "./roles.ts";
import { defaultSignInExperience, type SignInExperience } from "./sign-in-experience.ts";
import { SubjectTokens } from "./subject-tokens.ts";
import { Users } from "./users.ts";

/** All data of the tenant. It exists in memory only. */
export type TenantState = {
  users: Users;
  applications: Applications;
  roles: Roles;
  codes: Codes;
  mailbox: Mailbox;
  connectors: Connectors;
  emailTemplates: EmailTemplates;
  signInExperience: SignInExperience;
  accountCenter: AccountCenter;
  subjectTokens: SubjectTokens;
  personalAccessTokens: PersonalAccessTokens;
  hooks: Hooks;
  organizations: Organizations;
  oidc: OidcStore;
  tokens: IssuedTokens;
  auditLog: AuditLog;
};

/** Empty stores. */
export function emptyState(): TenantState {
  const signInExperience = defaultSignInExperience();
  return {
    users: new Users(signInExperience),
    applications: new Applications(),
    roles: new Roles(),
    codes: new Codes(),
    mailbox: new Mailbox(),
    connectors: new Connectors(),
    emailTemplates: new EmailTemplates(),
    signInExperience,
    accountCenter: defaultAccountCenter(),
    subjectTokens: new SubjectTokens(),
    personalAccessTokens: new PersonalAccessTokens(),
    hooks: new Hooks(),
    organizations: new Organizations(),
    oidc: new OidcStore(),
    tokens: new IssuedTokens(),
    auditLog: new AuditLog(),
  };
}
