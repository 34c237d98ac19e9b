/** A writer that lost its lease while it was away changes nothing in any table, whatever it was about to finish. */
import { beforeEach, describe, expect, test } from "vitest";
import { createServices } from "../../../src/compose.ts";
import { acquireLease, type WriteLock } from "../../../src/journal/lease.ts";
import { finishPassword } from "../../../src/me/password/settle-password.ts";
import { finishUpdate } from "../../../src/me/profile/settle-update.ts";
import { draftNotice } from "../../../src/notices/notice.ts";
import type { Services } from "../../../src/services.ts";
import { beginCredentialChange } from "../../../src/verification/credentials.ts";
import { useService } from "../../support/fixtures.ts";
import { useFreshDays } from "../../support/people.ts";
import { sendCode, stepUp } from "../../support/service.ts";

const service = useService({ environment: { SMTP_URL: "smtp://127.0.0.1:9" } });
useFreshDays(service);

const tables = [
  "activity",
  "activity_heads",
  "vault",
  "revocations",
  "journal",
  "credential_epochs",
  "verification_records",
  "verification_codes",
  "identifier_proofs",
  "notices",
] as const;

let services: Services;
let lost: WriteLock;
beforeEach(async () => {
  const { config, platform, database } = service;
  services = await createServices(config, platform, database);
  const record = await stepUp(service, "alice");
  const business = { ssn: "521-73-8846" };
  await service.as("alice")("PATCH", "/me", { business }, record);
  const email = `new-${crypto.randomUUID()}@example.test`;
  const verificationCode = await sendCode(service, "alice", { email }, record);
  await service.as("alice")("POST", "/me/verification-codes/verify", { email, verificationCode });
  await sendCode(service, "alice", { phone: "12025550111" });
  ({ lock: lost } = await lease());
  platform.advance(30_000);
});

const lease = () =>
  acquireLease(services, { userId: service.userId("alice") }, service.platform.monotonic() + 1_000);
const everything = async () => {
  const held: Record<string, unknown> = {};
  for (const table of tables) {
    held[table] = await service.database.kysely.selectFrom(table).selectAll().execute();
  }
  return held;
};
const activity = () => ({
  ...{ id: crypto.randomUUID(), userId: service.userId("alice"), at: service.platform.now() },
  ...{ event: "profile.updated", clientId: "spa", requestId: "r1", detail: {} },
});
const entry = () => ({
  ...{ id: crypto.randomUUID(), userId: service.userId("alice"), kind: "update" },
  ...{ sealed: "not read here", createdAt: 1 },
});
const person = { primaryEmail: "alice@example.test", primaryPhone: null, profile: {}, customData: {} };
const notices = () => draftNotice(services, person, "email.changed", {});
const update = () =>
  finishUpdate(
    services,
    {
      ...{ logto: [], business: { gender: "late" }, activity: activity() },
      ...{ changesIdentifier: true, notices: notices() },
      former: { kept: [], undone: null },
    },
    lost,
  );

describe("a writer whose lease another one took", () => {
  test.each<[string, () => Promise<Parameters<WriteLock["apply"]>[0]> | Parameters<WriteLock["apply"]>[0]]>([
    ["the end of a change of the profile", update],
    [
      "the end of a change of the password",
      () =>
        finishPassword(services, { activity: activity(), kept: null, notices: notices() }, lost, {
          begunBefore: 1,
        }),
    ],
    ["the beginning of a change of credentials", () => [beginCredentialChange(services, lost)]],
    ["a journal row", () => [services.db.journal.insert(entry(), lost.guard)]],
  ])("stores nothing of %s, also statement by statement", async (_what, statements) => {
    const late = await statements();
    await (await lease()).lock.apply([]);
    const before = await everything();
    for (const held of Object.values(before)) expect(held).not.toBe(undefined);
    for (const statement of late) await services.db.batch([statement]);
    expect(await everything()).toEqual(before);
    await expect(lost.apply(late)).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await everything()).toEqual(before);
  });

  test("neither drops nor sets aside the journal row that the other one stored", async () => {
    const { lock } = await lease();
    const row = entry();
    await lock.apply([services.db.journal.insert(row, lock.guard)]);
    const { journal } = services.db;
    await services.db.batch([journal.delete(row.id, lost.guard)]);
    await services.db.batch([journal.setAside(row.id, service.platform.now() + 60_000, lost.guard)]);
    const pending = await journal.forUser(row.userId, service.platform.now());
    expect(pending).toEqual([{ ...row, attempts: 0 }]);
  });
});

test("the same statements take effect for the writer that holds the lease", async () => {
  const { lock } = await lease();
  lost = lock;
  const before = await everything();
  await lock.apply(await update());
  const after = await everything();
  const changed = tables.filter((table) => JSON.stringify(before[table]) !== JSON.stringify(after[table]));
  expect(changed.sort()).toEqual([
    "activity",
    "activity_heads",
    "credential_epochs",
    "identifier_proofs",
    "notices",
    "vault",
    "verification_codes",
    "verification_records",
  ]);
});
