import type { Compilable } from "kysely";
import type { Background, Database } from "../../db/database.ts";
import { runPiece } from "../../db/pieces.ts";
import { createRepositories, type Repositories } from "../../db/repositories.ts";
import { Refusal } from "../problem.ts";
import { keyIdOf, type SealContext, type Sealer, secretContext } from "./sealed-document.ts";

/** `signal` ends the rotation before the next page; `onPage` is called after each page. */
export type RotationOptions = { signal?: AbortSignal; onPage?(report: RotationReport): void };

/** Numbers of rows. A damaged row cannot be opened and is left as it is. */
export type RotationReport = { resealed: number; damaged: number };

type Rotation = {
  sealer: Sealer;
  background: Background;
  repositories: Repositories;
  options: RotationOptions;
  report: RotationReport;
  queriesLeft: number;
};

/** Three statements of the vault: few enough to be one short transaction. */
const pageSize = 96;

/**
 * Seals again, under the current key, every row that another key seals, until none is left or the budget of the database
 * is used up. It keeps no state: the next run continues with the rows that are left. A row that is written meanwhile
 * keeps its new content. Stored answers are not re-sealed, because they expire within a day.
 * @throws {Refusal} `storage_unavailable`.
 */
export async function rotate(
  sealer: Sealer,
  { background }: Pick<Database, "background">,
  options: RotationOptions = {},
): Promise<RotationReport> {
  const repositories = createRepositories(background);
  const report = { resealed: 0, damaged: 0 };
  const queriesLeft = background.queriesPerRun;
  const rotation = { sealer, background, repositories, options, report, queriesLeft };
  await rotateSecrets(rotation);
  await rotateJournal(rotation);
  await rotateVaults(rotation);
  await rotateNotices(rotation);
  await rotateFormerValues(rotation);
  return report;
}

async function rotateSecrets({ sealer, repositories: { secrets }, report }: Rotation) {
  for (const row of await secrets.sealedUnderOtherKeys(sealer.current)) {
    const sealed = await tryToReseal(sealer, secretContext, row.sealed);
    if (sealed === undefined) report.damaged += 1;
    else if (await secrets.reseal(row, sealer.current, sealed)) report.resealed += 1;
  }
}

const isUnderAnotherKey = ({ sealer: { current } }: Rotation, { sealed }: Sealed): boolean =>
  keyIdOf(sealed) !== current;

async function rotateJournal(rotation: Rotation) {
  const { journal } = rotation.repositories;
  await resealPages(rotation, {
    purpose: "journal",
    page: journal.page,
    keyOf: ({ id }) => id,
    isDue: (row) => isUnderAnotherKey(rotation, row),
    store: (rows) => rows.map(({ read, sealed }) => journal.reseal(read, sealed)),
  });
}

async function rotateNotices(rotation: Rotation) {
  const { notices } = rotation.repositories;
  await resealPages(rotation, {
    purpose: "notice",
    page: notices.page,
    keyOf: ({ id }) => id,
    isDue: (row) => isUnderAnotherKey(rotation, row),
    store: (rows) => rows.map(({ read, sealed }) => notices.reseal(read, sealed)),
  });
}

async function rotateVaults(rotation: Rotation) {
  const { vaults } = rotation.repositories;
  const { current } = rotation.sealer;
  const others = (await vaults.kids()).filter((kid) => kid !== current);
  for (const kid of others) {
    await resealPages(rotation, {
      purpose: "vault",
      page: (limit, after) => vaults.sealedUnder(kid, limit, after),
      keyOf: ({ userId }) => userId,
      isDue: () => true,
      store: (rows) =>
        vaults.reseal(
          current,
          rows.map(({ read, sealed }) => ({ ...read, sealed })),
        ),
    });
  }
}

async function rotateFormerValues(rotation: Rotation) {
  const { formerValues } = rotation.repositories;
  const { current } = rotation.sealer;
  const others = (await formerValues.kids()).filter((kid) => kid !== current);
  for (const kid of others) {
    await resealPages(rotation, {
      purpose: "former-values",
      page: (limit, after) => formerValues.sealedUnder(kid, limit, after),
      keyOf: ({ id }) => id,
      isDue: () => true,
      store: (rows) => rows.map(({ read, sealed }) => formerValues.reseal(current, read, sealed)),
    });
  }
}

type Sealed = { userId: string; sealed: string };
type Resealed<Row> = { read: Row; sealed: string };

/** The rows of one table, read in pages that follow the row with the key `after`. */
type Pages<Row> = {
  purpose: SealContext["purpose"];
  page(limit: number, after: string): Promise<Row[]>;
  keyOf(row: Row): string;
  isDue(row: Row): boolean;
  /** @returns statements that store what nobody has changed meanwhile. */
  store(rows: readonly Resealed<Row>[]): Compilable[];
};

async function resealPages<Row extends Sealed>(rotation: Rotation, pages: Pages<Row>): Promise<void> {
  const { background, options, report } = rotation;
  let after = "";
  while (rotation.queriesLeft > 0 && !options.signal?.aborted) {
    const page = await pages.page(pageSize, after);
    const last = page.at(-1);
    if (last === undefined) return;
    const statements = pages.store(await resealRows(rotation, pages.purpose, page.filter(pages.isDue)));
    const results = await runPiece(
      () => background.batch(statements),
      () => page.length < pageSize,
    );
    report.resealed += results.reduce((sum, { affected }) => sum + affected, 0);
    rotation.queriesLeft -= 1 + statements.length;
    after = pages.keyOf(last);
    options.onPage?.(report);
  }
}

async function resealRows<Row extends Sealed>(
  { sealer, report }: Rotation,
  purpose: SealContext["purpose"],
  rows: readonly Row[],
): Promise<Resealed<Row>[]> {
  const resealed: Resealed<Row>[] = [];
  for (const read of rows) {
    const sealed = await tryToReseal(sealer, { userId: read.userId, purpose }, read.sealed);
    if (sealed === undefined) report.damaged += 1;
    else resealed.push({ read, sealed });
  }
  return resealed;
}

/** @returns undefined for a document that cannot be opened. */
async function tryToReseal(sealer: Sealer, context: SealContext, sealed: string) {
  try {
    return await sealer.seal(context, await sealer.open(context, sealed));
  } catch (error) {
    if (error instanceof Refusal && error.code === "data_integrity") return undefined;
    throw error;
  }
}
