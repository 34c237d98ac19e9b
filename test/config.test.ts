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
    ["HOST", "127.0.0.1:3000"],
    ["HOST", "http://localhost"],
    ["HOST", "*"],
    ["HOST", "[::1"],
    ["PUBLIC_URL", "http://profile.example.org"],
    ["PUBLIC_URL", "https://profile.example.org/base?x=1"],
    ["PUBLIC_URL", "https://profile.example.org/base#x"],
    ["PUBLIC_URL", "https://profile.example.org//base"],
    ["PUBLIC_URL", "https://profile.example.org/b%61se"],
    ["PUBLIC_URL", "https://profile.example.org/.well-known"],
    ["PUBLIC_URL", "https://someone@profile.example.org/base"],
    ["PUBLIC_URL", "profile.example.org/base"],
    ["DATABASE_URL", "mysql://host/db"],
    ["DATABASE_URL", "./profile.db"],
    ["ENCRYPTION_KEYS", "k1:c2hvcnQ="],
    ["ENCRYPTION_KEYS", Buffer.alloc(32).toString("base64")],
    ["ENCRYPTION_KEYS", `${key("k1", 1)},${key("k1", 2)}`],
    ["ALLOWED_ORIGINS", "https://app.example.org/"],
    ["ALLOWED_ORIGINS", "null"],
    ["ALLOWED_ORIGINS", "file://"],
    ["ALLOWED_ORIGINS", "*"],
    ["ALLOWED_ORIGINS", "https://*"],
    ["ALLOWED_ORIGINS", "https://*.com"],
    ["ALLOWED_ORIGINS", "https://*.com."],
    ["ALLOWED_ORIGINS", "https://*.com:8443"],
    ["ALLOWED_ORIGINS", "*.example.com"],
    ["ALLOWED_ORIGINS", "*://app.example.com"],
    ["ALLOWED_ORIGINS", "https://*.*.example.com"],
    ["ALLOWED_ORIGINS", "https://app.*.example.com"],
    ["ALLOWED_ORIGINS", "https://app-*.example.com"],
    ["ALLOWED_ORIGINS", "https://**.example.com"],
    ["ALLOWED_ORIGINS", "https://*.example.com:*"],
    ["ALLOWED_ORIGINS", "https://*.example.com/"],
    ["ALLOWED_ORIGINS", "https://*.example.com/*"],
    ["ALLOWED_ORIGINS", "https://*@example.com"],
    ["ALLOWED_ORIGINS", "https://*.1.2.3.4"],
    ["ALLOWED_ORIGINS", "https://app.example.com,https://*.example.*"],
    ["TRUSTED_PROXIES", "10.0.0.1"],
    ["TRUSTED_PROXIES", "10.0.0.0/33"],
    ["PROFILE_CACHE_SECONDS", "-1"],
    ["PROFILE_CACHE_SECONDS", "301"],
    ["MEDUSA_RESET_LINK", "https://shop.example.org/reset"],
    ["MEDUSA_RESET_LINK", "https://shop.example.org/{token}?token={token}"],
    ["MEDUSA_RESET_LINK", "http://shop.example.org/reset?token={token}"],
    ["MEDUSA_RESET_LINK", "https://{token}.example.org/reset"],
    ["MEDUSA_RESET_LINK", "https://{token}@shop.example.org/reset"],
    ["SMTP_URL", "https://mail.example.org"],
    ["SMTP_URL", "mail.example.org:587"],
    ["SMTP_URL", "smtp:///mail"],
    ["SMTP_URL", "smtp://mail.example.org?debug=true"],
    ["SMTP_URL", "smtps://shop:100%@mail.example.org"],
    ["SMTP_FROM", "Shop <shop@example.org>"],
    ["NOTICES_URL", "http://mailer.example.org/events"],
    ["NOTICES_URL", "https://user:secret@mailer.example.org/events"],
    ["NOTICES_SECRET", "whsec_short"],
  ])("names %s when it is %o, and prints no value", (name, value) => {
    const message = faultsOf({ ...complete, [name]: value });
    expect(message.split("\n")).toHaveLength(2);
    expect(message).toContain(`  ${name} `);
    expect(message).not.toContain(value);
    expect(message).not.toContain("hush-hush");
  });

  test.each([
    ["https://profile.example.org", "https://profile.example.org"],
    ["https://profile.example.org/", "https://profile.example.org"],
    ["https://Profile.Example.org:443/Base", "https://profile.example.org/Base"],
    ["https://example.org/apps/profile.v2/", "https://example.org/apps/profile.v2"],
    ["http://localhost:3000/~me", "http://localhost:3000/~me"],
    ["http://[::1]:3000", "http://[::1]:3000"],
  ])("people may reach it at %s", (given, publicUrl) => {
    expect(parseConfig({ ...complete, PUBLIC_URL: given }).publicUrl).toBe(publicUrl);
  });

  test.each([
    ["0.0.0.0", "0.0.0.0"],
    ["::", "::"],
    ["[::1]", "::1"],
    ["192.168.0.10", "192.168.0.10"],
    ["localhost", "localhost"],
    ["profile-1.internal", "profile-1.internal"],
  ])("it may listen at %s", (given, host) => {
    expect(parseConfig({ ...complete, HOST: given }).host).toBe(host);
  });

  test("listens at every address and allows no origin, but in development at loopback and every origin there", () => {
    expect(parseConfig(complete)).toMatchObject({ host: undefined, allowsLoopbackOrigins: false });
    const development = { development: true };
    expect(parseConfig(complete, development)).toMatchObject({
      host: "127.0.0.1",
      allowsLoopbackOrigins: true,
    });
    expect(parseConfig({ ...complete, HOST: "0.0.0.0" }, development).host).toBe("0.0.0.0");
  });

  test.each([
    "https://app.example.org",
    "https://app.example.org:8443",
    "https://*.example.org",
    "https://*.apps.example.org:8443",
    "http://*.localhost:5173",
    "capacitor://localhost",
    "chrome-extension://abcdefghijklmnop",
  ])("pages of %s may be allowed to call", (origin) => {
    const { allowedOrigins } = parseConfig({ ...complete, ALLOWED_ORIGINS: ` ${origin} , https://b.test` });
    expect(allowedOrigins).toEqual([origin, "https://b.test"]);
  });

  describe("reset tokens of Medusa's clients", () => {
    const shop = {
      ...complete,
      ...{ LOGTO_APP_ID: "web", LOGTO_APP_SECRET: "hush-hush", COOKIE_KEYS: key("c1", 3) },
      MEDUSA_ACTORS: "customer",
    };
    const url = { MEDUSA_RESET_URL: "https://shop.example.org/events" };
    const link = { MEDUSA_RESET_LINK: "https://shop.example.org/#/reset?token={token}" };
    const smtp = { SMTP_URL: "smtps://shop:p%40ss@mail.example.org" };

    test("go out by mail, with a link", () => {
      const { medusa } = parseConfig({ ...shop, ...link, ...smtp, SMTP_FROM: "shop@example.org" });
      expect(medusa?.reset).toMatchObject({
        by: "mail",
        link: link.MEDUSA_RESET_LINK,
        from: "shop@example.org",
      });
      expect(JSON.stringify(medusa)).not.toContain("p%40ss");
    });

    test.each([
      ["a link alone", link, "SMTP_URL is missing"],
      ["a receiver without a secret", url, "NOTICES_SECRET is missing"],
      ["both ways", { ...url, ...link, ...smtp }, "MEDUSA_RESET_URL is set beside MEDUSA_RESET_LINK"],
    ])("are refused with %s", (_what, variables, fault) => {
      expect(faultsOf({ ...shop, ...variables })).toContain(fault);
    });
  });

  describe("notices", () => {
    const smtp = { SMTP_URL: "smtp://mail.example.org" };
    const url = { NOTICES_URL: "https://mailer.example.org/events" };
    const secret = { NOTICES_SECRET: `whsec_${"A".repeat(32)}` };

    test.each([
      ["nowhere by default", {}, undefined],
      ["by mail where there is a server", smtp, { by: "mail" }],
      ["to a receiver, also beside a mail server", { ...smtp, ...url, ...secret }, { by: "event" }],
    ])("go %s", (_what, variables, expected) => {
      const { notices } = parseConfig({ ...complete, ...variables });
      if (expected) expect(notices).toMatchObject(expected);
      else expect(notices).toBe(undefined);
      expect(JSON.stringify(notices ?? {})).not.toContain("AAAA");
    });

    test("are refused with a receiver and no secret", () =>
      expect(faultsOf({ ...complete, ...url })).toContain("NOTICES_SECRET is missing"));
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
