/** Another instance of the service, as a process: charges one bucket of a SQLite file and prints how often it was let through. */
import { createRepositories } from "../../db/repositories.ts";
import { openSqlite } from "../../db/sqlite.ts";

const [, , path = "", bucket = "", attempts = "0"] = process.argv;
const database = openSqlite(path);
const { limits } = createRepositories(database);
const charge = { bucket, max: 40, windowMs: 60_000 };
const outcomes = await Promise.all(
  Array.from({ length: Number(attempts) }, () => limits.charge([charge], 1_800_000_000_000)),
);
await database.close();
process.stdout.write(String(outcomes.filter(({ ok }) => ok).length));
