/** What a test may change that Logto has no API for. The policies are in `state.signInExperience`. */
export type TenantSettings = {
  /** `false`: the breach service cannot be reached. */
  breachServiceReachable: boolean;
  /** Passwords that the breach service knows. */
  breachedPasswords: Set<string>;
  /** `late`: past 70 % of a refresh token's life, as Logto does by default; `always` helps tests. */
  refreshTokenRotation: "late" | "always";
  /** How many codes may be sent to one recipient in ten minutes. */
  codeSends: number;
};

/** The settings of a new tenant. */
export function defaultSettings(): TenantSettings {
  return {
    breachServiceReachable: true,
    breachedPasswords: new Set(["password", "password1", "12345678", "qwerty123", "letmein123"]),
    refreshTokenRotation: "late",
    codeSends: 10,
  };
}
