/** By what a person can sign in. Logto lets anybody lose the last of it. */
export type WaysIn = {
  username: boolean;
  hasPassword: boolean;
  primaryEmail: boolean;
  primaryPhone: boolean;
  /** Accounts at third parties. */
  identities: number;
};

/** Whether somebody with these can still sign in. Nobody can sign in by username without a password. */
export const canSignIn = ({
  username,
  hasPassword,
  primaryEmail,
  primaryPhone,
  identities,
}: WaysIn): boolean => (username && hasPassword) || primaryEmail || primaryPhone || identities > 0;
