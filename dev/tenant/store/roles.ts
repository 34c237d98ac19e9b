import { notFound } from "../http/logto-error.ts";

/** A permission of an API resource. */
export type Scope = {
  id: string;
  resourceId: string;
  name: string;
  description: string | null;
  createdAt: number;
};

/** An API resource: access tokens are issued for it. */
export type Resource = {
  id: string;
  name: string;
  indicator: string;
  isDefault: boolean;
  accessTokenTtl: number;
};

/** A named set of permissions, for users or for machines. */
export type Role = {
  id: string;
  name: string;
  description: string;
  type: "User" | "MachineToMachine";
  isDefault: boolean;
  scopeIds: Set<string>;
};

/** Resources, their permissions and the roles that grant them, kept in memory. */
export class Roles {
  readonly #roles = new Map<string, Role>();
  readonly #resources = new Map<string, Resource>();
  readonly #scopes = new Map<string, Scope>();

  list(): Role[] {
    return [...this.#roles.values()];
  }

  find(id: string): Role | undefined {
    return this.#roles.get(id);
  }

  /** @throws {LogtoError} 404 `entity.not_found`. */
  get(id: string): Role {
    const role = this.#roles.get(id);
    if (role === undefined) throw notFound();
    return role;
  }

  insert(role: Role): void {
    this.#roles.set(role.id, role);
  }

  remove(id: string): void {
    this.#roles.delete(id);
  }

  /** The roles that every new user gets. */
  defaultIds(): string[] {
    return this.list().flatMap(({ id, isDefault }) => (isDefault ? [id] : []));
  }

  resources(): Resource[] {
    return [...this.#resources.values()];
  }

  /** @throws {LogtoError} 404 `entity.not_found`. */
  resource(id: string): Resource {
    const resource = this.#resources.get(id);
    if (resource === undefined) throw notFound();
    return resource;
  }

  resourceByIndicator(indicator: string): Resource | undefined {
    return this.resources().find((resource) => resource.indicator === indicator);
  }

  insertResource(resource: Resource): void {
    this.#resources.set(resource.id, resource);
  }

  removeResource(id: string): void {
    this.#resources.delete(id);
    for (const scope of this.scopesOf(id)) this.#scopes.delete(scope.id);
  }

  scope(id: string): Scope | undefined {
    return this.#scopes.get(id);
  }

  scopesOf(resourceId: string): Scope[] {
    return [...this.#scopes.values()].filter((scope) => scope.resourceId === resourceId);
  }

  insertScope(scope: Scope): void {
    this.#scopes.set(scope.id, scope);
  }

  /** The names of a resource's permissions that a set of roles grants. */
  granted(resource: Resource, roleIds: Iterable<string>): string[] {
    const held = new Set([...roleIds].flatMap((id) => [...(this.find(id)?.scopeIds ?? [])]));
    return this.scopesOf(resource.id)
      .filter((scope) => held.has(scope.id))
      .map((scope) => scope.name);
  }
}
