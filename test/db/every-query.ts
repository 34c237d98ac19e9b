/** A call of every query, by repository. It does not compile while a query is missing. */
import type { Compilable } from "kysely";
import type { Database } from "../../db/database.ts";
import { createRepositories, type Repositories } from "../../db/repositories.ts";
import { chained } from "../support/activity.ts";

type Call = () => Promise<unknown> | Compilable;
type CallsOf<Repository> = { [Query in keyof Repository]: Call };

const now = 1_800_000_000_000;
const [userId, person, kid, sealed] = ["user", "hash of user", "k1", "sealed"];
const fence = { userId, token: "writer" };
const ground = { userId, epoch: 0 };
const lockout = { id: "i", userId, at: now, browser: null, system: null, address: null, applicationId: null };
const guard = { fence, ground, record: "hash", person };

/** The repositories whose rows a request reads and writes. */
const personal = (database: Database, rows: Repositories) => ({
  formerValues: {
    async insert() {
      const row = { id: "i", userId, kid, sealed, requestId: "r", tokenHash: "t", madeAt: 1, expiresAt: now };
      const identifier = { ...row, kind: "identifier", fields: ["/username"] } as const;
      const fields = { ...row, id: "f", tokenHash: null, kind: "fields", fields: ["/name"] } as const;
      await database.batch([identifier, fields].map((each) => rows.formerValues.insert(each, guard)));
    },
    keepNewest: () => rows.formerValues.keepNewest(userId),
    find: () => rows.formerValues.find(userId, "i", 1),
    findByToken: () => rows.formerValues.findByToken("t", 1),
    list: () => rows.formerValues.list(userId, 1),
    kids: () => rows.formerValues.kids(),
    sealedUnder: () => rows.formerValues.sealedUnder(kid, 10),
    reseal: () => rows.formerValues.reseal(kid, { id: "i", sealed }, sealed),
    async endFrom() {
      const row = { userId, fields: ["/username"], sequence: 1 };
      await database.batch(rows.formerValues.endFrom(row, guard));
    },
    delete: () => rows.formerValues.delete("i", guard),
  },
  activity: {
    async insert() {
      const entry = { userId, at: now, event: "e", clientId: "c", requestId: "r", detail: {} };
      // Without a head and with one.
      for (let count = 0; count < 2; count++)
        await chained(database).batch([rows.activity.insert(entry, { person })]);
    },
    newest: () => rows.activity.newest(userId, 10),
    chain: () => rows.activity.chain(userId, 10, 0),
    chains: () => rows.activity.chains(10, { userId, sequence: 1 }),
    unchained: () => rows.activity.unchained(10, { userId, at: now, id: "i" }),
    unchainedAfter: () => rows.activity.unchainedAfter(userId, now, 10),
    refusedProofs: () => rows.activity.refusedProofs(userId, now, 10),
    async unchainedOf() {
      await rows.activity.unchainedOf(userId, 10, undefined);
      await rows.activity.unchainedOf(userId, 10, { at: now, id: "i" });
    },
    countUnchained: () => rows.activity.countUnchained(userId, now),
    latest: () => rows.activity.latest(),
    async list() {
      await rows.activity.list(userId, 1);
      await rows.activity.list(userId, 1, Buffer.from(`${now}.id`).toString("base64url"));
    },
  },
  activityHeads: {
    state: () => rows.activityHeads.state(userId),
    page: () => rows.activityHeads.page(10, userId),
    find: () => rows.activityHeads.find(userId),
    sealedUnder: () => rows.activityHeads.sealedUnder(kid, 10),
    async reseal() {
      const read = { user_id: userId, sequence: 1, at: now, mac: "m", kid, seal: sealed };
      await database.batch(rows.activityHeads.reseal(kid, [{ read, seal: sealed }]));
    },
  },
  avatars: {
    save: () => rows.avatars.save({ hash: "h", type: "image/png", content: "c" }, userId, now, guard),
    hashOf: () => rows.avatars.hashOf(userId),
    find: () => rows.avatars.find("h"),
    delete: () => rows.avatars.delete(userId, "h", guard),
  },
  journal: {
    insert: () => rows.journal.insert({ id: "j", userId, kind: "k", sealed, createdAt: now }, guard),
    setAside: () => rows.journal.setAside("j", now, guard),
    forUser: () => rows.journal.forUser(userId, now),
    backlog: () => rows.journal.backlog(),
    page: () => rows.journal.page(10, "i"),
    reseal: () => rows.journal.reseal({ id: "j", sealed }, sealed),
    async abandoned() {
      await rows.journal.abandoned(now, 10);
      await rows.journal.abandoned(now, 10, { id: "i", userId, dueAt: 1 });
    },
    delete: () => rows.journal.delete("j", guard),
  },
  leases: {
    acquire: () => rows.leases.acquire(userId, "writer", now, 1),
    extend: () => rows.leases.extend(fence, now, 1),
    release: () => rows.leases.release(fence),
  },
  vaults: {
    save: () => rows.vaults.save({ userId, kid, sealed, now }, guard),
    find: () => rows.vaults.find(userId),
    kids: () => rows.vaults.kids(),
    sealedUnder: () => rows.vaults.sealedUnder(kid, 10),
    countUnder: () => rows.vaults.countUnder(kid),
    async reseal() {
      await database.batch(rows.vaults.reseal(kid, [{ userId, version: 1, sealed }]));
    },
  },
});

