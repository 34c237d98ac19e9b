import { notFound } from "../http/logto-error.ts";

/** A webhook; `signingKey` signs each delivery. */
export type Hook = {
  id: string;
  name: string;
  events: string[];
  config: { url: string; headers?: Record<string, string> | undefined };
  signingKey: string;
  enabled: boolean;
  createdAt: number;
};

/** The webhooks of the tenant, kept in memory. */
export class Hooks {
  readonly #byId = new Map<string, Hook>();

  list(): Hook[] {
    return [...this.#byId.values()];
  }

  insert(hook: Hook): void {
    this.#byId.set(hook.id, hook);
  }

  /** @throws {LogtoError} 404 `entity.not_found`. */
  remove(id: string): void {
    if (!this.#byId.delete(id)) throw notFound();
  }
}
