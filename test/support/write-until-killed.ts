/** An instance of the service that writes until it is killed, and prints each row once it is acknowledged. */
import { randomUUID } from "node:crypto";
import { createRepositories } from "../../db/repositories.ts";
import { openSqlite } from "../../db/sqlite.ts";

const [, , path = ""] = process.argv;
const database = openSqlite(path);
const { vaults } = createRepositories(database);
for (;;) {
  const userId = randomUUID();
  await database.batch([vaults.save({ userId, kid: "k1", sealed: userId, now: 1_800_000_000_000 })]);
  process.stdout.write(`${userId}\n`);
}
