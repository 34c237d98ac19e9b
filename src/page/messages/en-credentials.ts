/** What the pages say of second factors and linked accounts, in English. */
export const enCredentials = {
  "factors.title": "Second step",
  "factors.note": "Asked for beside your password",
  "factors.required": "Required by this service",
  "factors.added": "Added {when}",
  "factors.used": "Last used {when}",
  "factors.left": "{count, plural, one {# code left} other {# codes left}}",
  "factors.last": "This service asks for a second step. Add another one before you remove the last.",
  "factor.Totp": "Authenticator app",
  "factor.WebAuthn": "Passkey",
  "factor.BackupCode": "Backup codes",
  "identities.title": "Linked account",
  "identities.note": "Accounts elsewhere with which you can sign in",
  "identities.last":
    "This is your only way to sign in. Add an e-mail address, a phone number or a password first.",
  "confirm.forFactor": "To remove a second step:",
  "confirm.forIdentity": "To remove a linked account:",
  "event.factor.removed": "Second step removed",
  "event.identity.removed": "Linked account removed",
} as const;
