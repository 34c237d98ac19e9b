/** Logto's users: reading and changing one, and the password. */
import * as z from "zod";
import { isObject, type JsonObject } from "../json.ts";
import type { Answer, Management } from "./management.ts";
import { evaluatePassword } from "./password-policy.ts";
import { successOf, throwRefusal } from "./refusals.ts";
import type { SignInExperience } from "./sign-in-experience.ts";
import { requireSubject } from "./subject.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const instant = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
/** Any JSON object. The answer was parsed as JSON, so its members need no further check. */
const record = z.custom<JsonObject>((value) => isObject(value)).default({});

/** A user as Logto answers it. Fields that newer releases add are dropped, absent ones become null. Times are epoch ms. */
export const logtoUser = z.object({
  id: z.string().min(1),
  username: text,
  primaryEmail: text,
  primaryPhone: text,
  name: text,
  avatar: text,
  customData: record,
  identities: record,
  profile: record,
  lastSignInAt: instant,
  createdAt: z.number(),
  updatedAt: instant,
  applicationId: text,
  isSuspended: z.boolean().default(false),
  hasPassword: z.boolean().default(false),
});

export type LogtoUser = z.output<typeof logtoUser>;

export type PasswordIssue = { code: string; params?: Record<string, string | number> };

type PasswordCheck = {
  ok: boolean;
  issues: PasswordIssue[];
  /** True if the tenant's policy asks for a breach check and its breach service did not answer. */
  breachCheckSkipped: boolean;
};

/**
 * Every call throws `invalid_token` if Logto does not know the user, `SubjectMismatch` if it answers another user, and
 * `UpstreamFailure` as `Management.call` does.
 */
export type Users = {
  get(userId: string): Promise<LogtoUser>;
  /**
   * @param patch the fields to set. null clears a field; `customData` and `profile` replace the stored objects.
   * @throws {Refusal} `identifier_taken`, `validation_failed`, each with pointers.
   */
  update(userId: string, patch: JsonObject, sendBy?: number): Promise<LogtoUser>;
  /** @returns false for a wrong password and for a user without a password: Logto answers the same to both. */
  verifyPassword(userId: string, password: string): Promise<boolean>;
  /** @returns the result of the tenant's policy; issue codes are without the prefix `password_rejected.`. */
  checkPassword(userId: string, password: string): Promise<PasswordCheck>;
  /** Sets a password. Logto does not check it here: call `checkPassword` first. */
  setPassword(userId: string, password: string, sendBy?: number): Promise<LogtoUser>;
};

const policyIssues = z.object({
  result: z.literal(false),
  issues: z.array(
    z.object({
      code: z.string(),
      interpolation: z
        .record(z.string(), z.union([z.string(), z.number()]))
        .optional()
        .catch(undefined),
    }),
  ),
});

const issuesOf = (body: unknown): PasswordIssue[] | undefined =>
  policyIssues.safeParse(body).data?.issues.map(({ code, interpolation }) => ({
    code: code.replace(/^password_rejected\./, ""),
    ...(interpolation ? { params: interpolation } : {}),
  }));

const resultOf = (issues: PasswordIssue[], breachCheckSkipped: boolean): PasswordCheck => ({
  ok: issues.length === 0,
  issues,
  breachCheckSkipped,
});

/** @throws {SubjectMismatch} for another user, and as `successOf`. */
function userIn(answer: Answer<LogtoUser>, userId: string): LogtoUser {
  const user = successOf(answer);
  requireSubject(userId, user.id);
  return user;
}

export function usersApi(
  management: Management,
  signInExperience: Pick<SignInExperience, "policies">,
): Users {
  const get = async (userId: string) =>
    userIn(await management.call("getUser", { ids: { userId } }, logtoUser), userId);

  /** Logto evaluates no rule at all if its breach service does not answer, so the other rules are evaluated here. */
  const checkWithoutBreaches = async (userId: string, password: string) => {
    const [{ passwordPolicy }, person] = await Promise.all([signInExperience.policies(), get(userId)]);
    return resultOf(evaluatePassword(passwordPolicy, password, person), true);
  };

  return {
    get,
    async update(userId, patch, sendBy) {
      const call = { ids: { userId }, json: patch, sendBy };
      return userIn(await management.call("updateUser", call, logtoUser), userId);
    },
    async verifyPassword(userId, password) {
      const call = { ids: { userId }, json: { password } };
      const answer = await management.call("verifyPassword", call, z.unknown());
      if (answer.ok) return true;
      return answer.code === "session.invalid_credentials" ? false : throwRefusal(answer);
    },
    async checkPassword(userId, password) {
      const passed = z.object({ result: z.literal(true) });
      const call = { ids: { userId }, json: { password, userId } };
      const answer = await management.call("checkPassword", call, passed);
      if (answer.ok) return resultOf([], false);
      const issues = issuesOf(answer.body);
      if (issues) return resultOf(issues, false);
      return answer.code === "request.invalid_input"
        ? checkWithoutBreaches(userId, password)
        : throwRefusal(answer);
    },
    async setPassword(userId, password, sendBy) {
      const call = { ids: { userId }, json: { password }, sendBy };
      return userIn(await management.call("setPassword", call, logtoUser), userId);
    },
  };
}
