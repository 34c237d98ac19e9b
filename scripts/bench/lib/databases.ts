/** Filled databases, made once and copied for each server: the service's own, and the one table of the peers. */
import { createCipheriv, randomBytes } from "node:crypto";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { createRepositories, type Repositories } from "../../../db/repositories.ts";
import { openSqlite } from "../../../db/sqlite.ts";
import { webDigests } from "../../../src/digests.ts";
import { createKeyring, type Keyring } from "../../../src/vault/keyring.ts";
import { seal } from "../../../src/vault/sealed-document.ts";
import { businessOf, personId, sessionId } from "./tenant.ts";

export type Databases = { service: string; peer: string };

const sessionLifeMs = 24 * 3600 * 1000;
const pieceRows = 1_000;

/** @param people how many have a filled vault, from the first on. */
export async function createDatabases(folder: string, vaultKey: string, people: number): Promise<Databases> {
  const paths = { service: join(folder, "service.db"), peer: join(folder, "peer.db") };
  await fillService(paths.service, vaultKey, people);
  fillPeer(paths.peer, vaultKey, people);
  return paths;
}

async function fillService(path: string, vaultKey: string, people: number) {
  const database = openSqlite(path);
  await database.migrate();
  const { vaults, sessions } = createRepositories(database);
  const keyring = createKeyring([{ kid: "bench", bytes: new Uint8Array(Buffer.from(vaultKey, "base64")) }]);
  const save = async (index: number) => {
    const userId = personId(index);
    const sealed = await seal(keyring, { userId, purpose: "vault" }, businessOf(userId));
    return vaults.save({ userId, kid: keyring.current, sealed, now: Date.now() });
  };
  for (let first = 0; first < people; first += pieceRows) {
    const indexes = Array.from({ length: Math.min(pieceRows, people - first) }, (_, at) => first + at);
    await database.batch(await Promise.all(indexes.map(save)));
  }
  await database.batch([await browserSession(sessions, keyring)]);
  await database.close();
}

/** The session of the first person's browser, as if they had just signed in. */
async function browserSession(sessions: Repositories["sessions"], keyring: Keyring) {
  const userId = personId(0);
  const now = Date.now();
  const sealed = await seal(keyring, { userId, purpose: "session" }, {});
  return sessions.insert(
    {
      idHash: await webDigests.sha256(`session ${sessionId}`),
      ref: crypto.randomUUID(),
      userId,
      sid: null,
      method: "password",
      startedAt: now,
      authTime: now,
      seenAt: now,
      expiresAt: now + sessionLifeMs,
      endsAt: now + sessionLifeMs,
      about: sealed,
      tokens: sealed,
      checkedUntil: now + sessionLifeMs,
    },
    {},
  );
}

function fillPeer(path: string, vaultKey: string, people: number) {
  const database = new Sqlite(path);
  database.pragma("journal_mode = WAL");
  database.exec("create table business (user_id text primary key, sealed blob not null)");
  const insert = database.prepare("insert into business (user_id, sealed) values (?, ?)");
  const key = Buffer.from(vaultKey, "base64");
  database.transaction(() => {
    for (let index = 0; index < people; index += 1) {
      const userId = personId(index);
      insert.run(userId, sealForPeer(key, userId));
    }
  })();
  database.close();
}

function sealForPeer(key: Buffer, userId: string) {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(userId));
  const text = Buffer.concat([cipher.update(JSON.stringify(businessOf(userId))), cipher.final()]);
  return Buffer.concat([iv, text, cipher.getAuthTag()]);
}
