import { notFound } from "../http/logto-error.ts";

/** An organization and who belongs to it. */
export type Organization = { id: string; name: string; createdAt: number; userIds: Set<string> };

/** The organizations of the tenant, kept in memory. */
export class Organizations {
  readonly #byId = new Map<string, Organization>();

  insert(organization: Organization): void {
    this.#byId.set(organization.id, organization);
  }

  /** @throws {LogtoError} 404 `entity.not_found`. */
  get(id: string): Organization {
    const organization = this.#byId.get(id);
    if (organization === undefined) throw notFound();
    return organization;
  }

  remove(id: string): void {
    if (!this.#byId.delete(id)) throw notFound();
  }

  clear(): void {
    this.#byId.clear();
  }

  of(userId: string): Organization[] {
    return [...this.#byId.values()].filter(({ userIds }) => userIds.has(userId));
  }
}