/** The repository of accounts that are to be deleted. */
const leaving = (rows: Repositories) => {
  const asked = { userId, askedAt: 1, deletesAt: now, receipt: "r", retryAt: now };
  return {
    deletions: {
      insert: () => rows.deletions.insert(asked, guard),
      find: () => rows.deletions.find(userId),
      cancel: () => rows.deletions.cancel(userId, guard),
      due: () => rows.deletions.due(now, 10),
      take: () => rows.deletions.take(userId, now, now),
      postpone: () => rows.deletions.postpone(userId, now),
      remind: () => rows.deletions.remind(userId, guard),
      putOff: () => rows.deletions.putOff(userId, { deletesAt: now, retryAt: now }, guard),
      hold: () => rows.deletions.hold(userId, now, guard),
      begin: () => rows.deletions.begin(userId, guard),
      leaveReceipt: () => rows.deletions.leaveReceipt(userId, now),
    },
  };
};

/** The repositories of what is granted, and of what guards it. */
const granting = (rows: Repositories) => {
  const charges = [
    { bucket: "a", max: 1, windowMs: 1000, lockMs: [1000] },
    { bucket: "b", max: 2, windowMs: 1000 },
  ];
  const code = { recipient: "r", id: "c", userId, purpose: "p", sentAt: 1, expiresAt: 2 };
  const key = { idHash: "hash", userId, boundTo: "client:web" };
  return {
    credentialEpochs: {
      ground: () => rows.credentialEpochs.ground(userId),
      raise: () => rows.credentialEpochs.raise(fence, now),
      confirm: () => rows.credentialEpochs.confirm(ground, person, now),
    },
    identifierProofs: {
      save: () => rows.identifierProofs.save({ userId, recipient: "r", expiresAt: now }, guard),
      find: () => rows.identifierProofs.find(userId, "r", now),
      deleteAll: () => rows.identifierProofs.deleteAll(userId, guard),
    },
    limits: {
      async charge() {
        await rows.limits.charge(charges, now, { person });
        await rows.limits.charge(charges, now);
      },
      counted: () => rows.limits.counted(["a", "b"], now),
      clear: () => rows.limits.clear(["a", "b"]),
      wait: () => rows.limits.wait(charges, now),
      refund: () => rows.limits.refund([{ bucket: "b", windowEndsAt: 1 }], now),
    },
    tombstones: {
      exists: () => rows.tombstones.exists(person),
      insert: () => rows.tombstones.insert("somebody else", now),
    },
    verificationCodes: {
      replace: () => rows.verificationCodes.replace(code, guard),
      find: () => rows.verificationCodes.find("r", userId, 1),
      charge: () => rows.verificationCodes.charge("r", userId, 1, 5),
      refund: () => rows.verificationCodes.refund("c"),
      consume: () => rows.verificationCodes.consume("c"),
      delete: () => rows.verificationCodes.delete("r"),
      deleteAll: () => rows.verificationCodes.deleteAll(userId, guard),
    },
    verificationRecords: {
      insert: () =>
        rows.verificationRecords.insert({ ...key, method: "m", createdAt: 1, expiresAt: 2 }, guard),
      find: () => rows.verificationRecords.find(key, 1),
      ofPerson: () => rows.verificationRecords.ofPerson(userId, 1, 10),
      deleteAll: () => rows.verificationRecords.deleteAll(userId, guard),
      delete: () => rows.verificationRecords.delete("hash", guard),
      deleteBoundTo: () => rows.verificationRecords.deleteBoundTo(userId, "session:ref"),
      deleteElsewhere: () => rows.verificationRecords.deleteElsewhere(userId, "session:ref", guard),
    },
  };
};

