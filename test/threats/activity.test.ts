/** Whatever a person changes, reveals or proves can be found in their activity afterwards. */
import { expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { giveCredentials } from "../support/credentials.ts";
import { useService } from "../support/fixtures.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { png } from "../support/pictures.ts";
import { listRoutes } from "../support/routes.ts";
import { type Answer, sendCode, stepUp } from "../support/service.ts";
import { letIn, signIn } from "../support/sign-in.ts";

const service = useService({ environment: { LOGTO_WEBHOOK_SIGNING_KEY: "webhook-signing-key" } });
const alice = service.as("alice");
const freshDay = useFreshDays(service);

const ownEmail = "alice@example.test";

/** A call of each route that succeeds. */
const successes: Record<string, () => Promise<Answer>> = {
  "PATCH /me": () => alice("PATCH", "/me", { name: "Renamed" }),
  "PUT /me/avatar": () => alice("PUT", "/me/avatar", new Blob([png()], { type: "image/png" })),
  "DELETE /me/avatar": () => alice("DELETE", "/me/avatar"),
  "POST /me/undo/{ref}": async () => {
    await alice("PATCH", "/me", { name: "Undone" });
    const { items } = (await alice("GET", "/me/undo")).body;
    return alice("POST", `/me/undo/${items[0].ref}`, {});
  },
  "PATCH /me/custom-data": () => alice("PATCH", "/me/custom-data", { newsletter: true }),
  "PATCH /me/business": () => alice("PATCH", "/me/business", { gender: "female" }),
  "POST /me/business/reveal": async () =>
    alice("POST", "/me/business/reveal", { fields: ["gender"] }, await stepUp(service, "alice")),
  "POST /me/export": async () => alice("POST", "/me/export", undefined, await stepUp(service, "alice")),
  "POST /me/password/verify": () => alice("POST", "/me/password/verify", { password: "alice-password-1" }),
  "PATCH /me/password": async () =>
    alice("PATCH", "/me/password", { password: newPassword }, await stepUp(service, "alice")),
  "DELETE /me/factors/{ref}": async () => {
    giveCredentials(service, "alice");
    const [{ ref }] = (await alice("GET", "/me/factors")).body.items;
    return alice("DELETE", `/me/factors/${ref}`, undefined, await stepUp(service, "alice"));
  },
  "DELETE /me/identities/{ref}": async () => {
    giveCredentials(service, "alice");
    const [{ ref }] = (await alice("GET", "/me/identities")).body.items;
    return alice("DELETE", `/me/identities/${ref}`, undefined, await stepUp(service, "alice"));
  },
  "POST /me/deletion": async () =>
    alice("POST", "/me/deletion", { confirm: "alice" }, await stepUp(service, "alice")),
  "DELETE /me/deletion": () => alice("DELETE", "/me/deletion"),
  "PATCH /me/notices": () => alice("PATCH", "/me/notices", { choices: { "sessions.ended": false } }),
  "DELETE /me/sessions": async () =>
    alice("DELETE", "/me/sessions", undefined, await stepUp(service, "alice")),
  "DELETE /me/sessions/{ref}": async () => {
    await signIn(service.tenant, "alice");
    const { ref } = (await alice("GET", "/me/sessions")).body.items[0];
    return alice("DELETE", `/me/sessions/${ref}`, undefined, await stepUp(service, "alice"));
  },
  "DELETE /me/applications/{ref}": async () => {
    await letIn(service.tenant, "alice", "Reports");
    const { ref } = (await alice("GET", "/me/applications")).body.items[0];
    return alice("DELETE", `/me/applications/${ref}`);
  },
  "POST /me/verification-codes": () => alice("POST", "/me/verification-codes", { email: ownEmail }),
  "POST /me/verification-codes/verify": async () => {
    const verificationCode = await sendCode(service, "alice", { email: ownEmail });
    return alice("POST", "/me/verification-codes/verify", { email: ownEmail, verificationCode });
  },
  "POST /me/sign-ins/not-me": () => alice("POST", "/me/sign-ins/not-me", {}),
};

/** Routes that leave no entry, and why. */
const exceptions: Record<string, string> = {
  "POST /me/password/check": "asks what the tenant's policy says of a password, and changes nothing",
  "POST /webhooks/logto": "carries what an administrator did at Logto, where it is recorded",
};

const writeRoutes = async () => (await listRoutes(service)).filter((route) => !/^(GET|HEAD) /.test(route));

/** Whether the request of this answer left an entry in the caller's activity. */
async function leftEntry({ headers }: Answer): Promise<boolean> {
  const { activity } = createRepositories(service.database);
  const { items } = await activity.list(service.userId("alice"), 50);
  return items.some(({ requestId }) => requestId === headers.get("x-request-id"));
}

test("every write route leaves an entry in the activity, or is an exception with a reason", async () => {
  const silent: string[] = [];
  for (const route of await writeRoutes()) {
    if (Object.hasOwn(exceptions, route)) continue;
    const succeed = successes[route];
    if (!succeed) throw new Error(`Say in activity.test.ts how ${route} succeeds, or why it leaves no entry`);
    freshDay();
    const answer = await succeed();
    expect({ route, succeeded: answer.status < 300 }).toEqual({ route, succeeded: true });
    if (!(await leftEntry(answer))) silent.push(route);
  }
  expect(silent).toEqual([]);
});

test("who reads their activity is told since when it is complete, and that somebody has removed an entry", async () => {
  freshDay();
  await alice("PATCH", "/me", { name: "First" });
  await alice("PATCH", "/me", { name: "Second" });
  const { body: whole } = await alice("GET", "/me/activity");
  expect(whole).toMatchObject({ gapFound: false, completeSince: whole.items.at(-1).at });
  await service.database.kysely
    .deleteFrom("activity")
    .where("user_id", "=", service.userId("alice"))
    .where("id", "=", whole.items[1].id)
    .execute();
  expect((await alice("GET", "/me/activity")).body).toMatchObject({
    gapFound: true,
    completeSince: whole.items[0].at,
  });
});

test("every exception is a route of the app", async () => {
  expect(await writeRoutes()).toEqual(expect.arrayContaining(Object.keys(exceptions)));
});
