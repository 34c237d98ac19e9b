import { randomBytes } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { tenantApp } from "./app.ts";
import { FaultSwitch } from "./http/faults.ts";
import { Listener } from "./http/listener.ts";
import { RequestLog } from "./http/request-log.ts";
import { OidcServer } from "./oidc/oidc-server.ts";
import { SigningKeys } from "./oidc/signing-keys.ts";
import { seed, seededUsers } from "./seed.ts";
import { defaultSettings } from "./settings.ts";
import { emptyState } from "./store/state.ts";
import type { Tenant, TenantDescription, TenantOptions } from "./tenant.ts";
import type { TenantContext } from "./tenant-context.ts";
import { Webhooks } from "./webhooks.ts";

const managementApi = "https://default.logto.app/api";
const defaultPasswordCost = 19_456;

/**
 * Starts a Logto-compatible tenant in this process, seeded with users and applications.
 * @returns what a client needs to know of it, and what a test may do with it.
 * @throws {Error} with NODE_ENV=production: the tenant prints verification codes, and the passwords of its users are public.
 */
export async function startTenant(options: TenantOptions): Promise<Tenant> {
  if (process.env.NODE_ENV === "production") {
    throw new Error(
      "The dev tenant does not run with NODE_ENV=production: its passwords are public. Set LOGTO_ENDPOINT to a real Logto.",
    );
  }
  const listener = await Listener.bind(options.host ?? "127.0.0.1", options.port);
  const { port } = listener;
  const context = await createContext(options, `http://localhost:${port}`);
  const description = await describe(context, options);
  const faults = new FaultSwitch();
  const requests = new RequestLog();
  const app = tenantApp(context);
  listener.mount({ app, oidc: context.oidc, faults, requests });
  if (options.dataFile !== undefined) await writeDescription(options.dataFile, description);
  return {
    description,
    faults,
    requests,
    settings: context.settings,
    state: context.state,
    messages: (to) => context.state.codes.lastMessage(to),
    notices: (to) => context.state.mailbox.noticesTo(to),
    sign: (claims, header) => context.oidc.keys.sign(claims, header),
    rotateKeys: (rotation) => context.oidc.rotateKeys(rotation?.keepOld ?? true),
    revokeM2mTokens: () => context.state.tokens.revokeAll(),
    webhooksSettled: () => context.webhooks.idle(),
    pause: () => listener.pause(),
    resume: () => listener.resume(port),
    close: async () => {
      await context.webhooks.close();
      await listener.pause();
    },
  };
}

async function createContext(options: TenantOptions, endpoint: string): Promise<TenantContext> {
  const state = emptyState();
  const settings = defaultSettings();
  const now = () => (options.clock ?? Date).now();
  const issuer = `${endpoint}/oidc`;
  const keys = await SigningKeys.generate();
  const cookieKey = randomBytes(32).toString("hex");
  return {
    endpoint,
    issuer,
    managementApi,
    state,
    settings,
    now,
    oidc: new OidcServer({ issuer, state, settings, keys, cookieKey, now }),
    webhooks: new Webhooks(state.hooks, now),
    passwordCost: options.passwordCost ?? defaultPasswordCost,
    deliver: ({ to, code }) => options.print?.(`verification code for ${to}: ${code}`),
    announce: ({ to, subject, link }) =>
      options.print?.([`notice for ${to.email ?? to.phone}: ${subject}`, ...(link ? [link] : [])].join(" ")),
  };
}

async function describe(context: TenantContext, options: TenantOptions): Promise<TenantDescription> {
  const { endpoint, issuer, passwordCost, state } = context;
  const { apiResource, backchannelLogoutUri } = options;
  const redirectUris = options.redirectUris ?? {
    web: "http://localhost:3000/session/callback",
    spa: "http://localhost:3000/callback",
  };
  const now = context.now();
  const seedOptions = { managementApi, apiResource, redirectUris, backchannelLogoutUri, now, passwordCost };
  const { machine, web, spa } = await seed(state, seedOptions);
  return {
    endpoint,
    issuer,
    managementApi,
    apiResource,
    m2m: { appId: machine.id, appSecret: machine.secrets[0]?.value ?? "" },
    web: { appId: web.id, appSecret: web.secrets[0]?.value ?? "", redirectUri: redirectUris.web },
    spa: { appId: spa.id, redirectUri: redirectUris.spa },
    users: seededUsers,
  };
}

async function writeDescription(path: string, description: TenantDescription): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
  // `writeFile` does not change the mode of a file that exists.
  await chmod(path, 0o600);
}
