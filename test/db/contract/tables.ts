/** Whom each table names and when its rows expire, as declared in `db/tables.ts`: every table is tried. */
import { randomUUID } from "node:crypto";
import type { Insertable } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { eraseRows } from "../../../db/erase.ts";
import { guardedInsert } from "../../../db/guard.ts";
import { purgeExpired } from "../../../db/purge.ts";
import type { Schema } from "../../../db/schema.ts";
import { type TableRules, tables } from "../../../db/tables.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

/** Long before the rows of the other contracts expire: a purge here leaves them alone. */
const now = 1_000_000_000_000;
const later = () => 2 * now;
const minute = 60_000;

type Table = keyof Schema;
/** A row of each table in which `id` stands, and in each column with a time what `at` says. */
type Samples = {
  [Name in Table]: (id: string, at: (column: string) => number) => Insertable<Schema[Name]>;
};

const samples: Samples = {
  avatars: (id, at) => ({
    user_id: id,
    hash: "h",
    type: "image/png",
    content: "c",
    updated_at: at("updated_at"),
  }),
  schema_migrations: (id, at) => ({ name: id, applied_at: at("applied_at") }),
  leases: (id, at) => ({ user_id: id, token: "writer", expires_at: at("expires_at") }),
  vault: (id, at) => ({ user_id: id, version: 1, kid: "k1", sealed: "s", updated_at: at("updated_at") }),
  journal: (id, at) => ({
    id: randomUUID(),
    user_id: id,
    kind: "update",
    sealed: "s",
    created_at: at("created_at"),
    attempts: 0,
    retry_at: 0,
  }),
  credential_epochs: (id, at) => ({ user_id: id, epoch: 1, expires_at: at("expires_at") }),
  revocations: (id, at) => ({
    user_id: id,
    begun_before: at("begun_before"),
    attempts: 0,
    retry_at: at("retry_at"),
  }),
  endings: (id, at) => ({
    user_id: id,
    kind: "session",
    target: randomUUID(),
    attempts: 0,
    retry_at: at("retry_at"),
  }),
  medusa_sign_ins: (id, at) => ({
    sid: randomUUID(),
    user_id: id,
    logto_sid: "sid",
    provider: "emailpass",
    newcomer: 0,
    tokens: "s",
    checked_until: at("checked_until"),
    expires_at: at("expires_at"),
  }),
  medusa_sessions: (id, at) => ({
    id_hash: randomUUID(),
    user_id: id,
    seats: "[]",
    expires_at: at("expires_at"),
  }),
  sessions: (id, at) => ({
    id_hash: randomUUID(),
    ref: randomUUID(),
    user_id: id,
    sid: "sid",
    method: "sign_in",
    started_at: at("started_at"),
    auth_time: null,
    seen_at: at("seen_at"),
    expires_at: at("expires_at"),
    ends_at: at("ends_at"),
    about: "s",
    tokens: "s",
    checked_until: at("checked_until"),
    lease: null,
    lease_until: 0,
    kept_at: null,
  }),
  logto_sessions: (id, at) => ({ sid: id, ended: 1, expires_at: at("expires_at") }),
  lockouts: (id, at) => ({
    id: randomUUID(),
    user_id: id,
    at: at("at"),
    browser: "Firefox",
    system: null,
    address: null,
    application_id: null,
    expires_at: at("expires_at"),
  }),
  used_once: (id, at) => ({ id, expires_at: at("expires_at") }),
  tombstones: (id, at) => ({ person: id, expires_at: at("expires_at") }),
  verification_records: (id, at) => ({
    id_hash: randomUUID(),
    user_id: id,
    bound_to: "client:web",
    method: "password",
    created_at: at("created_at"),
    expires_at: at("expires_at"),
  }),
  identifier_proofs: (id, at) => ({ user_id: id, recipient: "hash", expires_at: at("expires_at") }),
  verification_codes: (id, at) => ({
    recipient: randomUUID(),
    id: randomUUID(),
    user_id: id,
    purpose: "step-up",
    sent_at: at("sent_at"),
    expires_at: at("expires_at"),
    tries: 0,
  }),
  limits: (id, at) => ({
    bucket: `code-send-day:user:${id}`,
    count: 1,
    window_ends_at: at("window_ends_at"),
    expires_at: at("expires_at"),
    locked: 0,
    strikes: 0,
    strikes_expire_at: at("strikes_expire_at"),
  }),
  activity_heads: (id, at) => ({
    user_id: id,
    sequence: 1,
    at: at("at"),
    mac: "m",
    kid: "k1",
    seal: "s",
  }),
  activity: (id, at) => ({
    id: randomUUID(),
    user_id: id,
    at: at("at"),
    event: "profile.updated",
    client_id: "web",
    request_id: "r",
    detail: "{}",
  }),
  idempotency: (id, at) => ({
    user_id: id,
    key_hash: "key",
    request_hash: "body",
    token: "run",
    state: "running",
    status: null,
    sealed: null,
    bytes: 0,
    lock_expires_at: at("lock_expires_at"),
    expires_at: at("expires_at"),
  }),
  canaries: (id) => ({ kid: id, sealed: "s" }),
  secrets: (id) => ({ name: id, kid: "k1", sealed: "s" }),
  page_states: (id, at) => ({
    user_id: id,
    id: "state",
    kind: "change",
    sealed: "s",
    expires_at: at("expires_at"),
  }),
  notices: (id, at) => ({
    id: randomUUID(),
    user_id: id,
    kind: "password.changed",
    sealed: "s",
    created_at: at("created_at"),
    attempts: 0,
    retry_at: at("retry_at"),
    expires_at: at("expires_at"),
  }),
  muted_notices: (id) => ({ user_id: id, kind: "details.revealed" }),
  known_browsers: (id, at) => ({ user_id: id, browser: "hash", expires_at: at("expires_at") }),
  former_values: (id, at) => ({
    id: randomUUID(),
    user_id: id,
    kind: "fields",
    sequence: 1,
    fields: "[]",
    request_id: "r",
    token_hash: null,
    kid: "k1",
    sealed: "s",
    made_at: at("made_at"),
    expires_at: at("expires_at"),
  }),
  deletions: (id, at) => ({
    user_id: id,
    asked_at: at("asked_at"),
    deletes_at: at("deletes_at"),
    receipt: randomUUID(),
    reminded: 0,
    held: 0,
    begun: 0,
    attempts: 0,
    retry_at: at("retry_at"),
  }),
  deletion_receipts: (id, at) => ({ id, at: at("at") }),
  shared_tokens: (id, at) => ({ name: id, sealed: "s", expires_at: at("expires_at") }),
};