/** The repositories of cookie sessions. */
const ofBrowsers = (rows: Repositories) => {
  const id = { idHash: "i", sid: "s", authTime: null, tokens: sealed, checkedUntil: now };
  const times = { startedAt: 1, seenAt: 1, expiresAt: now, endsAt: now };
  const signIn = {
    ...{ sid: "s", userId, logtoSid: "l", provider: "emailpass", isNewcomer: true },
    ...{ tokens: sealed, checkedUntil: now, expiresAt: now },
  };
  const seated = { idHash: "i", userId, seats: "[]", expiresAt: now };
  const session = { ...id, ...times, ref: "ref", userId, method: "sign_in", about: sealed };
  return {
    sessions: {
      insert: () => rows.sessions.insert(session, { person, sid: "s", session: "i" }),
      find: () => rows.sessions.find("i", 1),
      ofPerson: () => rows.sessions.ofPerson(userId, 1, 10),
      live: () => rows.sessions.live(1),
      touch: () => rows.sessions.touch("i", 2, 1),
      lease: () => rows.sessions.lease("i", "writer", now, now),
      keepTokens: () => rows.sessions.keepTokens("i", "writer", sealed),
      renew: () => rows.sessions.renew("i", "writer", now),
      postpone: () => rows.sessions.postpone("i", "writer", now),
      keep: () => rows.sessions.keep("ref", now, guard),
      changeId: () => rows.sessions.changeId("i", id, guard),
      delete: () => rows.sessions.delete("i", guard),
      deleteBySid: () => rows.sessions.deleteBySid("s"),
      deleteOf: () => rows.sessions.deleteOf(userId, { exceptRef: "ref", exceptKeptAt: 1 }, guard),
    },
    medusaSignIns: {
      insert: () => rows.medusaSignIns.insert(signIn, { ground, person }),
      find: () => rows.medusaSignIns.find("s", 1),
      ofPerson: () => rows.medusaSignIns.ofPerson(userId, 1, 10),
      renew: () => rows.medusaSignIns.renew(signIn, { tokens: sealed, checkedUntil: now, expiresAt: now }),
      welcome: () => rows.medusaSignIns.welcome("s"),
      delete: () => rows.medusaSignIns.delete("s"),
      deleteOf: () => rows.medusaSignIns.deleteOf(userId, guard),
    },
    medusaSessions: {
      insert: () => rows.medusaSessions.insert(seated, person),
      find: () => rows.medusaSessions.find("i", 1),
      reseat: () => rows.medusaSessions.reseat(seated, "[]"),
      delete: () => rows.medusaSessions.delete("i"),
    },
    logtoSessions: {
      confirm: () => rows.logtoSessions.confirm("s", now),
      end: () => rows.logtoSessions.end("s", now),
    },
    usedOnce: {
      use: () => rows.usedOnce.use("u", now),
      isUsed: () => rows.usedOnce.isUsed("u"),
    },
  };
};

