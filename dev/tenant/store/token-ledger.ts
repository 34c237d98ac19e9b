/** The access tokens that were issued, so that a test can take them all back. */
export class TokenLedger {
  readonly #issued = new Set<string>();
  readonly #revoked = new Set<string>();

  issued(id: string): void {
    this.#issued.add(id);
  }

  /** Takes back every token issued so far. */
  revokeAll(): void {
    for (const id of this.#issued) this.#revoked.add(id);
    this.#issued.clear();
  }

  isRevoked(id: string | undefined): boolean {
    return id !== undefined && this.#revoked.has(id);
  }
}
