/** The ids of the access tokens that were issued. A test can revoke them all. */
export class IssuedTokens {
  readonly #issued = new Set<string>();
  readonly #revoked = new Set<string>();

  issued(id: string): void {
    this.#issued.add(id);
  }

  /** Revokes every token issued so far. */
  revokeAll(): void {
    for (const id of this.#issued) this.#revoked.add(id);
    this.#issued.clear();
  }

  isRevoked(id: string | undefined): boolean {
    return id !== undefined && this.#revoked.has(id);
  }
}
