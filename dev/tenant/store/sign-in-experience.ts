/** Logto's password policy; lengths count UTF-16 units. */
export type PasswordPolicy = {
  length: { min: number; max: number };
  characterTypes: { min: number };
  rejects: { pwned: boolean; repetitionAndSequence: boolean; userInfo: boolean; words: string[] };
};

/** What usernames must look like. It applies to the Account API; the Management API obeys `caseSensitive` only. */
type UsernamePolicy = {
  caseSensitive: boolean;
  minLength: number;
  maxLength: number;
  allowedChars: { lowercase: boolean; uppercase: boolean; numbers: boolean; underscore: boolean };
};

/** How an identifier can be used to sign in. */
type SignInMethod = {
  identifier: "username" | "email" | "phone";
  password: boolean;
  verificationCode: boolean;
  isPasswordPrimary: boolean;
};

type Partially<Policy> = { [Group in keyof Policy]?: Partial<Policy[Group]> | undefined };

/** The members of the sign-in experience that the tenant itself reads. A policy that was never set is `{}`. */
export type SignInExperience = {
  signIn: { methods: SignInMethod[] };
  signUp: { identifiers: SignInMethod["identifier"][]; password: boolean; verify: boolean };
  signInMode: "SignIn" | "Register" | "SignInAndRegister";
  socialSignInConnectorTargets: string[];
  passwordPolicy: Partially<PasswordPolicy>;
  usernamePolicy: UsernamePolicy;
  emailBlocklistPolicy: {
    blockSubaddressing?: boolean | undefined;
    customAllowlist?: string[] | undefined;
    customBlocklist?: string[] | undefined;
  };
  /** `lockoutDuration` in minutes. */
  sentinelPolicy: { maxAttempts?: number | undefined; lockoutDuration?: number | undefined };
  /** `expirationDuration` in seconds. */
  verificationCodePolicy: { expirationDuration?: number | undefined; maxRetryAttempts?: number | undefined };
  mfa: { factors: string[]; policy: string };
  forgotPasswordMethods: string[] | null;
  [member: string]: unknown;
};

/** The sign-in experience of a new tenant. */
export function defaultSignInExperience(): SignInExperience {
  return {
    tenantId: "default",
    id: "default",
    color: { primaryColor: "#6139F6", isDarkModeEnabled: false, darkPrimaryColor: "#8768F8" },
    branding: {
      logoUrl: "https://logto.io/logo.svg",
      darkLogoUrl: "https://logto.io/logo-dark.svg",
    },
    hideLogtoBranding: false,
    languageInfo: { autoDetect: true, fallbackLanguage: "en" },
    termsOfUseUrl: null,
    privacyPolicyUrl: null,
    agreeToTermsPolicy: "Automatic",
    signIn: {
      methods: [
        { identifier: "username", password: true, verificationCode: false, isPasswordPrimary: true },
        { identifier: "email", password: true, verificationCode: true, isPasswordPrimary: true },
        { identifier: "phone", password: true, verificationCode: true, isPasswordPrimary: true },
      ],
    },
    signUp: { identifiers: ["username"], password: true, verify: false },
    socialSignIn: {},
    socialSignInConnectorTargets: [],
    signInMode: "SignInAndRegister",
    customCss: null,
    customContent: {},
    customUiAssets: null,
    customUiCsp: {},
    passwordPolicy: {},
    mfa: { factors: [], policy: "UserControlled" },
    adaptiveMfa: { enabled: false },
    singleSignOnEnabled: false,
    supportEmail: null,
    supportWebsiteUrl: null,
    unknownSessionRedirectUrl: null,
    captchaPolicy: {},
    sentinelPolicy: {},
    emailBlocklistPolicy: {},
    verificationCodePolicy: {},
    forgotPasswordMethods: ["EmailVerificationCode", "PhoneVerificationCode"],
    passkeySignIn: {},
    signUpProfileFields: null,
    passwordExpiration: {},
    usernamePolicy: {
      caseSensitive: true,
      minLength: 1,
      maxLength: 128,
      allowedChars: { lowercase: true, uppercase: true, numbers: true, underscore: true },
    },
  };
}

/** The password policy that applies: what is not set has its default, at every depth. */
export function passwordPolicyOf({ passwordPolicy: policy }: SignInExperience): PasswordPolicy {
  return {
    length: { min: 8, max: 256, ...policy.length },
    characterTypes: { min: 1, ...policy.characterTypes },
    rejects: {
      ...{ pwned: true, repetitionAndSequence: true, userInfo: true, words: [] },
      ...policy.rejects,
    },
  };
}

/** The lockout of the Experience API that applies. */
export function sentinelPolicyOf({ sentinelPolicy }: SignInExperience) {
  return {
    maxAttempts: sentinelPolicy.maxAttempts ?? 100,
    lockoutDuration: sentinelPolicy.lockoutDuration ?? 60,
  };
}

/** How long a verification code is valid, in milliseconds, and how many tries it allows. */
export function codePolicyOf({ verificationCodePolicy: policy }: SignInExperience) {
  return { lifetime: (policy.expirationDuration ?? 600) * 1000, maximalTries: policy.maxRetryAttempts ?? 10 };
}
