/** Settings of the whole tenant. A test may change them while the tenant runs. */
export type TenantSettings = {
  passwordPolicy: PasswordPolicy;
  /** `false`: the breach service cannot be reached. */
  breachServiceReachable: boolean;
  /** Passwords that the breach service knows. */
  breachedPasswords: Set<string>;
  emailConnector: boolean;
  smsConnector: boolean;
  /** Whether the connectors hold a template for codes sent through the Management API. */
  genericTemplate: boolean;
  /** Wrong passwords per identifier and hour on the Experience API before it locks, and for how long. */
  sentinel: { maxAttempts: number; lockoutMinutes: number };
  /** Identifier types that may sign in with a password. */
  passwordSignIn: Set<"username" | "email" | "phone">;
  /** `late`: past 70 % of a refresh token's life, as Logto does by default; `always` helps tests. */
  refreshTokenRotation: "late" | "always";
  /** Lifetime of a verification code, in milliseconds. */
  codeLifetime: number;
  /** How many codes may be sent to one recipient in ten minutes. */
  codeSends: number;
};

/** Logto's password policy; lengths count UTF-16 units. */
export type PasswordPolicy = {
  length: { min: number; max: number };
  characterTypes: { min: number };
  rejects: { pwned: boolean; repetitionAndSequence: boolean; userInfo: boolean; words: string[] };
};

/** The settings of a new tenant. */
export function defaultSettings(): TenantSettings {
  return {
    passwordPolicy: {
      length: { min: 8, max: 256 },
      characterTypes: { min: 1 },
      rejects: { pwned: true, repetitionAndSequence: true, userInfo: true, words: [] },
    },
    breachServiceReachable: true,
    breachedPasswords: new Set(["password", "password1", "12345678", "qwerty123", "letmein123"]),
    emailConnector: true,
    smsConnector: true,
    genericTemplate: true,
    sentinel: { maxAttempts: 100, lockoutMinutes: 60 },
    passwordSignIn: new Set(["username", "email", "phone"]),
    refreshTokenRotation: "late",
    codeLifetime: 600_000,
    codeSends: 10,
  };
}
