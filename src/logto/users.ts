/** The person's record at Logto: read, change, password. */
import * as z from "zod";
import { isObject, type JsonObject } from "../json.ts";
import type { Management } from "./management.ts";
import { evaluatePassword, passwordPolicy } from "./password-policy.ts";
import { successOf, throwRefusal } from "./refusals.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const instant = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
/** Whatever JSON the tenant keeps there: it was parsed as JSON, so only its kind is checked. */
const record = z.custom<JsonObject>((value) => isObject(value)).default({});

/** Logto's user as we read it: fields newer releases add are dropped, absent ones read as null. Times are epoch ms. */
const logtoUser = z.object({
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
  /** True when the tenant wanted a breach check and its breach service did not answer. */
  breachCheckSkipped: boolean;
};

/** Every call throws `invalid_token` when Logto does not know the user, and `UpstreamFailure` as `management` does. */
export type Users = {
  get(userId: string): Promise<LogtoUser>;
  /**
   * @param patch fields to set: null clears one, `customData` and `profile` replace the stored objects whole.
   * @throws {Refusal} `identifier_taken`, `validation_failed`, each with pointers.
   */
  update(userId: string, patch: JsonObject): Promise<LogtoUser>;
  /** @returns false for a wrong password and for a user without one: Logto tells them not apart. */
  verifyPassword(userId: string, password: string): Promise<boolean>;
  /** @returns the tenant's judgement; issue codes without their `password_rejected.` prefix. */
  checkPassword(userId: string, password: string): Promise<PasswordCheck>;
  /** Sets it unchecked, as Logto does: call `checkPassword` first. */
  setPassword(userId: string, password: string): Promise<LogtoUser>;
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

const signInExperience = z.object({ passwordPolicy: passwordPolicy.prefault({}) });

const issuesOf = (body: unknown): PasswordIssue[] | undefined =>
  policyIssues.safeParse(body).data?.issues.map(({ code, interpolation }) => ({
    code: code.replace(/^password_rejected\./, ""),
    ...(interpolation ? { params: interpolation } : {}),
  }));

const verdict = (issues: PasswordIssue[], breachCheckSkipped: boolean): PasswordCheck => ({
  ok: issues.length === 0,
  issues,
  breachCheckSkipped,
});

export function usersApi(management: Management): Users {
  const get = async (userId: string) =>
    successOf(await management.call("getUser", { ids: { userId } }, logtoUser));

  /** Logto gives up on the whole policy when its breach service does not answer, so the rest is judged here. */
  const checkWithoutBreaches = async (userId: string, password: string) => {
    const [experience, person] = await Promise.all([
      management.call("getSignInExperience", {}, signInExperience),
      get(userId),
    ]);
    // Where there is no such thing to configure, Logto's own defaults are in force.
    const unset = !experience.ok && experience.status === 404;
    const policy = unset ? passwordPolicy.parse({}) : successOf(experience).passwordPolicy;
    return verdict(evaluatePassword(policy, password, person), true);
  };

  return {
    get,
    async update(userId, patch) {
      return successOf(await management.call("updateUser", { ids: { userId }, json: patch }, logtoUser));
    },
    async verifyPassword(userId, password) {
      const call = { ids: { userId }, json: { password } };
      const answer = await management.call("verifyPassword", call, z.unknown());
      if (answer.ok) return true;
      return answer.code === "session.invalid_credentials" ? false : throwRefusal(answer);
    },
    async checkPassword(userId, password) {
      const passed = z.object({ result: z.literal(true) });
      const answer = await management.call("checkPassword", { json: { password, userId } }, passed);
      if (answer.ok) return verdict([], false);
      const issues = issuesOf(answer.body);
      if (issues) return verdict(issues, false);
      return answer.code === "request.invalid_input"
        ? checkWithoutBreaches(userId, password)
        : throwRefusal(answer);
    },
    async setPassword(userId, password) {
      return successOf(
        await management.call("setPassword", { ids: { userId }, json: { password } }, logtoUser),
      );
    },
  };
}
