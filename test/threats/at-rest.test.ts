import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { base64url, CompactEncrypt } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { everyByte } from "../support/files.ts";
import { useService, useShared } from "../support/fixtures.ts";
import { startProcess } from "../support/processes.ts";
import { stepUp } from "../support/service.ts";

const main = fileURLToPath(new URL("../../src/runtime/node/main.ts", import.meta.url));

const service = useService();
const stores = useShared(() => createRepositories(service.database));

/** Values that a person stores and that nothing but the service may read. */
const markers = {
  ssn: "987-65-4329",
  ethnicity: "MARKER-ethnicity",
  mailingAddress: { streetAddress: "MARKER Street 1", locality: "MARKERTOWN" },
  paymentMethods: [{ token: "tok_MARKER", brand: "visa", last4: "8080", expiry: "12/30" }],
};
const marks = /987-65-4329|987654329|MARKER|tok_|-password-1/;

const store = async (username: string) => {
  const proof = await stepUp(service, username);
  const answer = await service.as(username)("PATCH", "/me", { name: "MARKER", business: markers }, proof);
  expect(answer.status).toBe(200);
  return proof;
};

test("what people store is in no file of the database, nor in a backup of it", async () => {
  const proof = await store("alice");
  await service.as("alice")("POST", "/me/business/reveal", { fields: ["ssn"] }, proof);
  const key = { "idempotency-key": "MARKER-key" };
  await service.as("alice")("PATCH", "/me/business", { ethnicity: "MARKER-other" }, key);
  await service.as("alice")("PATCH", "/me", { name: "MARKER-two", business: { gender: "MARKER-g" } });
  await service.as("alice")("POST", "/me/verification-codes", { email: "alice@example.test" });
  expect(everyByte(service.folder)).toContain(service.userId("alice"));
  expect(everyByte(service.folder)).not.toMatch(marks);
  expect(everyByte(service.folder)).not.toMatch(/alice@example|12025550111/);

  const source = new Sqlite(join(service.folder, "profile.db"), { readonly: true });
  await source.backup(join(service.folder, "backup.db"));
  source.close();
  expect(everyByte(service.folder)).not.toMatch(marks);
});

describe("a vault row that is not as it was written", () => {
  const alice = service.as("alice");
  let proof: Record<string, string>;
  beforeAll(async () => {
    proof = await store("alice");
    await store("bob");
  });

  const rowOf = async (username: string) => {
    const row = await stores.vaults.find(service.userId(username));
    if (!row) throw new Error(`${username} has no vault row`);
    return row;
  };
  const replace = (sealed: string) =>
    service.database.kysely
      .updateTable("vault")
      .set({ sealed })
      .where("user_id", "=", service.userId("alice"))
      .execute();
  const flipped = (sealed: string, part: number) => {
    const parts = sealed.split(".");
    const bytes = base64url.decode(parts[part] ?? "");
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    parts[part] = base64url.encode(bytes);
    return parts.join(".");
  };
  const shortTag = (sealed: string) => {
    const parts = sealed.split(".");
    parts[4] = base64url.encode(base64url.decode(parts[4] ?? "").subarray(0, 4));
    return parts.join(".");
  };
  const unknownKey = () =>
    new CompactEncrypt(new TextEncoder().encode("{}"))
      .setProtectedHeader({
        alg: "dir",
        enc: "A256GCM",
        kid: "nobodys",
        sub: service.userId("alice"),
        purpose: "vault",
      })
      .encrypt(randomBytes(32));

  test.each<[string, (sealed: string) => string | Promise<string>]>([
    ["another person's row", async () => (await rowOf("bob")).sealed],
    ["a flipped bit in its header", (sealed) => flipped(sealed, 0)],
    ["a flipped bit in its nonce", (sealed) => flipped(sealed, 2)],
    ["a flipped bit in its text", (sealed) => flipped(sealed, 3)],
    ["a flipped bit in its tag", (sealed) => flipped(sealed, 4)],
    ["a tag of four bytes", shortTag],
    ["a key nobody knows", unknownKey],
    ["nothing", () => ""],
    ["plain text", () => JSON.stringify(markers)],
  ])("with %s is a data_integrity failure on every route, without partial data", async (_what, spoil) => {
    const { sealed } = await rowOf("alice");
    await replace(await spoil(sealed));
    service.tenant.requests.clear();
    const answers = [
      await alice("GET", "/me"),
      await alice("PATCH", "/me", { name: "Other" }),
      await alice("GET", "/me/business"),
      await alice("PATCH", "/me/business", { ethnicity: "Other" }),
      await alice("PATCH", "/me/custom-data", { newsletter: true }),
      await alice("POST", "/me/business/reveal", { fields: ["ssn"] }, proof),
    ];
    for (const { status, body, text } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 500, code: "data_integrity" });
      expect(Object.keys(body).sort()).toEqual(["code", "requestId", "status", "title", "type"]);
      expect(text).not.toMatch(marks);
    }
    // What shows nothing of the vault does not read it.
    expect((await alice("GET", "/me/custom-data")).status).toBe(200);
    expect(service.tenant.requests.count("PATCH", /./)).toBe(0);
    await replace(sealed);
    expect((await alice("POST", "/me/business/reveal", { fields: ["ssn"] }, proof)).body).toEqual({
      ssn: markers.ssn,
    });
  });
});

describe("keys", () => {
  const bytes = randomBytes(32).toString("base64");

  test("another key under a known id stops the start with one plain line", () => {
    const environment = { ...service.environment, ENCRYPTION_KEYS: `test:${bytes}` };
    const { status, stdout, stderr } = spawnSync(process.execPath, [main], {
      cwd: service.folder,
      env: environment,
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(/^ENCRYPTION_KEYS holds another key/)]);
    expect(stderr).not.toContain(bytes);
  });

  test("a start without the key that data is sealed under is refused, naming it", () => {
    const environment = { ...service.environment, ENCRYPTION_KEYS: `next:${bytes}` };
    const { status, stderr } = spawnSync(process.execPath, [main], {
      cwd: service.folder,
      env: environment,
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(/^ENCRYPTION_KEYS lacks test, /)]);
  });

  test("a new first key re-seals every row while people read, and the old one can go", async () => {
    const old = service.environment.ENCRYPTION_KEYS ?? "";
    const before = (await stores.vaults.find(service.userId("alice")))?.version;
    const rotating = await startProcess({ ...service.environment, ENCRYPTION_KEYS: `next:${bytes},${old}` });
    const read = () => service.as("alice", { url: rotating.url })("GET", "/me");
    while ((await stores.canaries.readKeyState()).kidsInUse.join() !== "next")
      expect((await read()).status).toBe(200);
    expect((await stores.vaults.find(service.userId("alice")))?.version).toBe(before);
    await rotating.stop();
    const without = await startProcess({ ...service.environment, ENCRYPTION_KEYS: `next:${bytes}` });
    const { body } = await service.as("alice", { url: without.url })("GET", "/me/business");
    expect(body.ssn).toEqual({ masked: "•••••4329" });
    await without.stop();
  });
});

test("the log tells nothing that people stored or typed", () => {
  expect(service.platform.lines.length).toBeGreaterThan(50);
  expect(service.platform.lines.join("\n")).not.toMatch(marks);
  expect(service.platform.lines.join("\n")).not.toContain(service.userId("alice"));
});
