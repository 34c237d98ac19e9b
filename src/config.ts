/** Parses the environment into a `Config`. A composition root does this once; nothing else reads the environment. */
import * as z from "zod";
import {
  cidr,
  internalOrigin,
  listenHost,
  originPattern,
  parseUrl,
  publicOrigin,
  publicUrl,
} from "./addresses.ts";
import { type DeletionConfig, deletionConfig, deletionVariables } from "./deletion-settings.ts";
import { type EncryptionKeys, encryptionKeys } from "./encryption-keys.ts";
import { type MedusaConfig, medusaConfig, medusaVariables } from "./medusa-settings.ts";
import { type NoticesConfig, noticesConfig, noticesVariables } from "./notices-settings.ts";
import { ConfigError } from "./operator-error.ts";
import { type PageSettings, pageSettings, pageVariables } from "./page-settings.ts";
import { Secret } from "./secret.ts";
import { type TraceSettings, telemetryVariables, traceSettings } from "./telemetry-settings.ts";

export { ConfigError, Secret };

export type LogtoConfig = {
  /** The tenant's origin as people reach it, without a trailing slash. */
  endpoint: string;
  /** The tenant's origin as the service itself reaches it. */
  internalEndpoint: string;
  /** `iss` of its tokens. */
  issuer: string;
  /** Resource indicator of its Management API. */
  managementApi: string;
  m2m: { appId: string; appSecret: Secret };
};

/** The web application whose people sign in by cookie, and how long their sessions live. */
export type SessionConfig = {
  appId: string;
  appSecret: Secret;
  cookieKeys: EncryptionKeys;
  /** How long a session lives without being used. */
  idleMs: number;
  /** How long it lives in all. */
  lifeMs: number;
};

export type DatabaseConfig = { kind: "sqlite"; path: string } | { kind: "postgres"; url: Secret };

export type ListenAt = { host: string; port: number };

export type Config = {
  logto: LogtoConfig;
  /** The required `aud` of every access token. */
  apiResource: string;
  /** The address to listen at; undefined for every address of the machine. */
  host: string | undefined;
  port: number;
  /** Where `/metrics` is; undefined where it is not. */
  metrics: ListenAt | undefined;
  /** How many processes serve it on this machine. */
  processes: number;
  /** Where people reach this service: an origin, and a path if a proxy serves it under one; no trailing slash. */
  publicUrl: string;
  database: DatabaseConfig;
  encryptionKeys: EncryptionKeys;
  /** Origins whose pages may call from a browser: exact, or with `*` as the first label of the host. */
  allowedOrigins: readonly string[];
  /** Whether every page on this machine may do so as well: in development only. */
  allowsLoopbackOrigins: boolean;
  /** Undefined where there are no cookie sessions. */
  session: SessionConfig | undefined;
  /** Undefined where Medusa's clients are not served. */
  medusa: MedusaConfig | undefined;
  /** Undefined where people are told nothing. */
  notices: NoticesConfig | undefined;
  /** Undefined where people cannot delete their account here. */
  deletion: DeletionConfig | undefined;
  webhookSigningKey: Secret | undefined;
  /** CIDRs of the proxies whose `X-Forwarded-For` or `Forwarded` is trusted. */
  trustedProxies: readonly string[];
  profileCacheSeconds: number;
  /** The most calls of this process to Logto within ten seconds. */
  logtoCallsPer10s: number;
  page: PageSettings;
  /** Undefined where no traces are exported. */
  traces: TraceSettings | undefined;
  /** Whether answers say how long what took. */
  serverTiming: boolean;
};

const present = z.string("is missing").min(1, "is empty");
const secret = present.transform((value) => new Secret(value));
const list = z.string().transform((value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean),
);

const database = z
  .string()
  .refine(
    (value) =>
      /^file:.+/.test(value) || ["postgres:", "postgresql:"].includes(parseUrl(value)?.protocol ?? ""),
    "must be file:<path> or postgres://…",
  )
  .transform(
    (value): DatabaseConfig =>
      value.startsWith("file:")
        ? { kind: "sqlite", path: value.slice("file:".length) }
        : { kind: "postgres", url: new Secret(value) },
  );

