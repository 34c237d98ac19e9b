/** The whole service for a test: the real app on real sockets and a real database, the dev tenant for Logto. */
import { randomBytes, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "../../db/database.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { startTenant } from "../../dev/tenant/start-tenant.ts";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { type Config, parseConfig } from "../../src/config.ts";
import { serve } from "../../src/runtime/node/serve.ts";
import { patientDatabase } from "./databases.ts";
import { callsPer10s, testTuning } from "./logto.ts";
import { createTestPlatform, type TestPlatform } from "./platform.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

export const apiResource = "https://profile.example.test/api";

export type Answer = {
  status: number;
  headers: Headers;
  // The body is whatever the service said: tests compare it, nothing else relies on it.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads answers of every shape.
  body: any;
  text: string;
};

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

export type Identity = {
  scope?: string;
  clientId?: string;
  token?: string;
  /** Another instance of the service to call. */
  url?: string;
};

export type TestService = {
  url: string;
  /** Where `/metrics` is, with `METRICS_PORT: "0"`; otherwise empty. */
  metricsUrl: string;
  tenant: Tenant;
  platform: TestPlatform;
  config: Config;
  /** What `config` was parsed from, to start further instances on the same database. */
  environment: Record<string, string>;
  folder: string;
  /** A second connection to the service's own database, to look at what it stored. */
  database: Database;
  /** Calls as a seeded person, with a token signed for them at each call. */
  as(username: string, identity?: Identity): Call;
  /** Calls with no credentials. */
  anonymous: Call;
  /** An access token for a seeded person. */
  token(username: string, identity?: Identity): Promise<string>;
  userId(username: string): string;
  close(): Promise<void>;
};

export type ServiceOptions = {
  /** Environment beyond the default, such as `TRUSTED_PROXIES`. */
  environment?: Record<string, string>;
  /** A tenant that several services share; it is not closed with the service then. */
  tenant?: Tenant;
  /** Sends notices to the tenant, where `tenant.notices(address)` has them once `platform.idle()` is over. */
  sendsNotices?: boolean;
};

export const startTestTenant = (): Promise<Tenant> => startTenant({ port: 0, apiResource, passwordCost: 64 });

/** A working configuration of the service beside a tenant. @param database its URL. */
export const environmentOf = ({ description: { endpoint, m2m } }: Tenant, database: string) => ({
  LOGTO_ENDPOINT: endpoint,
  LOGTO_M2M_APP_ID: m2m.appId,
  LOGTO_M2M_APP_SECRET: m2m.appSecret,
  API_RESOURCE: apiResource,
  PUBLIC_URL: "https://profile.example.test",
  HOST: "127.0.0.1",
  LOGTO_CALLS_PER_10S: String(callsPer10s),
  PORT: "0",
  DATABASE_URL: database,
  ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
});

/** The secret that signs notices. */
const noticesSecret = `whsec_${randomBytes(32).toString("base64")}`;

/** Lets the tenant take the notices. */
const noticesTo = ({ description }: Tenant) => ({
  NOTICES_URL: `${description.endpoint}/dev/events`,
  NOTICES_SECRET: noticesSecret,
});

/** Starts a tenant and the service on SQLite beside it; the service's clock stands still until it is moved. */
export async function startService(options: ServiceOptions = {}): Promise<TestService> {
  // Closes what was opened, in reverse order: at `close`, or at once when a later step fails.
  await using opened = new AsyncDisposableStack();
  const tenant = options.tenant ?? opened.adopt(await startTestTenant(), (started) => started.close());
  const folder = opened.adopt(await createTemporaryFolder(), (path) =>
    rm(path, { recursive: true, force: true }),
  );
  const path = join(folder, "profile.db");
  const environment = {
    ...environmentOf(tenant, `file:${path}`),
    ...(options.sendsNotices ? noticesTo(tenant) : {}),
    ...options.environment,
  };
  const config = parseConfig(environment);
  const platform = createTestPlatform(Date.now());
  const { url, metricsUrl = "" } = opened.adopt(
    await serve(config, {
      platform,
      tuning: testTuning,
      database: patientDatabase,
    }),
    (service) => service.close(),
  );
  const database = opened.adopt(openSqlite(path), (connection) => connection.close());
  const everything = opened.move();
  return {
    ...{ url, metricsUrl, tenant, platform, config, environment, folder, database },
    // No two calls of a test happen in the same millisecond, so that their activity has one order.
    ...callsTo(url, tenant, { now: platform.now, tick: () => platform.advance(1) }),
    close: () => everything.disposeAsync(),
  };
}

/** The calls that people can make to a service. @param clock its own: `tick` is called before each of theirs. */
export function callsTo(
  url: string,
  tenant: Tenant,
  clock: { now(): number; tick(): void },
): Pick<TestService, "as" | "anonymous" | "token" | "userId"> {
  const token = tokensOf(tenant, clock);
  return {
    token,
    userId: (username) => personOf(tenant, username).id,
    as: (username, identity) => async (method, path, body, headers) => {
      clock.tick();
      const authorization = `Bearer ${identity?.token ?? (await token(username, identity))}`;
      return call(identity?.url ?? url, method, path, body, { authorization, ...headers });
    },
    anonymous: (method, path, body, headers) => call(url, method, path, body, headers),
  };
}

function personOf(tenant: Tenant, username: string) {
  const person = tenant.description.users.find((user) => user.username === username);
  if (!person) throw new Error(`the dev tenant has nobody called ${username}`);
  return person;
}

/** Signs access tokens for the tenant's people. */
export const tokensOf =
  (tenant: Tenant, platform: Pick<TestPlatform, "now">): TestService["token"] =>
  async (username, { scope = "profile:read profile:write", clientId = "spa-client" } = {}) => {
    const iat = Math.floor(platform.now() / 1000);
    return tenant.sign({
      iss: tenant.description.issuer,
      aud: apiResource,
      sub: personOf(tenant, username).id,
      client_id: clientId,
      jti: randomUUID(),
      scope,
      iat,
      exp: iat + 3600,
    });
  };

/** Makes one request and reads the whole answer. */
export async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isAsItIs = typeof body === "string" || body instanceof Blob;
  const sent = isAsItIs ? body : JSON.stringify(body);
  const type = body instanceof Blob ? body.type : "application/json";
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: "manual",
    headers: { ...(body === undefined ? {} : { "content-type": type }), ...headers },
    ...(body === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isJson = text !== "" && (response.headers.get("content-type")?.includes("json") ?? false);
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : undefined,
    text,
  };
}

/** Proves the person's password and returns the header that step-up asks for. */
export async function stepUp(service: Pick<TestService, "as">, username: string, identity?: Identity) {
  const { status, body } = await service.as(username, identity)("POST", "/me/password/verify", {
    password: `${username}-password-1`,
  });
  if (status !== 200) throw new Error(`step-up of ${username} answered ${status}`);
  return { "verification-id": String(body.verificationId) };
}

/** Sends a code to an address and returns what the message said. */
export async function sendCode(
  service: Pick<TestService, "as" | "tenant">,
  username: string,
  address: { email: string } | { phone: string },
  headers: Record<string, string> = {},
): Promise<string> {
  const path = "/me/verification-codes";
  const { status, text, body } = await service.as(username)("POST", path, address, headers);
  if (status !== 202) throw new Error(`sending a code answered ${status}: ${text}`);
  const message = service.tenant.messages(body.sentTo);
  if (!message) throw new Error("no message was sent");
  return message.code;
}
