import { afterEach, beforeEach, expect, test } from "vitest";
import { openD1 } from "../../db/d1.ts";
import { createDb } from "../../db/repositories.ts";
import { createM2mToken } from "../../src/logto/m2m-token.ts";
import { createSharedToken } from "../../src/logto/shared-token.ts";
import { createKeyring } from "../../src/vault/keyring.ts";
import { createSealer } from "../../src/vault/sealed-document.ts";
import { createSqliteFile, type TestDatabase } from "../support/databases.ts";
import { encryptionKey } from "../support/keys.ts";
import { issueTokens, logtoConfig, testTuning } from "../support/logto.ts";
import { createTestPlatform, type TestPlatform } from "../support/platform.ts";
import { after, json, startUpstream, text, type Upstream } from "../support/upstream.ts";

const route = "POST /oidc/token";
let upstream: Upstream;
let file: TestDatabase;
let platforms: TestPlatform[];

beforeEach(async () => {
  upstream = await startUpstream();
  upstream.on(route, issueTokens());
  file = await createSqliteFile();
  platforms = [];
});
afterEach(async () => {
  await upstream.stop();
  await file.remove();
});

/** The token holder of one isolate: it shares only the database with the others. */
function instance({ key = encryptionKey("k1", 1), database = file.open() } = {}) {
  const platform = createTestPlatform();
  platforms.push(platform);
  const logto = logtoConfig(upstream.origin);
  const vault = createSealer(createKeyring([key]));
  const shared = createSharedToken({ db: createDb(database), vault, platform, logto });
  const token = createM2mToken({ logto, platform, tuning: testTuning, shared });
  return {
    get: () => token.get(),
    renew: (old: string) => token.renew(old),
    status: () => token.status(),
    platform,
  };
}
const advance = (milliseconds: number) => {
  for (const platform of platforms) platform.advance(milliseconds);
};

test("makes one request for ten cold instances", async () => {
  upstream.on(route, after(300, issueTokens()));
  const tokens = await Promise.all(Array.from({ length: 10 }, () => instance().get()));
  expect(new Set(tokens)).toEqual(new Set(["token-1"]));
  expect(upstream.count(route)).toBe(1);
});

test("refreshes for all from 80 % of the life on, and no caller waits", async () => {
  const instances = [instance(), instance(), instance()];
  await Promise.all(instances.map(({ get }) => get()));
  advance(2_881_000);
  expect(await Promise.all(instances.map(({ get }) => get()))).toEqual(Array(3).fill("token-1"));
  await Promise.all(platforms.map((platform) => platform.idle()));
  expect(await Promise.all(instances.map(({ get }) => get()))).toEqual(Array(3).fill("token-2"));
  expect(upstream.count(route)).toBe(2);
});

test("knows the age of a token that another instance asked for", async () => {
  await instance().get();
  advance(3_000_000);
  const late = instance();
  late.platform.advance(3_000_000);
  expect(await late.get()).toBe("token-1");
  await late.get();
  await late.platform.idle();
  expect(await late.get()).toBe("token-2");
});

test("replaces a refused token once, and never takes it from the row again", async () => {
  const instances = [instance(), instance(), instance()];
  await Promise.all(instances.map(({ get }) => get()));
  const renewed = await Promise.all(instances.map(({ renew }) => renew("token-1")));
  expect(renewed).toEqual(Array(3).fill("token-2"));
  expect(upstream.count(route)).toBe(2);
});

test("tries a credential that is refused once in 30 seconds, whichever instance is asked", async () => {
  upstream.on(route, json(401, { error: "invalid_client" }));
  const refused = { code: "upstream_unavailable", detail: { retryAfter: 30 } };
  await expect(instance().get()).rejects.toMatchObject(refused);
  await expect(instance().get()).rejects.toMatchObject(refused);
  expect(upstream.count(route)).toBe(1);
  upstream.on(route, issueTokens());
  const later = instance();
  later.platform.advance(31_000);
  expect(await later.get()).toBe("token-1");
});

test("honours the token endpoint's Retry-After in every instance", async () => {
  upstream.on(route, text(503, "later", { "retry-after": "120" }));
  const refused = { code: "upstream_unavailable", detail: { retryAfter: 120 } };
  await expect(instance().get()).rejects.toMatchObject(refused);
  const other = instance();
  await expect(other.get()).rejects.toMatchObject(refused);
  expect(other.status().problem).toBe("unreachable");
  expect(upstream.count(route)).toBe(1);
  upstream.on(route, issueTokens());
  advance(120_000);
  expect(await other.get()).toBe("token-1");
});

test("requests a new token if the stored one is sealed with a removed key", async () => {
  await instance().get();
  expect(await instance({ key: encryptionKey("k2", 2) }).get()).toBe("token-2");
});

test("does not take a failure of the database for one of Logto", async () => {
  const statement = { bind: () => statement };
  const lost = () => Promise.reject(new Error("D1_ERROR: Network connection lost."));
  const { get } = instance({ database: openD1({ prepare: () => statement, batch: lost }) });
  await expect(get()).rejects.toMatchObject({ code: "storage_unavailable" });
  expect(upstream.count(route)).toBe(0);
});