/** The repositories of what people are told. */
const telling = (rows: Repositories) => {
  const notice = { id: "n", userId, kind: "k", sealed, createdAt: 1, expiresAt: now };
  return {
    notices: {
      insert: () => rows.notices.insert(notice, guard, "browser"),
      due: () => rows.notices.due(now, 10),
      take: () => rows.notices.take("n", now, now),
      postpone: () => rows.notices.postpone({ id: "n", attempts: 1 }, now),
      backlog: () => rows.notices.backlog(),
      page: () => rows.notices.page(10, "i"),
      reseal: () => rows.notices.reseal({ id: "n", sealed }, sealed),
      delete: () => rows.notices.delete("n"),
    },
    mutedNotices: {
      of: () => rows.mutedNotices.of(userId),
      mute: () => rows.mutedNotices.mute(userId, "k", guard),
      unmute: () => rows.mutedNotices.unmute(userId, "k", guard),
    },
    knownBrowsers: { remember: () => rows.knownBrowsers.remember(userId, "browser", now, guard) },
  };
};

/** The repositories of the service's own. */
const technical = (rows: Repositories) => {
  const run = { userId, person, keyHash: "k", requestHash: "r", token: "t" };
  const ending = { userId, kind: "grant", target: "t" } as const;
  const revocation = { userId, begunBefore: 1, keptSid: "s", attempts: 1 };
  const secret = { name: "n", kid, sealed };
  const state = { userId, id: "i", kind: "k" };
  return {
    canaries: {
      find: () => rows.canaries.find(kid),
      insert: () => rows.canaries.insert(kid, sealed),
      readKeyState: () => rows.canaries.readKeyState(),
    },
    idempotency: {
      async begin() {
        await rows.idempotency.begin(run, now, { lockMs: 1, ttlMs: 1 });
        await rows.idempotency.begin(run, now, { lockMs: 1, ttlMs: 1 });
      },
      finish: () => rows.idempotency.finish(run, { status: 200, sealed }),
      release: () => rows.idempotency.release(run),
      trim: () => rows.idempotency.trim(userId, now, { number: 0, bytes: 0 }),
    },
    lockouts: {
      insert: () => rows.lockouts.insert(lockout, { person }),
      keepNewest: () => rows.lockouts.keepNewest(userId, 1),
      list: () => rows.lockouts.list(userId, now, 10),
    },
    endings: {
      request: () => rows.endings.request(fence, ending, now),
      due: () => rows.endings.due(now, 10),
      take: () => rows.endings.take(ending, now, now),
      postpone: () => rows.endings.postpone(ending, now),
      outstanding: () => rows.endings.outstanding(),
      complete: () => rows.endings.complete(ending),
    },
    pageStates: {
      save: () => rows.pageStates.save({ ...state, sealed, expiresAt: now }, person),
      keepNewest: () => rows.pageStates.keepNewest(userId, 1),
      find: () => rows.pageStates.find(state, 1),
      take: () => rows.pageStates.take(state, 1),
      ids: () => rows.pageStates.ids(userId, "k", 1),
    },
    revocations: {
      request: () => rows.revocations.request(fence, revocation, now),
      due: () => rows.revocations.due(now, 10),
      take: () => rows.revocations.take(userId, now, now),
      postpone: () => rows.revocations.postpone(revocation, now),
      complete: () => rows.revocations.complete(revocation),
      outstanding: () => rows.revocations.outstanding(),
    },
    secrets: {
      find: () => rows.secrets.find("n"),
      insert: () => rows.secrets.insert(secret),
      sealedUnderOtherKeys: () => rows.secrets.sealedUnderOtherKeys(kid),
      reseal: () => rows.secrets.reseal(secret, kid, sealed),
    },
    sharedTokens: {
      find: () => rows.sharedTokens.find("n", now),
      save: () => rows.sharedTokens.save("n", sealed, now),
    },
  };
};

/** @returns every call, under the name of its query. */
export function everyQuery(database: Database): [name: string, call: Call][] {
  const rows = createRepositories(database);
  const calls: { [Name in keyof Repositories]: CallsOf<Repositories[Name]> } = {
    ...personal(database, rows),
    ...leaving(rows),
    ...granting(rows),
    ...ofBrowsers(rows),
    ...telling(rows),
    ...technical(rows),
  };
  return Object.entries(calls).flatMap(([repository, queries]) =>
    Object.entries<Call>(queries).map(([query, call]): [string, Call] => [`${repository}.${query}`, call]),
  );
}
