import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig, Secret } from "../src/config.ts";

const key = (kid: string, byte: number) => `${kid}:${Buffer.alloc(32, byte).toString("base64")}`;

const complete = {
  LOGTO_ENDPOINT: "https://tenant.example.org",
  LOGTO_M2M_APP_ID: "app",
  LOGTO_M2M_APP_SECRET: "hush-hush",
  API_RESOURCE: "https://profile.example.org/api",
  ENCRYPTION_KEYS: `${key("k2", 2)},${key("k1", 1)}`,
};

function faultsOf(variables: Record<string, string | undefined>): string {
  try {
    parseConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error("the configuration was accepted");
}

describe("parseConfig", () => {
  test("shapes the environment for use, with its defaults", () => {
    const config = parseConfig({ ...complete, PUBLIC_URL: "" });
    expect(config).toMatchObject({
      logto: { issuer: "https://tenant.example.org/oidc", managementApi: "https://default.logto.app/api" },
      port: 3000,
      publicUrl: "http://localhost:3000",
      database: { kind: "sqlite", path: "./data/profile.db" },
      allowedOrigins: [],
      trustedProxies: [],
      profileCacheSeconds: 15,
    });
    expect(config.encryptionKeys.map(({ kid }) => kid)).toEqual(["k2", "k1"]);
  });

  test("names every missing variable in one message", () => {
    const message = faultsOf({});
    for (const name of Object.keys(complete)) expect(message).toContain(`${name} is missing`);
  });

  test.each([
    ["LOGTO_ENDPOINT", "http://tenant.example.org"],
    ["LOGTO_ENDPOINT", "https://tenant.example.org/oidc"],
    ["LOGTO_ENDPOINT", "tenant.example.org"],
    ["LOGTO_MANAGEMENT_API", "not a url"],
    ["LOGTO_INTERNAL_ENDPOINT", "http://logto.example.org"],
    ["LOGTO_INTERNAL_ENDPOINT", "http://8.8.8.8:3001"],
    ["LOGTO_INTERNAL_ENDPOINT", "http://172.32.0.1"],
    ["LOGTO_INTERNAL_ENDPOINT", "http://[2001:db8::1]"],
    ["LOGTO_INTERNAL_ENDPOINT", "http://[fc::1]"],
    ["LOGTO_INTERNAL_ENDPOINT", "http://10.0.0.1.example.org"],
    ["LOGTO_INTERNAL_ENDPOINT", "https://logto.internal/oidc"],
    ["API_RESOURCE", "profile"],
    ["PORT", "80.5"],
    ["PORT", "65536"],
    ["PUBLIC_URL", "https://profile.example.org/base"],
    ["DATABASE_URL", "mysql://host/db"],
    ["DATABASE_URL", "./profile.db"],
    ["ENCRYPTION_KEYS", "k1:c2hvcnQ="],
    ["ENCRYPTION_KEYS", Buffer.alloc(32).toString("base64")],
    ["ENCRYPTION_KEYS", `${key("k1", 1)},${key("k1", 2)}`],
    ["ALLOWED_ORIGINS", "https://app.example.org/"],
    ["ALLOWED_ORIGINS", "*"],
    ["TRUSTED_PROXIES", "10.0.0.1"],
    ["TRUSTED_PROXIES", "10.0.0.0/33"],
    ["PROFILE_CACHE_SECONDS", "-1"],
    ["PROFILE_CACHE_SECONDS", "301"],
  ])("names %s when it is %o, and prints no value", (name, value) => {
    const message = faultsOf({ ...complete, [name]: value });
    expect(message.split("\n")).toHaveLength(2);
    expect(message).toContain(`  ${name} `);
    expect(message).not.toContain(value);
    expect(message).not.toContain("hush-hush");
  });

  test("takes plain http on loopback alone", () => {
    const { logto } = parseConfig({ ...complete, LOGTO_ENDPOINT: "http://localhost:3001/" });
    expect(logto.endpoint).toBe("http://localhost:3001");
  });

  test.each([
    "http://logto:3001",
    "http://localhost:3001",
    "http://127.0.0.2:3001",
    "http://10.1.2.3:3001",
    "http://172.31.255.1",
    "http://192.168.0.10",
    "http://[::1]:3001",
    "http://[fd12:3456::1]:3001",
    "https://logto.internal.example.org",
  ])("reaches the tenant at %s, and keeps the issuer that people see", (internal) => {
    const { logto } = parseConfig({ ...complete, LOGTO_INTERNAL_ENDPOINT: internal });
    expect(logto).toMatchObject({
      endpoint: "https://tenant.example.org",
      internalEndpoint: internal,
      issuer: "https://tenant.example.org/oidc",
    });
  });

  test("reaches the tenant at LOGTO_ENDPOINT by default", () => {
    expect(parseConfig(complete).logto.internalEndpoint).toBe("https://tenant.example.org");
  });
});

test("a secret prints as [secret] unless it is revealed", () => {
  const secret = new Secret("hush-hush");
  expect(`${secret} ${JSON.stringify({ secret })}`).toBe('[secret] {"secret":"[secret]"}');
  expect(secret.reveal()).toBe("hush-hush");
});
