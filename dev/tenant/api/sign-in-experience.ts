import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler, RouteTable } from "../http/route-table.ts";
import type { Connectors } from "../store/connectors.ts";
import type { SignInExperience } from "../store/sign-in-experience.ts";
import type { Users } from "../store/users.ts";
import type { TenantContext } from "../tenant-context.ts";
import { signInExperiencePatch } from "./sign-in-experience-schema.ts";

/** `/api/sign-in-exp`: how people sign in, and the policies. The page reads the part that needs no token. */
export function signInExperienceRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { signInExperience, users } = tenant.state;
  routes
    .on("GET", "/api/sign-in-exp", (c) => answer(c, signInExperience))
    .on("PATCH", "/api/sign-in-exp", patchSignInExperience(tenant))
    .on("GET", "/api/sign-in-exp/username-policy/case-sensitivity-conflicts", (c) => {
      return answer(c, caseConflicts(users));
    })
    .open("GET", "/api/.well-known/sign-in-exp", (c) => answer(c, publicSignInExperience(tenant)));
}

function patchSignInExperience({ state, now }: TenantContext): Handler {
  return async (c) => {
    const patch = await readBody(c, signInExperiencePatch);
    if (Object.keys(patch).length === 0) throw new LogtoError(422, "entity.invalid_input");
    const { emailBlocklistPolicy, socialSignInConnectorTargets, passwordExpiration } = patch;
    assertUsernameCase(patch.usernamePolicy, state.users);
    assertFactors(patch.mfa?.factors ?? [], state.signInExperience);
    assertConnectors(patch, state.connectors);
    const stored: Record<string, unknown> = { ...patch };
    if (emailBlocklistPolicy) stored.emailBlocklistPolicy = storedBlocklist(emailBlocklistPolicy);
    if (socialSignInConnectorTargets) {
      const known = new Set(state.connectors.list().map(({ factory }) => factory.target));
      stored.socialSignInConnectorTargets = socialSignInConnectorTargets.filter((target) =>
        known.has(target),
      );
    }
    if (passwordExpiration?.enabled) stored.passwordExpiration = { ...passwordExpiration, enabledAt: now() };
    return answer(c, Object.assign(state.signInExperience, stored));
  };
}

/** Usernames that differ in letter case only; `samples` shows some of them. */
function caseConflicts(users: Users) {
  const groups = Map.groupBy(
    users.list().filter(({ username }) => username !== null),
    ({ username }) => username?.toLowerCase() ?? "",
  );
  const conflicts = [...groups].filter(([, owners]) => owners.length > 1);
  const samples = conflicts.map(([usernameLower, owners]) => {
    return { usernameLower, userIds: owners.map(({ id }) => id).sort() };
  });
  return { totalConflicts: conflicts.length, samples: samples.slice(0, 10) };
}

function assertUsernameCase(policy: { caseSensitive: boolean } | undefined, users: Users): void {
  const conflicts = policy?.caseSensitive === false ? caseConflicts(users) : { totalConflicts: 0 };
  if (conflicts.totalConflicts === 0) return;
  throw new LogtoError(409, "sign_in_experiences.username_policy_case_conflicts_exist", conflicts);
}

function assertFactors(factors: string[], { signIn }: SignInExperience): void {
  const refuse = (code: string) => new LogtoError(400, `sign_in_experiences.${code}`);
  if (factors.length === 1 && factors[0] === "BackupCode")
    throw refuse("backup_code_cannot_be_enabled_alone");
  const byCode = (type: string) =>
    signIn.methods.some(({ identifier, verificationCode }) => identifier === type && verificationCode);
  if (factors.includes("EmailVerificationCode") && byCode("email")) {
    throw refuse("email_verification_code_cannot_be_used_for_mfa");
  }
  if (factors.includes("PhoneVerificationCode") && byCode("phone")) {
    throw refuse("phone_verification_code_cannot_be_used_for_mfa");
  }
}

type CodePatch = {
  signUp?: { identifiers: string[]; verify: boolean } | undefined;
  forgotPasswordMethods?: string[] | null | undefined;
};

/** Codes need a connector that sends them, and addresses need codes. */
function assertConnectors({ signUp, forgotPasswordMethods }: CodePatch, connectors: Connectors): void {
  const refuse = (code: string) => new LogtoError(400, `sign_in_experiences.${code}`);
  const identifiers = signUp?.identifiers ?? [];
  const byAddress = identifiers.some((identifier) => identifier !== "username");
  if (byAddress && !signUp?.verify) throw refuse("passwordless_requires_verify");
  const lacks = (type: "Email" | "Sms") => connectors.sender(type) === undefined;
  if ((identifiers.includes("email") && lacks("Email")) || (identifiers.includes("phone") && lacks("Sms"))) {
    throw refuse("enabled_connector_not_found");
  }
  const methods = forgotPasswordMethods ?? [];
  const email = methods.includes("EmailVerificationCode") && lacks("Email");
  const phone = methods.includes("PhoneVerificationCode") && lacks("Sms");
  if (email || phone) throw refuse("forgot_password_method_requires_connector");
}

type Blocklist = {
  blockDisposableAddresses?: boolean | undefined;
  customAllowlist?: string[] | undefined;
  customBlocklist?: string[] | undefined;
};

/** An address or `@domain`; `*` stands for any run of characters, but not for a whole domain. */
const blocklistItem = /^[^\s@]*@(?=[^\s@]*[^\s@.*])[^\s@.]+(\.[^\s@.]+)+$/;

function storedBlocklist(policy: Blocklist) {
  // The open-source Logto does not know disposable addresses.
  if (policy.blockDisposableAddresses) throw new LogtoError(400, "request.invalid_input");
  const { customAllowlist, customBlocklist } = policy;
  if ([...(customAllowlist ?? []), ...(customBlocklist ?? [])].some((item) => !blocklistItem.test(item))) {
    throw new LogtoError(400, "sign_in_experiences.invalid_custom_email_blocklist_format");
  }
  return {
    ...policy,
    ...(customAllowlist ? { customAllowlist: [...new Set(customAllowlist)] } : {}),
    ...(customBlocklist ? { customBlocklist: [...new Set(customBlocklist)] } : {}),
  };
}

/** What the sign-in page may know. */
function publicSignInExperience({ state: { signInExperience, connectors } }: TenantContext) {
  const { emailBlocklistPolicy: _policy, forgotPasswordMethods, ...shown } = signInExperience;
  const resets = (type: "Email" | "Phone") =>
    forgotPasswordMethods?.includes(`${type}VerificationCode`) === true &&
    connectors.sender(type === "Phone" ? "Sms" : type) !== undefined;
  const socialConnectors = connectors
    .list()
    .map(({ id, factory: { type, target, platform, name } }) => ({ type, id, target, platform, name }))
    .filter(({ type, target }) => type === "Social" && shown.socialSignInConnectorTargets.includes(target))
    .map(({ type: _type, ...connector }) => connector);
  return {
    ...shown,
    socialConnectors,
    ssoConnectors: [],
    forgotPassword: { phone: resets("Phone"), email: resets("Email") },
    isDevelopmentTenant: false,
    customProfileFields: [],
    customProfileFieldCatalog: [],
  };
}
