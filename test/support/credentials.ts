/** Second factors and linked accounts of a person at the tenant. */
import type { TestService } from "./service.ts";

const at = "2026-11-20T08:00:00.000Z";
const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** Gives somebody an authenticator app, a passkey, ten backup codes, and an account at the mock provider. */
export function giveCredentials(
  { tenant, userId }: Pick<TestService, "tenant" | "userId">,
  username: string,
): void {
  const codes = Array.from({ length: 10 }, (_, index) => ({ code: `secret-code-${index}`, used: index > 7 }));
  Object.assign(tenant.state.users.get(userId(username)), {
    mfa: [
      { id: `totp-of-${username}`, createdAt: at, type: "Totp", secret: "SECRETSECRETSECRET" },
      { id: `passkey-of-${username}`, createdAt: at, type: "WebAuthn", agent: chrome, name: "Work laptop" },
      { id: `codes-of-${username}`, createdAt: at, type: "BackupCode", codes },
    ],
    identities: {
      "mock-social": {
        userId: `social-${username}-123456`,
        details: {
          id: `social-${username}-123456`,
          name: `${username} elsewhere`,
          email: `${username}@social.test`,
          rawData: { token: "secret-of-the-provider" },
        },
      },
    },
  });
}
