import { randomBytes } from "node:crypto";
import { notFound } from "../http/logto-error.ts";

/** The types of application. */
export const applicationTypes = ["Native", "SPA", "Traditional", "MachineToMachine"] as const;

/** One secret of a confidential application; `expiresAt` in epoch milliseconds. */
export type ApplicationSecret = { name: string; value: string; createdAt: number; expiresAt: number | null };

/** An OAuth client. */
export type Application = {
  id: string;
  name: string;
  description: string | null;
  type: (typeof applicationTypes)[number];
  oidcClientMetadata: {
    redirectUris: string[];
    postLogoutRedirectUris: string[];
    backchannelLogoutUri?: string | undefined;
    backchannelLogoutSessionRequired?: boolean | undefined;
  };
  customClientMetadata: Record<string, unknown>;
  customData: Record<string, unknown>;
  /** Whether it is of somebody else, whom people have to let in. */
  isThirdParty: boolean;
  createdAt: number;
  secrets: ApplicationSecret[];
  /** Whether it may use any loopback address, registered or not. Logto has no such setting. */
  anyLoopbackRedirect: boolean;
  roleIds: Set<string>;
};

/** The applications of the tenant, kept in memory. */
export class Applications {
  readonly #byId = new Map<string, Application>();

  find(id: string): Application | undefined {
    return this.#byId.get(id);
  }

  /** @throws {LogtoError} 404 `entity.not_found`. */
  get(id: string): Application {
    const application = this.#byId.get(id);
    if (application === undefined) throw notFound();
    return application;
  }

  list(): Application[] {
    return [...this.#byId.values()].reverse();
  }

  insert(application: Application): void {
    this.#byId.set(application.id, application);
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }
}

/** A new application with Logto's defaults; confidential kinds get a first secret. */
export function newApplication(
  seed: Pick<Application, "id" | "name" | "type" | "createdAt"> & Partial<Application>,
): Application {
  const confidential = seed.type === "Traditional" || seed.type === "MachineToMachine";
  const secret = { name: "Default secret", value: newSecret(), createdAt: seed.createdAt, expiresAt: null };
  return {
    description: null,
    oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: [] },
    customClientMetadata: {},
    customData: {},
    secrets: confidential ? [secret] : [],
    isThirdParty: false,
    anyLoopbackRedirect: false,
    roleIds: new Set(),
    ...seed,
  };
}

/** A client secret of 192 bits. */
export function newSecret(): string {
  return randomBytes(24).toString("base64url");
}
