/**
 * A person's sign-ins in the tenant's audit log. Its payloads also hold codes, verifiers and the values of cookies: what is
 * not named here is never read.
 */
import * as z from "zod";
import { createBoundedCache } from "../bounded-cache.ts";
import { oneLine } from "../fields/text.ts";
import type { Platform } from "../platform.ts";
import type { Management } from "./management.ts";
import { successOf } from "./refusals.ts";
import { requireSubject } from "./subject.ts";
import type { LogtoTuning } from "./tuning.ts";

/** `submit` is the last step of a sign-in; the others are tries at a second factor. */
const logKeys = {
  submit: "Interaction.SignIn.Submit",
  totp: "Interaction.SignIn.Verification.Totp.Submit",
  backup_code: "Interaction.SignIn.Verification.BackupCode.Submit",
} as const;

export type LoggedStep = keyof typeof logKeys;

/** Ways of signing in, by the names that Logto has for them. */
const methods = {
  Password: "password",
  EmailVerificationCode: "email",
  PhoneVerificationCode: "phone",
  Social: "social",
  EnterpriseSso: "sso",
  OneTimeToken: "one_time_token",
  SignInWebAuthn: "passkey",
  NewPasswordIdentity: "password",
  Totp: "totp",
  WebAuthn: "passkey",
  BackupCode: "backup_code",
  MfaEmailVerificationCode: "email",
  MfaPhoneVerificationCode: "phone",
} as const satisfies Record<string, string>;

export type SignInMethod = (typeof methods)[keyof typeof methods];

/** These come second, unless there is nothing else. */
const secondFactors = new Set([
  "Totp",
  "WebAuthn",
  "BackupCode",
  "MfaEmailVerificationCode",
  "MfaPhoneVerificationCode",
]);

export type LoggedSignIn = {
  /** Logto's id of the entry. */
  id: string;
  /** Epoch ms. */
  at: number;
  /** `asked` where Logto went on to ask for more, as it does for a second factor: nothing was refused. */
  outcome: "ok" | "asked" | "refused";
  method: SignInMethod | null;
  secondFactor: SignInMethod | null;
  applicationId: string | null;
  ip: string | null;
  userAgent: string | null;
  /** From headers that anybody can send to Logto. */
  reportedPlace: { country: string | null; city: string | null };
};

/** The newest entries up to a moment. `isWhole` is false where older ones may follow. */
export type LoggedPage = { entries: LoggedSignIn[]; isWhole: boolean };

export type SignInLog = {
  /**
   * Reads up to 25 entries of one step, the newest first. The answer may be a few seconds old.
   * @param since and `until` in epoch ms, both inclusive. `until` undefined: up to now.
   * @throws {SubjectMismatch} for an entry of another user; {UpstreamFailure}.
   */
  read(
    userId: string,
    step: LoggedStep,
    window: { since?: number; until?: number | undefined },
  ): Promise<LoggedPage>;
};

const pageSize = 25;
/** Logto's clock may be ahead. */
const aheadMs = 24 * 60 * 60_000;
/** A browser can send a longer one, which says no more. */
const longestUserAgent = 512;

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const place = optional(
  z.object({ country: optional(z.string().regex(/^[A-Z]{2}$/)), city: optional(oneLine(64)) }),
);

const entry = z.object({
  id: z.string(),
  createdAt: z.number(),
  payload: z.object({
    result: z.string(),
    userId: z.unknown().optional(),
    error: optional(z.object({ code: z.string() })),
    ip: optional(z.string().max(64)),
    userAgent: optional(z.string().transform((text) => text.slice(0, longestUserAgent))),
    applicationId: optional(z.string().max(64)),
    signInContext: place,
    interaction: optional(
      z.object({
        verificationRecords: optional(
          z.array(z.object({ type: z.string(), verified: z.boolean().default(true) })),
        ),
      }),
    ),
  }),
});

/** Refusals of the last step by which Logto asks for something more. */
const asks = new Set([
  "session.mfa.require_mfa_verification",
  "user.missing_mfa",
  "user.suggest_mfa",
  "user.missing_profile",
  "session.captcha_required",
]);

/** Creates the reader. It sends nothing to Logto yet. */
export function createSignInLog(
  management: Management,
  { now, coalesce }: Pick<Platform, "now" | "coalesce">,
  { signIns }: Pick<LogtoTuning, "signIns">,
): SignInLog {
  const kept = createBoundedCache<{ page: LoggedPage; at: number }>(signIns);

  const ask = async (userId: string, step: LoggedStep, since: number, until: number) => {
    const ids = { userId, logKey: logKeys[step], since: String(since), until: String(until) };
    const listed = successOf(await management.call("listLogs", { ids }, z.array(entry)));
    return {
      entries: listed.map((one) => signInOf(userId, one)),
      isWhole: listed.length < pageSize,
    };
  };

  return {
    async read(userId, step, { since = 1, until }) {
      const key = `sign-ins:${userId}:${step}:${since}:${until ?? "now"}`;
      const known = kept.get(key);
      if (known && known.at > now() - signIns.lifeMs) return known.page;
      return coalesce(key, async () => {
        const at = now();
        const page = await ask(userId, step, since, until ?? at + aheadMs);
        kept.set(key, { page, at }, JSON.stringify(page).length * 2);
        return page;
      });
    },
  };
}

/** @throws {SubjectMismatch} for an entry of another user, or of nobody. */
function signInOf(userId: string, { id, createdAt, payload }: z.output<typeof entry>): LoggedSignIn {
  requireSubject(userId, payload.userId ?? "");
  const { result, error, ip, userAgent, applicationId, signInContext, interaction } = payload;
  const refusal = result === "Success" ? undefined : asks.has(error?.code ?? "") ? "asked" : "refused";
  return {
    id,
    at: createdAt,
    outcome: refusal ?? "ok",
    ...methodsOf(interaction?.verificationRecords ?? []),
    applicationId: applicationId ?? null,
    ip: ip ?? null,
    userAgent: userAgent ?? null,
    reportedPlace: { country: signInContext?.country ?? null, city: signInContext?.city ?? null },
  };
}

const isMethod = (type: string): type is keyof typeof methods => Object.hasOwn(methods, type);

function methodsOf(
  records: readonly { type: string; verified: boolean }[],
): Pick<LoggedSignIn, "method" | "secondFactor"> {
  const proven = records
    .filter(({ verified }) => verified)
    .flatMap(({ type }) => (isMethod(type) ? [type] : []));
  const second = proven.find((type) => secondFactors.has(type));
  const first = proven.find((type) => type !== second);
  const [method, secondFactor] = first === undefined ? [second, undefined] : [first, second];
  return {
    method: method === undefined ? null : methods[method],
    secondFactor: secondFactor === undefined ? null : methods[secondFactor],
  };
}
