/** What the tenant demands of people's usernames, e-mail addresses and passwords, and by whom they can sign in. */
import * as z from "zod";
import type { Platform } from "../platform.ts";
import { emailBlocklistPolicy } from "./email-blocklist.ts";
import type { Management } from "./management.ts";
import { passwordPolicy } from "./password-policy.ts";
import { successOf } from "./refusals.ts";
import { usernamePolicy } from "./username-policy.ts";

/** The policies of `GET /api/sign-in-exp`. One that was never set is `{}`, and an older Logto lacks some. */
export const signInExperience = z.object({
  usernamePolicy: usernamePolicy.prefault({}),
  emailBlocklistPolicy: emailBlocklistPolicy.prefault({}),
  passwordPolicy: passwordPolicy.prefault({}),
  /** Second factors: the types that the tenant knows, and whether it demands one. */
  mfa: z
    .object({ factors: z.array(z.string()).default([]), policy: z.string().default("UserControlled") })
    .prefault({}),
  /** The third parties by which people sign in. */
  socialSignInConnectorTargets: z.array(z.string()).default([]),
});

type Policies = z.output<typeof signInExperience>;

export type SignInExperience = {
  /**
   * Reads the policies; they are at most some minutes old.
   * @throws {UpstreamFailure} as `management` does.
   */
  policies(): Promise<Policies>;
};

/** How long the policies are kept. They change by the hand of an operator. */
const lifeMs = 5 * 60_000;

export function createSignInExperience(
  management: Management,
  { now, coalesce }: Pick<Platform, "now" | "coalesce">,
): SignInExperience {
  let kept: { policies: Policies; until: number } | undefined;

  const read = async (): Promise<Policies> => {
    const answer = await management.call("getSignInExperience", {}, signInExperience);
    // A Logto without this endpoint applies its defaults.
    const isMissing = !answer.ok && answer.status === 404;
    const policies = isMissing ? signInExperience.parse({}) : successOf(answer);
    kept = { policies, until: now() + lifeMs };
    return policies;
  };

  return {
    policies: async () =>
      kept && kept.until > now() ? kept.policies : coalesce("logto-sign-in-experience", read),
  };
}