export function tablesContract(testDatabase: TestDatabase) {
  const database = useShared(() => testDatabase.open());

  const insert = <Name extends Table>(table: Name, id: string, at: (column: string) => number) =>
    database.batch([guardedInsert(database, table, samples[table](id, at), {})]);

  /** How many rows hold an id anywhere in them. */
  async function countOf(table: Table, id: string) {
    const rows = await database.kysely.selectFrom(table).selectAll().execute();
    return rows.filter((row) => JSON.stringify(row).includes(id)).length;
  }

  const isTable = (name: string): name is Table => Object.hasOwn(tables, name);
  const declared = Object.entries<TableRules>(tables).flatMap(([name, rules]) =>
    isTable(name) ? [{ table: name, ...rules }] : [],
  );

  describe("erasing a person", () => {
    const [erased, other] = [randomUUID(), randomUUID()];
    const personal = declared.filter(({ person }) => person !== null);
    let deleted: number;
    beforeAll(async () => {
      for (const { table } of personal) {
        for (const id of [erased, other]) await insert(table, id, later);
      }
      deleted = await eraseRows(database, erased);
    });

    test("answers with the number of rows that went", () => expect(deleted).toBe(personal.length));

    test.each(personal)("takes their row of $table, and nobody else's", async ({ table }) => {
      expect(await countOf(table, erased)).toBe(0);
      expect(await countOf(table, other)).toBe(1);
    });

    test("takes all their buckets of limits", async () => {
      const { valuesFor } = tables.limits.person;
      const count = (id: string) =>
        database.kysely.selectFrom("limits").select("bucket").where("bucket", "in", valuesFor(id)).execute();
      for (const bucket of valuesFor(erased)) {
        await database.batch([
          guardedInsert(database, "limits", { ...samples.limits(erased, later), bucket }, {}),
        ]);
      }
      expect((await count(erased)).length).toBeGreaterThan(1);
      await eraseRows(database, erased);
      expect(await count(erased)).toEqual([]);
    });
  });

  describe("purging", () => {
    const expiring = declared.flatMap(({ table, expiry }) => (expiry ? [{ table, ...expiry }] : []));

    test("keeps activity for 400 days and an expired lease for an hour, and nothing else", () => {
      const kept = expiring
        .filter(({ keptMs }) => keptMs > 0)
        .map(({ table, keptMs }) => [table, keptMs / minute]);
      expect(Object.fromEntries(kept)).toEqual({ activity: 400 * 24 * 60, leases: 60 });
    });

    const living = expiring.flatMap(({ columns, ...rest }) => columns.map((column) => ({ column, ...rest })));
    const lasting = declared.filter(({ table, expiry }) => expiry === null && table !== "schema_migrations");
    const run = randomUUID();
    /** The row of a table that lives on by one of its columns, or by none. */
    const idOf = (table: Table, column = "none") => `${table}:${column}:${run}`;

    // Each purge walks through all tables, so three of them serve all tests.
    const purges = { tooEarly: now - 1, atTheTime: now, later: now + 1 };
    type Purge = keyof typeof purges;
    const deleted = new Map<Purge, number>();
    const leftBy = new Map<Purge, Map<Table, string>>();
    const left = (purge: Purge, table: Table, column?: string) =>
      leftBy.get(purge)?.get(table)?.includes(idOf(table, column));

    beforeAll(async () => {
      for (const { table, keptMs } of expiring) await insert(table, idOf(table), () => now - keptMs);
      for (const { table, column, keptMs } of living)
        await insert(table, idOf(table, column), (name) => now - keptMs + (name === column ? 1 : 0));
      for (const { table } of lasting) await insert(table, idOf(table), () => 0);
      for (const purge of ["tooEarly", "atTheTime", "later"] as const) {
        deleted.set(purge, await purgeExpired(database, purges[purge]));
        const rows = new Map<Table, string>();
        for (const { table } of [...expiring, ...lasting])
          rows.set(table, JSON.stringify(await database.kysely.selectFrom(table).selectAll().execute()));
        leftBy.set(purge, rows);
      }
    });

    test("answers with the number of rows that went", () =>
      expect(Object.fromEntries(deleted)).toEqual({
        tooEarly: 0,
        atTheTime: expiring.length,
        later: living.length,
      }));

    test.each(expiring)("deletes a row of $table once it has expired", ({ table }) => {
      expect(left("tooEarly", table)).toBe(true);
      expect(left("atTheTime", table)).toBe(false);
    });

    test.each(living)("leaves a row of $table that lives on by its $column", ({ table, column }) => {
      expect(left("atTheTime", table, column)).toBe(true);
      expect(left("later", table, column)).toBe(false);
    });

    test.each(lasting)("leaves a row of $table, however old", ({ table }) => {
      expect(left("later", table)).toBe(true);
    });
  });
}