const whole = (least: number, most: number) =>
  z
    .string()
    .refine(
      (value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most,
      `must be a whole number from ${least} to ${most}`,
    )
    .transform(Number);

/** Every variable and its form. A command that needs only some of them picks those. */
export const environment = z.object({
  LOGTO_ENDPOINT: publicOrigin,
  LOGTO_M2M_APP_ID: present,
  LOGTO_M2M_APP_SECRET: secret,
  LOGTO_MANAGEMENT_API: z.url("must be a URL").prefault("https://default.logto.app/api"),
  LOGTO_INTERNAL_ENDPOINT: internalOrigin.optional(),
  API_RESOURCE: z.string("is missing").refine((value) => URL.canParse(value), "must be a URL"),
  HOST: listenHost.optional(),
  PORT: whole(0, 65_535).prefault("3000"),
  METRICS_HOST: listenHost.prefault("127.0.0.1"),
  METRICS_PORT: whole(0, 65_535).optional(),
  WEB_CONCURRENCY: whole(1, 256).prefault("1"),
  PUBLIC_URL: publicUrl.optional(),
  DATABASE_URL: database.prefault("file:./data/profile.db"),
  ENCRYPTION_KEYS: encryptionKeys,
  ALLOWED_ORIGINS: list.pipe(z.array(originPattern)).prefault(""),
  LOGTO_APP_ID: present.optional(),
  LOGTO_APP_SECRET: secret.optional(),
  COOKIE_KEYS: encryptionKeys.optional(),
  SESSION_IDLE_MINUTES: whole(1, 1_440).prefault("60"),
  SESSION_HOURS: whole(1, 336).prefault("24"),
  ...medusaVariables,
  ...noticesVariables,
  ...deletionVariables,
  LOGTO_WEBHOOK_SIGNING_KEY: secret.optional(),
  TRUSTED_PROXIES: list.pipe(z.array(cidr)).prefault(""),
  PROFILE_CACHE_SECONDS: whole(0, 300).prefault("15"),
  LOGTO_CALLS_PER_10S: whole(10, 1_000_000).prefault("200"),
  ...pageVariables,
  ...telemetryVariables,
});

type Environment = z.output<typeof environment>;

/**
 * Parses some variables. A variable that is set to the empty string counts as not set.
 * @throws {ConfigError} naming every variable that is missing or malformed.
 */
export function readVariables<Schema extends z.ZodType>(
  schema: Schema,
  variables: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError([
      ...new Set(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`)),
    ]);
  }
  return parsed.data;
}

/** Puts the variables of a tenant together with the credential to use there. */
export const logtoConfig = (
  env: Pick<Environment, "LOGTO_ENDPOINT" | "LOGTO_INTERNAL_ENDPOINT" | "LOGTO_MANAGEMENT_API">,
  m2m: LogtoConfig["m2m"],
): LogtoConfig => ({
  endpoint: env.LOGTO_ENDPOINT,
  internalEndpoint: env.LOGTO_INTERNAL_ENDPOINT ?? env.LOGTO_ENDPOINT,
  issuer: `${env.LOGTO_ENDPOINT}/oidc`,
  managementApi: env.LOGTO_MANAGEMENT_API,
  m2m,
});

/** @throws {ConfigError} if only some of the three variables are set. */
function sessionConfig(env: Environment): SessionConfig | undefined {
  const { LOGTO_APP_ID: appId, LOGTO_APP_SECRET: appSecret, COOKIE_KEYS: cookieKeys } = env;
  if (appId !== undefined && appSecret !== undefined && cookieKeys !== undefined) {
    const idleMs = env.SESSION_IDLE_MINUTES * 60_000;
    return { appId, appSecret, cookieKeys, idleMs, lifeMs: env.SESSION_HOURS * 3_600_000 };
  }
  const three = { LOGTO_APP_ID: appId, LOGTO_APP_SECRET: appSecret, COOKIE_KEYS: cookieKeys };
  const missing = Object.entries(three).filter(([, value]) => value === undefined);
  if (missing.length === 3) return undefined;
  throw new ConfigError(
    missing.map(
      ([name]) => `${name} is missing: cookie sessions need all of ${Object.keys(three).join(", ")}`,
    ),
  );
}

/** @throws {ConfigError} for the port at which people are served. */
function metricsConfig({ METRICS_HOST: host, METRICS_PORT: port, PORT }: Environment): ListenAt | undefined {
  if (port === undefined) return undefined;
  if (port !== 0 && port === PORT) throw new ConfigError(["METRICS_PORT must be another port than PORT"]);
  return { host, port };
}

/**
 * Parses the environment.
 * @param development whether this is a developer's own machine: it then listens on loopback, and every page there may
 * call. No variable says so, so that none can in production.
 * @throws {ConfigError} as `readVariables`.
 */
export function parseConfig(
  variables: Readonly<Record<string, string | undefined>>,
  { development = false } = {},
): Config {
  const env = readVariables(environment, variables);
  return {
    logto: logtoConfig(env, { appId: env.LOGTO_M2M_APP_ID, appSecret: env.LOGTO_M2M_APP_SECRET }),
    apiResource: env.API_RESOURCE,
    host: env.HOST ?? (development ? "127.0.0.1" : undefined),
    port: env.PORT,
    metrics: metricsConfig(env),
    processes: env.WEB_CONCURRENCY,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    database: env.DATABASE_URL,
    encryptionKeys: env.ENCRYPTION_KEYS,
    allowedOrigins: env.ALLOWED_ORIGINS,
    allowsLoopbackOrigins: development,
    session: sessionConfig(env),
    medusa: medusaConfig(env),
    notices: noticesConfig(env),
    deletion: deletionConfig(env),
    webhookSigningKey: env.LOGTO_WEBHOOK_SIGNING_KEY,
    trustedProxies: env.TRUSTED_PROXIES,
    profileCacheSeconds: env.PROFILE_CACHE_SECONDS,
    logtoCallsPer10s: Math.max(1, Math.floor(env.LOGTO_CALLS_PER_10S / env.WEB_CONCURRENCY)),
    page: pageSettings(env),
    traces: traceSettings(env),
    serverTiming: env.SERVER_TIMING,
  };
}
