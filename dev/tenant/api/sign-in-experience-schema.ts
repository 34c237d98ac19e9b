import * as z from "zod/v3";

const signInMethod = z.object({
  identifier: z.enum(["username", "email", "phone"]),
  password: z.boolean(),
  verificationCode: z.boolean(),
  isPasswordPrimary: z.boolean(),
});

const passwordPolicy = z.object({
  length: z
    .object({ min: z.number().int().min(1).default(8), max: z.number().int().min(1).default(256) })
    .optional(),
  characterTypes: z.object({ min: z.number().int().min(1).max(4).default(1) }).optional(),
  rejects: z
    .object({
      pwned: z.boolean().default(true),
      repetitionAndSequence: z.boolean().default(true),
      userInfo: z.boolean().default(true),
      words: z.string().array().default([]),
    })
    .optional(),
});

const usernamePolicy = z
  .object({
    caseSensitive: z.boolean(),
    minLength: z.number().int().min(1).max(128),
    maxLength: z.number().int().min(1).max(128),
    allowedChars: z.object({
      lowercase: z.boolean(),
      uppercase: z.boolean(),
      numbers: z.boolean(),
      underscore: z.boolean(),
    }),
  })
  .refine(({ minLength, maxLength }) => minLength <= maxLength, { path: ["maxLength"] })
  // A username cannot start with a digit, so digits alone allow none.
  .refine(({ allowedChars: { lowercase, uppercase, underscore } }) => lowercase || uppercase || underscore, {
    path: ["allowedChars"],
  });

const emailBlocklistPolicy = z.object({
  blockDisposableAddresses: z.boolean().optional(),
  blockSubaddressing: z.boolean().optional(),
  customAllowlist: z.string().array().optional(),
  customBlocklist: z.string().array().optional(),
});

const factors = ["Totp", "WebAuthn", "BackupCode", "EmailVerificationCode", "PhoneVerificationCode"] as const;

/** `PATCH /api/sign-in-exp`. Unknown members are dropped. */
export const signInExperiencePatch = z
  .object({
    signIn: z.object({ methods: signInMethod.array() }),
    signUp: z.object({
      identifiers: z.enum(["username", "email", "phone"]).array(),
      password: z.boolean(),
      verify: z.boolean(),
    }),
    signInMode: z.enum(["SignIn", "Register", "SignInAndRegister"]),
    socialSignInConnectorTargets: z.string().array(),
    languageInfo: z.object({ autoDetect: z.boolean(), fallbackLanguage: z.string() }),
    passwordPolicy,
    usernamePolicy,
    emailBlocklistPolicy,
    sentinelPolicy: z.object({ maxAttempts: z.number(), lockoutDuration: z.number() }).partial(),
    verificationCodePolicy: z
      .object({
        expirationDuration: z.number().int().min(60).max(3600),
        maxRetryAttempts: z.number().int().min(1).max(100),
      })
      .partial(),
    mfa: z.object({
      factors: z.enum(factors).array(),
      policy: z.enum([
        "UserControlled",
        "Mandatory",
        "PromptOnlyAtSignIn",
        "PromptAtSignInAndSignUp",
        "NoPrompt",
      ]),
    }),
    forgotPasswordMethods: z.enum(["EmailVerificationCode", "PhoneVerificationCode"]).array().nullable(),
    adaptiveMfa: z.object({ enabled: z.boolean().optional() }),
    passwordExpiration: z.union([
      z.object({ enabled: z.literal(false) }),
      z.object({ enabled: z.literal(true), validPeriodDays: z.number().int().positive() }),
    ]),
    signUpProfileFields: z.object({ name: z.string() }).passthrough().array().nullable(),
  })
  .partial();
