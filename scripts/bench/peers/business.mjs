/** The business fields of the peers: one encrypted row a person in SQLite. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import Sqlite from "better-sqlite3";
import { settings } from "./settings.mjs";

const database = new Sqlite(settings.databasePath);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = NORMAL");
const find = database.prepare("select sealed from business where user_id = ?").pluck();
const upsert = database.prepare(
  "insert into business (user_id, sealed) values (?, ?) on conflict (user_id) do update set sealed = excluded.sealed",
);

/** @returns the fields of a person; empty without a row. */
export function readBusiness(userId) {
  const sealed = find.get(userId);
  if (sealed === undefined) return {};
  const decipher = createDecipheriv("aes-256-gcm", settings.vaultKey, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(userId));
  decipher.setAuthTag(sealed.subarray(-16));
  return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString());
}

export function writeBusiness(userId, patch) {
  const business = { ...readBusiness(userId), ...patch };
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", settings.vaultKey, iv);
  cipher.setAAD(Buffer.from(userId));
  const text = Buffer.concat([cipher.update(JSON.stringify(business)), cipher.final()]);
  upsert.run(userId, Buffer.concat([iv, text, cipher.getAuthTag()]));
  return business;
}
