import { hashPassword } from "./password-hash.ts";
import { seedConnectors } from "./seed-connectors.ts";
import { type Application, newApplication } from "./store/applications.ts";
import type { TenantState } from "./store/state.ts";
import { blankUser } from "./store/users.ts";

/** Options of the seed. Seeded ids are fixed, so that a local database still fits after a restart. */
export type SeedOptions = {
  managementApi: string;
  apiResource: string;
  redirectUris: { web: string; spa: string };
  backchannelLogoutUri?: string | undefined;
  now: number;
  passwordCost: number;
};

/** A seeded user, with the password in clear text. */
export type SeededUser = {
  id: string;
  username: string;
  password: string | null;
  primaryEmail: string;
  primaryPhone: string | null;
};

/** Three users with a password, an e-mail and a phone, and `dave` with an e-mail only. */
export const seededUsers: SeededUser[] = [
  person("alice", "12025550111"),
  person("bob", "12025550112"),
  person("carol", "12025550113"),
  { ...person("dave", "12025550114"), password: null, primaryPhone: null },
];

const ids = {
  machine: "devm2mapplication0001",
  web: "devwebapplication0001",
  spa: "devspaapplication0001",
  userRole: "devuserrole0000000001",
  machineRole: "devm2mrole00000000001",
  resource: "devapiresource0000001",
};

/** Fills an empty tenant with users, roles and applications. @returns the applications. */
export async function seed(state: TenantState, options: SeedOptions) {
  seedPermissions(state, options);
  seedConnectors(state);
  for (const { id, username, password, primaryEmail, primaryPhone } of seededUsers) {
    const passwordDigest = password === null ? null : await hashPassword(password, options.passwordCost);
    const name = `${username.slice(0, 1).toUpperCase()}${username.slice(1)} Example`;
    const user = {
      ...blankUser(id, options.now),
      username,
      primaryEmail,
      primaryPhone,
      name,
      passwordDigest,
    };
    state.users.insert({ ...user, roleIds: new Set([ids.userRole]) });
  }
  const applications = seedApplications(options);
  for (const application of Object.values(applications)) state.applications.insert(application);
  return applications;
}

function seedPermissions({ roles }: TenantState, { managementApi, apiResource, now }: SeedOptions): void {
  const shared = { isDefault: false, accessTokenTtl: 3600 };
  roles.insertResource({
    id: "management-api",
    name: "Logto Management API",
    indicator: managementApi,
    ...shared,
  });
  roles.insertResource({ id: ids.resource, name: "Profile", indicator: apiResource, ...shared });
  const all = { id: "management-api-all", resourceId: "management-api", name: "all", description: null };
  roles.insertScope({ ...all, createdAt: now });
  const scopes = ["profile:read", "profile:write"].map((name) => {
    return {
      id: `dev${name.replace(":", "")}`.padEnd(21, "0"),
      resourceId: ids.resource,
      name,
      description: null,
    };
  });
  for (const scope of scopes) roles.insertScope({ ...scope, createdAt: now });
  roles.insert({
    id: ids.userRole,
    name: "profile-user",
    description: "Manages their own profile.",
    type: "User",
    isDefault: true,
    scopeIds: new Set(scopes.map(({ id }) => id)),
  });
  roles.insert({
    id: ids.machineRole,
    name: "management-api",
    description: "Uses the Management API.",
    type: "MachineToMachine",
    isDefault: false,
    scopeIds: new Set([all.id]),
  });
}

function seedApplications({ redirectUris, backchannelLogoutUri, now: createdAt }: SeedOptions) {
  const metadata = (redirectUri: string): Application["oidcClientMetadata"] => {
    const { origin } = new URL(redirectUri);
    return { redirectUris: [redirectUri], postLogoutRedirectUris: [origin, `${origin}/`] };
  };
  const logout = backchannelLogoutUri ? { backchannelLogoutUri, backchannelLogoutSessionRequired: true } : {};
  const customClientMetadata = { allowTokenExchange: true };
  const shared = { createdAt, customClientMetadata };
  const machine = newApplication({
    id: ids.machine,
    name: "profile-bff-dev",
    type: "MachineToMachine",
    ...shared,
  });
  return {
    machine: { ...machine, roleIds: new Set([ids.machineRole]) },
    web: newApplication({
      id: ids.web,
      name: "profile-web",
      type: "Traditional",
      oidcClientMetadata: { ...metadata(redirectUris.web), ...logout },
      ...shared,
    }),
    spa: newApplication({
      id: ids.spa,
      name: "profile-spa",
      type: "SPA",
      createdAt,
      oidcClientMetadata: metadata(redirectUris.spa),
      anyLoopbackRedirect: true,
    }),
  };
}

function person(username: string, primaryPhone: string): SeededUser {
  return {
    id: `dev${username}`.padEnd(12, "0"),
    username,
    password: `${username}-password-1`,
    primaryEmail: `${username}@example.test`,
    primaryPhone,
  };
}
